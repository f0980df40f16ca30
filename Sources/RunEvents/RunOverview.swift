/// The whole course of a run in outline: what curves and timelines over all its steps are drawn from.
public struct RunOverview: Sendable, Hashable {
  /// What happened over some steps in a row.
  public struct Stretch: Sendable, Hashable {
    /// First of the steps, counted from 1.
    public var firstStep: Int
    /// Steps with a finite loss, and the sum of their losses.
    public var finite = 0, lossSum = 0.0
    /// Steps whose loss was not finite.
    public var notFinite = 0
    /// Exponential mean of the finite losses at the stretch's end, 0.9 of it from before each step.
    public var smoothed = 0.0
    /// Decisions, components pruned and grown, checkpoints.
    public var decisions = 0, pruned = 0, grown = 0, checkpoints = 0
    /// Tokens of the run so far at the end of the stretch's last step; nil where that is not known.
    public var tokens: Int?

    /// Creates a stretch in which nothing happened.
    public init(firstStep: Int) { self.firstStep = firstStep }
  }

  /// The ranks from a step on.
  public struct Column: Sendable, Hashable {
    /// First step for which they hold.
    public var step: Int
    /// One entry a module.
    public var ranks: [UInt16]

    /// Creates a column.
    public init(step: Int, ranks: [UInt16]) {
      self.step = step
      self.ranks = ranks
    }
  }

  /// Stretches by rising step, at most ``stretchLength`` steps each; one step each in a short run.
  public var stretches: [Stretch]
  /// Ranks by rising step, at most about a thousand columns.
  public var columns: [Column]
  /// Evaluations by rising step, thinned out where there are very many.
  public var evaluations: [Evaluation]
  /// Last step.
  public var lastStep: Int

  /// Most steps in a stretch.
  public static let stretchLength = 32

  /// Creates an overview.
  public init(
    stretches: [Stretch] = [], columns: [Column] = [], evaluations: [Evaluation] = [],
    lastStep: Int = 0
  ) {
    self.stretches = stretches
    self.columns = columns
    self.evaluations = evaluations
    self.lastStep = lastStep
  }
}
