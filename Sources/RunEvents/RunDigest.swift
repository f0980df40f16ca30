/// A decision without its scores: what a list of many decisions shows of each.
public struct DecisionOutline: Sendable, Hashable, Codable {
  /// Running number in the run, counted from 1.
  public var number: Int
  /// Step after which it was taken, counted from 1.
  public var step: Int
  /// Name of the allocator that took it.
  public var allocator: String
  /// Budget the schedule wanted at this step, in the run's unit.
  public var budget: Int
  /// Budget taken up afterwards, in the run's unit.
  public var alive: Int
  /// Score at or below which components were cut; nil when nothing was ranked.
  public var threshold: Float?
  /// Components that were alive before and are not any more.
  public var pruned: [ComponentID]
  /// Components that were not alive before and are now.
  public var grown: [ComponentID]
  /// True when the pruned components stay pruned.
  public var isFinal: Bool
  /// Why, in one sentence for a person.
  public var reason: String

  /// Creates an outline.
  public init(
    number: Int, step: Int, allocator: String, budget: Int, alive: Int, threshold: Float?,
    pruned: [ComponentID], grown: [ComponentID], isFinal: Bool, reason: String
  ) {
    self.number = number
    self.step = step
    self.allocator = allocator
    self.budget = budget
    self.alive = alive
    self.threshold = threshold
    self.pruned = pruned
    self.grown = grown
    self.isFinal = isFinal
    self.reason = reason
  }
}

/// How a run stood just after a step: the few of its events that still matter then, in order, and totals
/// over those that are left out.
///
/// Whoever sums up events comes to the same present by summing these, however long the run is.
public struct RunDigest: Sendable {
  /// One thing that still matters.
  public enum Entry: Sendable, Hashable {
    /// An event in full.
    case event(RunEvent)
    /// An earlier decision, without its scores.
    case decision(DecisionOutline)
  }

  /// Counts over everything up to the step that ``entries`` leaves out.
  public struct Totals: Sendable, Hashable {
    /// Tokens computed.
    public var tokens = 0
    /// Decisions taken, components pruned and grown by them.
    public var decisions = 0, pruned = 0, grown = 0
    /// Checkpoints written.
    public var checkpoints = 0
    /// Records of statistics.
    public var statistics = 0

    /// Creates totals of nothing.
    public init() {}
  }

  /// Counts over what is left out.
  public var totals: Totals
  /// What still matters, in the order in which it happened.
  public var entries: [Entry]

  /// Creates a digest.
  public init(totals: Totals = Totals(), entries: [Entry] = []) {
    self.totals = totals
    self.entries = entries
  }
}
