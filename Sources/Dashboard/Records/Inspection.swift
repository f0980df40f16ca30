import RunEvents

/// A decision worked out again, by its own rule or by another.
public struct JudgedDecision: Sendable, Hashable {
  /// Who judges.
  public var allocator: String
  /// Budget that was to be met, in the run's unit.
  public var budget: Int
  /// Alive afterwards, flat; empty where it cannot be worked out.
  public var alive: [Bool]
  /// Score at or below which components are cut; nil when nothing is ranked.
  public var threshold: Float?
  /// Score of every component slot as the judge sees it, flat; NaN for no candidate.
  public var scores: [Float]
  /// Why it cannot be worked out, as a sentence for a person; nil when it was.
  public var problem: String?

  /// Creates a judgement.
  public init(
    allocator: String, budget: Int, alive: [Bool] = [], threshold: Float? = nil,
    scores: [Float] = [], problem: String? = nil
  ) {
    self.allocator = allocator
    self.budget = budget
    self.alive = alive
    self.threshold = threshold
    self.scores = scores
    self.problem = problem
  }
}

/// One decision under the lens: as recorded, worked out again, and as it might have been.
public struct Inspection: Sendable, Hashable {
  /// Another way to decide from the same statistics.
  public struct WhatIf: Sendable, Hashable {
    /// Budget in the run's unit; nil for the recorded one.
    public var budget: Int?
    /// Allocator; nil for the one that decided.
    public var allocator: String?

    /// Creates a question; both nil is what happened.
    public init(budget: Int? = nil, allocator: String? = nil) {
      self.budget = budget
      self.allocator = allocator
    }
  }

  /// What is to be looked at.
  public struct Query: Sendable, Hashable {
    /// Where the time cursor stands: the last decision at or before this step is meant.
    public var step: Int
    /// Number of the decision expected there, so that a new one is looked up anew.
    public var number: Int
    /// The question.
    public var whatIf: WhatIf

    /// Creates a query.
    public init(step: Int, number: Int, whatIf: WhatIf = WhatIf()) {
      self.step = step
      self.number = number
      self.whatIf = whatIf
    }
  }

  /// What was asked.
  public var query: Query
  /// The decision as recorded, and what was alive before it; nil when there is none.
  public var choice: RecordedChoice?
  /// The decision worked out again from its scores by its own allocator's rule.
  public var recomputed: JudgedDecision?
  /// The answer to the question; nil when nothing was asked.
  public var whatIf: JudgedDecision?
  /// Allocators that can judge it from what was recorded, its own first.
  public var judges: [String]

  /// Creates an inspection.
  public init(
    query: Query, choice: RecordedChoice? = nil, recomputed: JudgedDecision? = nil,
    whatIf: JudgedDecision? = nil, judges: [String] = []
  ) {
    self.query = query
    self.choice = choice
    self.recomputed = recomputed
    self.whatIf = whatIf
    self.judges = judges
  }
}

/// Ranks at steps that the timeline asked for.
public struct TimelineColumns: Sendable, Hashable {
  /// The steps, rising.
  public var steps: [Int]
  /// Ranks of every module just after each step; nil where they are not known.
  public var ranks: [[UInt16]?]

  /// Creates columns.
  public init(steps: [Int], ranks: [[UInt16]?]) {
    self.steps = steps
    self.ranks = ranks
  }
}

/// When components of one module came and went.
public struct ModuleChanges: Sendable, Hashable {
  /// Index of the module.
  public var module: Int
  /// Last step that is covered.
  public var step: Int
  /// What happened, in order.
  public var changes: [ComponentChange]

  /// Creates the changes of a module.
  public init(module: Int, step: Int, changes: [ComponentChange]) {
    self.module = module
    self.step = step
    self.changes = changes
  }
}

/// The losses of some steps in a row.
public struct StepLosses: Sendable {
  /// The steps.
  public var steps: ClosedRange<Int>
  /// One entry a step; NaN where it is not finite or not recorded.
  public var values: [Double]

  /// Creates the losses of some steps.
  public init(steps: ClosedRange<Int>, values: [Double]) {
    self.steps = steps
    self.values = values
  }

  /// Mean of the finite losses of the steps that are also in a range, and of how many; nil without one.
  func mean(of range: ClosedRange<Int>) -> (mean: Double, count: Int)? {
    var (sum, count) = (0.0, 0)
    for (step, value) in zip(steps, values) where range.contains(step) && value.isFinite {
      sum += value
      count += 1
    }
    return count > 0 ? (sum / Double(count), count) : nil
  }
}

/// What happened over the steps of a zoomed timeline.
public struct StepMarks: Sendable {
  /// The steps.
  public var steps: ClosedRange<Int>
  /// Decisions and checkpoints that the run had by then.
  public var count: Int
  /// What happened, in stretches by rising step; nil where it is not known more closely.
  public var stretches: [RunOverview.Stretch]?

  /// Creates the marks of some steps.
  public init(steps: ClosedRange<Int>, count: Int, stretches: [RunOverview.Stretch]?) {
    self.steps = steps
    self.count = count
    self.stretches = stretches
  }
}

/// What a dashboard would like to be told from the records, to draw what it is to show.
public enum Want: Sendable, Hashable {
  /// Ranks just after these steps.
  case columns([Int])
  /// A decision under the lens.
  case inspection(Inspection.Query)
  /// When components of a module came and went, up to a step.
  case changes(of: Int, through: Int)
  /// The losses of some steps.
  case losses(ClosedRange<Int>)
  /// What happened over some steps; `count` is that of decisions and checkpoints so far.
  case marks(ClosedRange<Int>, count: Int)
}
