import RunEvents

/// All that the dashboard knows of a run: the sum of its events so far.
///
/// It depends on events alone (no clock, no keys), so a live run and its replay come to equal states,
/// and its size is bounded, so that a copy is a keyframe: histories decimate, lists keep their newest.
/// Values that are not a number make two states unequal, as always; compare descriptions there.
public struct DashboardState: Sendable, Hashable {
  /// What the run does.
  public enum Status: Sendable, Hashable {
    /// No event yet, or none after the first.
    case waiting
    /// Steps come.
    case training
    /// A person holds it.
    case paused
    /// It ended.
    case stopped(Stop.Reason)
  }

  /// What was known before the first step; nil until it arrives.
  public internal(set) var manifest: Manifest?
  /// Where the modules stand.
  public internal(set) var grid = ModuleGrid()
  /// The allocator's plan as it stands.
  public internal(set) var plan: Plan?
  /// What the run does.
  public internal(set) var status = Status.waiting
  /// Last step finished.
  public internal(set) var step = 0
  /// The last step's report.
  public internal(set) var report: StepReport?
  /// Exponential mean of the finite losses, `0.9` of it from before each step; nil before the first.
  public internal(set) var smoothedLoss: Double?
  /// The course of the whole run, also beyond ``step`` where that lies in the past.
  public var history = RunHistory()
  /// The last steps.
  public internal(set) var recent = RecentSteps()
  /// Tokens in all.
  public internal(set) var tokens = 0
  /// The last evaluation.
  public internal(set) var evaluation: Evaluation?
  /// Rank of every module; empty until known.
  public internal(set) var ranks: [UInt16] = []
  /// The last statistics of every module.
  public internal(set) var statistics: ModuleStatistics?
  /// Components alive, flat; empty until known.
  public internal(set) var aliveMask: [Bool] = []
  /// The last decision in full.
  var fullDecision: LastDecision?
  /// The decision that the trainer proposes and waits with; nil while it does not.
  public internal(set) var proposal: Decision?
  /// Whether the next decision is to be proposed, and has not been yet.
  public internal(set) var isAskedToPropose = false
  /// Budget taken up now, in the run's unit.
  public internal(set) var alive: Int?
  /// Budget that the schedule wants taken up now.
  public internal(set) var budget: Int?
  /// What happened, in words.
  public internal(set) var log = RunLog()
  /// Decisions seen, and what they did in all.
  public internal(set) var decisionCount = 0, prunedCount = 0, grownCount = 0
  /// Decisions that the plans before the present one should have brought.
  var earlierExpectedDecisions = 0
  /// Requests that the trainer has not taken up, as far as the run file says so.
  public internal(set) var pending: [InterventionRecord] = []
  /// Gates of whole modules, where the method has them; nil before the first.
  public internal(set) var gates: ModuleGates?
  /// Step at which the gates became 0 or 1 each; nil before.
  public internal(set) var selectionStep: Int?
  /// Pins and caps as they stand.
  public internal(set) var constraints = RankConstraints()
  /// A long task between two steps, while it goes on.
  public internal(set) var task: TaskProgress?
  /// Checkpoints written.
  public internal(set) var checkpointCount = 0
  /// The last of them.
  public internal(set) var lastCheckpoint: Checkpoint?
  /// Where the run was taken up again or forked; the newest are kept.
  public internal(set) var seams: [SeamNote] = []
  /// The state just after the last checkpoint: one entry, or none.
  var atCheckpoint: [DashboardState] = []
  /// How the run ended.
  public internal(set) var stop: Stop?
  /// What may go wrong unseen.
  var watch = ModuleWatch()
  /// Events so far.
  public internal(set) var eventCount = 0

  /// Creates the state before the first event.
  public init() {}
}

extension DashboardState {
  /// Optimiser steps planned, at least those done.
  public var totalSteps: Int { min(max(manifest?.totalSteps ?? 0, step), Self.maximumStep) }

  /// Beyond this a step number is taken for damage.
  static let maximumStep = 1 << 40

  /// Budget at the end of the plan.
  public var targetBudget: Int? { plan?.targetBudget ?? manifest?.targetBudget }

  /// Name of the allocator at work.
  public var allocator: String? { plan?.allocator ?? manifest?.allocator }

  /// Passes over the training data so far, and in all; nil when unknown.
  public var epochs: (done: Double, total: Double)? {
    guard let manifest, manifest.stepsPerEpoch > 0 else { return nil }
    let length = Double(manifest.stepsPerEpoch)
    return (Double(step) / length, Double(manifest.totalSteps) / length)
  }

  /// Tokens a second over the last two seconds of training; nil before the first step.
  public var tokensPerSecond: Double? {
    let latest = recent.latest(window: 2)
    return latest.seconds > 0 ? Double(latest.tokens) / latest.seconds : nil
  }

  /// Seconds left: steps left times the mean duration of the last ones; nil when unknown or over.
  public var secondsLeft: Double? {
    if case .stopped = status { return nil }
    let latest = recent.latest(window: 2, minimum: 8)
    guard latest.count > 0, let manifest else { return nil }
    return Double(max(0, manifest.totalSteps - step)) * latest.seconds / Double(latest.count)
  }

  /// The main metric's name and its last value; nil before the first evaluation.
  public var mainMetric: (name: String, value: Double)? {
    guard let evaluation else { return nil }
    guard let name = manifest?.mainMetric, let value = evaluation.metrics[name] else {
      return ("eval loss", evaluation.loss)
    }
    return (name, value)
  }

  /// Decisions that should have been seen after a step, over all plans so far.
  public func expectedDecisions(through step: Int) -> Int {
    guard let plan else { return 0 }
    let now = plan.decisions(through: step) - plan.decisions(through: plan.fromStep - 1)
    return earlierExpectedDecisions + max(0, now)
  }

  /// Decisions that should have been seen by now. The present step's own comes after its report.
  public var expectedDecisions: Int {
    if case .stopped = status { return expectedDecisions(through: step) }
    return max(
      expectedDecisions(through: step - 1),
      min(decisionCount, expectedDecisions(through: step)))
  }

  /// Share of the planted ranks that the found ones recover, or nil when none are known.
  ///
  ///     1 - sum over modules |found - planted| / (2 * sum over modules planted)
  ///
  /// 1 when all agree; 0 when as many components stand in wrong places as there are planted ones.
  public var recovery: Double? {
    guard let planted = manifest?.plantedRanks, planted.count == ranks.count else { return nil }
    let budget = planted.reduce(0, +)
    guard budget > 0 else { return nil }
    let wrong = zip(ranks, planted).reduce(0) { $0 + abs(Int($1.0) - $1.1) }
    return 1 - Double(wrong) / Double(2 * budget)
  }

  /// Loss over the whole run.
  public var losses: StepHistory<LossBucket> { history.losses }
  /// Decisions over the whole run.
  public var marks: StepHistory<MarkBucket> { history.marks }
  /// Ranks over the run.
  public var timeline: RankTimeline { history.timeline }
  /// Evaluations over the run.
  public var evaluations: [Evaluation] { history.evaluations }
  /// The last decision with all its scores, if there was one.
  public var scoredDecision: Decision? { fullDecision?.decision }

  /// The last decision, if there was one.
  public var lastDecision: DecisionSummary? { log.decisions.last }

  /// Whether the run ended.
  public var isStopped: Bool {
    if case .stopped = status { true } else { false }
  }
}
