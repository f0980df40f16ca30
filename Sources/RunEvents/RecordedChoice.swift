/// A decision with what was alive before it.
public struct RecordedChoice: Sendable, Hashable {
  /// The decision as recorded.
  public var decision: Decision
  /// Alive before it, flat; empty where that is not known.
  public var aliveBefore: [Bool]

  /// Creates a choice.
  public init(decision: Decision, aliveBefore: [Bool]) {
    self.decision = decision
    self.aliveBefore = aliveBefore
  }
}

/// A component came or went.
public struct ComponentChange: Sendable, Hashable {
  /// Step after which it did.
  public var step: Int
  /// Slot inside its module.
  public var slot: Int
  /// Whether it came.
  public var isGrown: Bool

  /// Creates a change.
  public init(step: Int, slot: Int, isGrown: Bool) {
    self.step = step
    self.slot = slot
    self.isGrown = isGrown
  }
}
