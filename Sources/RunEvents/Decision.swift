/// What an allocator decided at one step, with all that is needed to explain it afterwards.
public struct Decision: Sendable, Hashable, Codable {
  /// Running number in the run, counted from 1.
  public var number: Int
  /// Step after which it was taken, counted from 1.
  public var step: Int
  /// Name of the allocator that took it.
  public var allocator: String
  /// Budget the schedule wanted at this step, in the run's unit.
  public var budget: Int
  /// Score at or below which components were cut; nil when nothing was ranked.
  public var threshold: Float?
  /// Score of every component slot, flat; NaN for a slot that was no candidate.
  public var scores: [Float]
  /// Alive after the decision, flat.
  public var alive: [Bool]
  /// Components that were alive before and are not any more.
  public var pruned: [ComponentID]
  /// Components that were not alive before and are now: revived or newly grown.
  public var grown: [ComponentID]
  /// True when the pruned components stay pruned: the end of the budget phase.
  public var isFinal: Bool
  /// Why, in one sentence for a person.
  public var reason: String

  /// What the scores are made of, as the allocator defines it; may be empty.
  public var parts: [ScorePart]
  /// Components whose fate a person has changed against what was proposed.
  public var edited: [ComponentID]

  /// Creates a decision.
  public init(
    number: Int, step: Int, allocator: String, budget: Int, threshold: Float?, scores: [Float],
    alive: [Bool], pruned: [ComponentID], grown: [ComponentID], isFinal: Bool, reason: String,
    parts: [ScorePart] = [], edited: [ComponentID] = []
  ) {
    self.parts = parts
    self.edited = edited
    self.number = number
    self.step = step
    self.allocator = allocator
    self.budget = budget
    self.threshold = threshold
    self.scores = scores
    self.alive = alive
    self.pruned = pruned
    self.grown = grown
    self.isFinal = isFinal
    self.reason = reason
  }
}

/// One of the numbers that an allocator's scores are made of.
public struct ScorePart: Sendable, Hashable, Codable {
  /// Short name for a person, e.g. `sensitivity`, `norm`, `gate`.
  public var name: String
  /// Of every component slot, flat; NaN where there is none.
  public var values: [Float]

  /// Creates a part.
  public init(name: String, values: [Float]) {
    self.name = name
    self.values = values
  }
}

/// What an allocator intends from some step on: its phases, its budget curve, its decision steps.
///
/// Published at the start and again whenever an intervention changes it; the latest one holds.
public struct Plan: Sendable, Hashable, Codable {
  /// One stretch of the schedule.
  public struct Phase: Sendable, Hashable, Codable {
    /// Name for a person, e.g. `warm-up`, `budget`, `final`, `fixed`.
    public var name: String
    /// First step.
    public var start: Int
    /// Last step, inclusive.
    public var end: Int

    /// Creates a phase.
    public init(name: String, start: Int, end: Int) {
      self.name = name
      self.start = start
      self.end = end
    }
  }

  /// The budget from a step on, until the next point.
  public struct BudgetPoint: Sendable, Hashable, Codable {
    /// Step number.
    public var step: Int
    /// In the run's unit.
    public var budget: Int

    /// Creates a point.
    public init(step: Int, budget: Int) {
      self.step = step
      self.budget = budget
    }
  }

  /// Name of the allocator.
  public var allocator: String
  /// Step from which the plan holds.
  public var fromStep: Int
  /// Phases in order, without gaps.
  public var phases: [Phase]
  /// Budget curve, by rising step; at most a few hundred points.
  public var budgets: [BudgetPoint]
  /// Budget at the end.
  public var targetBudget: Int
  /// Steps at which decisions fall, if any: every `decisionInterval` from the first, and the last.
  public var firstDecision: Int?
  /// Steps between decisions.
  public var decisionInterval: Int
  /// Step of the last decision.
  public var lastDecision: Int?

  /// Creates a plan.
  public init(
    allocator: String, fromStep: Int, phases: [Phase], budgets: [BudgetPoint], targetBudget: Int,
    firstDecision: Int?, decisionInterval: Int, lastDecision: Int?
  ) {
    self.allocator = allocator
    self.fromStep = fromStep
    self.phases = phases
    self.budgets = budgets
    self.targetBudget = targetBudget
    self.firstDecision = firstDecision
    self.decisionInterval = decisionInterval
    self.lastDecision = lastDecision
  }

  /// First decision step after `step`, or nil when there is none left.
  public func nextDecision(after step: Int) -> Int? {
    guard let first = firstDecision, let last = lastDecision else { return nil }
    if step < first { return min(first, last) }
    if step >= last { return nil }
    let interval = max(1, decisionInterval)
    return min(last, first + ((step - first) / interval + 1) * interval)
  }

  /// Number of decisions at or before `step`.
  public func decisions(through step: Int) -> Int {
    guard let first = firstDecision, let last = lastDecision, step >= min(first, last) else {
      return 0
    }
    let interval = max(1, decisionInterval)
    let regular = max(0, (min(step, last) - first) / interval + 1)
    let lastIsExtra = first > last || (last - first) % interval != 0
    return regular + (step >= last && lastIsExtra ? 1 : 0)
  }
}
