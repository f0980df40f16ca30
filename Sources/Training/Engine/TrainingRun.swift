import Allocation
import Foundation
import LanguageModels
import RunEvents
import Tensors

/// One fine-tuning run: a synchronous loop on the thread that calls it.
///
/// A step: gradients from the learner's workers, the allocator's regulariser, clipping, the optimiser, then the allocator's
/// statistics and decision. Every fact goes out through ``Outlet/publish``; what people ask comes in
/// through ``Outlet/interventions`` between steps. With the same seed, threads and interventions a run repeats bit for bit.
public final class TrainingRun {
  /// The run's two streams, as functions.
  public struct Outlet: Sendable {
    /// Takes an event; returns how many seconds it waited. An error ends the run.
    public var publish: @Sendable (RunEvent) throws -> Double
    /// Interventions not handled yet, oldest first. An error ends the run.
    public var interventions: @Sendable () throws -> [InterventionRecord]
    /// Takes the bytes of a checkpoint just before its note is published, and returns how many seconds it
    /// waited; nil where none are kept.
    public var keepCheckpoint: (@Sendable (WrittenCheckpoint) throws -> Double)?

    /// Creates an outlet.
    public init(
      publish: @escaping @Sendable (RunEvent) throws -> Double,
      interventions: @escaping @Sendable () throws -> [InterventionRecord],
      keepCheckpoint: (@Sendable (WrittenCheckpoint) throws -> Double)? = nil
    ) {
      self.keepCheckpoint = keepCheckpoint
      self.publish = publish
      self.interventions = interventions
    }
  }

  let options: TrainingOptions
  let learner: any Learner
  let seat: AllocatorSeat
  let outlet: Outlet
  let workers: Workers
  let collector: StatisticsCollector
  let optimizer: Optimizer
  let schedule: LearningRateSchedule
  private let startOptimizer: OptimizerKind
  /// Whose optimiser the rates in the options are for.
  let rateKind: AllocatorKind
  let gradients: [FloatBuffer]
  let losses: LossShares
  var watch = RunWatch()
  private(set) var groups: [Optimizer.Group] = []
  /// What is done to the run at given steps, without anybody asking; in the order of its steps.
  var script: [ScriptedIntervention]
  var isPaused = false
  /// Whether the next decision is shown before it is applied.
  var isProposing = false
  /// Requests that came while a decision was proposed, and are taken up after it.
  var deferred: [InterventionRecord] = []
  var stopRequested = false
  var step = 0
  var tokens = 0
  /// Step of the last checkpoint written by this process.
  var lastCheckpoint: Int?
  /// What the learner reads, by role; goes into every checkpoint.
  let fingerprints: [String: String]
  private let isRestored: Bool

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - learner: Model and data; its adapters are already started.
  ///   - kind: Allocator at the start.
  ///   - startRank: Components of each module that are alive before the first step; nil for all slots.
  ///   - options: Hyper-parameters.
  ///   - allocatorOptions: What a person set about the allocator.
  ///   - script: Interventions at given steps.
  ///   - fingerprints: What the learner reads, by role: a checkpoint is known by it.
  ///   - checkpoint: State to go on from: the allocator, parameters and counts are its; `kind` then only
  ///     says whose optimiser the rates are for. The plan is not published again.
  ///   - outlet: Where events go and interventions come from.
  /// - Throws: ``AllocationError`` when the schedule does not fit the run, ``RunCheckpointError`` when the
  ///   checkpoint does not fit the learner.
  public init(
    learner: any Learner, kind: AllocatorKind, startRank: Int? = nil, options: TrainingOptions,
    allocatorOptions: AllocatorOptions, script: [ScriptedIntervention] = [],
    fingerprints: [String: String] = [:], restoring checkpoint: RunCheckpoint? = nil,
    outlet: Outlet
  ) throws {
    self.fingerprints = fingerprints
    isRestored = checkpoint != nil
    try checkpoint?.check(fits: learner.adapters)
    self.options = options
    self.learner = learner
    self.outlet = outlet
    self.script = ScriptedIntervention.ordered(script)
    startOptimizer = kind.recipe.optimizer
    rateKind = kind
    workers = Workers(count: options.threads)
    let count = learner.adapters.parameters.count
    optimizer = Optimizer(count: count)
    collector = StatisticsCollector(
      learner: learner, optimizer: optimizer, workers: workers)
    seat = try AllocatorSeat(
      kind: kind, learner: learner, startRank: startRank, optimizer: optimizer,
      collector: collector, training: options, options: allocatorOptions, restoring: checkpoint)
    gradients = (0..<options.threads).map { _ in FloatBuffer(count: count) }
    losses = LossShares(count: options.threads)
    schedule = LearningRateSchedule(
      warmupSteps: Int((options.warmupRatio * Double(options.totalSteps)).rounded(.up)),
      totalSteps: options.totalSteps)
    if let checkpoint { try restore(checkpoint) } else { regroup() }
    isProposing = checkpoint?.isProposing ?? false
  }

  deinit { workers.close() }

  /// The allocator's plan as it stands.
  public var plan: Plan { seat.allocator.plan }
  /// The plan as it was last published.
  var published: Plan?

  /// Publishes the plan as it stands.
  func publishPlan() throws {
    published = plan
    try send(.planned(plan))
  }

  /// Trains to the end, or until someone stops the run or the loss is not finite.
  ///
  /// - Returns: How it ended; the caller publishes it once the adapter is saved.
  /// - Throws: What the outlet throws.
  public func run() throws -> Stop {
    learner.publish()
    if !isRestored { try publishPlan() }
    while step < options.totalSteps {
      try handleInterventions()
      if stopRequested {
        try keepLastCheckpoint()
        return end(.stopped)
      }
      if try !advance() { return end(.lossNotFinite) }
      try keepCheckpointIfDue()
    }
    try keepLastCheckpoint()
    return end(.finished)
  }

  private func end(_ reason: Stop.Reason) -> Stop {
    seat.closeReserve()
    learner.publish()
    return Stop(step: step, reason: reason, seconds: watch.elapsed, tokens: tokens, adapter: nil)
  }

  /// Publishes an event and keeps account of the wait.
  func send(_ event: RunEvent) throws { watch.addWait(try outlet.publish(event)) }

  /// Peak learning rate of the factors.
  ///
  /// Rates of different optimisers have nothing in common, so that with the optimiser a live switch also
  /// changes to the new method's own rate, the head's included (our choice).
  var rate: Float {
    let kind = Swift.type(of: seat.allocator).kind
    return kind.recipe.optimizer == startOptimizer ? options.rate : kind.defaultRate
  }

  /// Peak learning rate of the gates.
  var gateRate: Float { seat.allocator.gateRate ?? rate }

  /// Works out the optimiser's rule and groups for the allocator in office.
  func regroup() {
    optimizer.use(seat.rule, after: step)
    let isOwnRate = seat.recipe.optimizer == startOptimizer
    groups = Optimizer.groups(
      adapters: learner.adapters, headTensors: learner.headTensors, rate: rate,
      headRate: isOwnRate ? options.headRate : rate, decay: options.weightDecay,
      trainsGates: seat.recipe.trainsGate, decaysGates: seat.recipe.weightDecayOnGate,
      gateRate: seat.allocator.gateRate)
  }
}
