import Foundation

/// The bytes of a checkpoint; what is in them is the trainer's business.
public struct CheckpointBytes: Sendable, Hashable {
  /// The bytes.
  public var data: Data
  /// What the trainer can tell later by whether they are still the same.
  public var fingerprint: String
  /// Whether somebody asked for it: such a one is never removed to make room.
  public var wasAsked: Bool

  /// Puts the bytes together.
  public init(data: Data, fingerprint: String, wasAsked: Bool) {
    self.data = data
    self.fingerprint = fingerprint
    self.wasAsked = wasAsked
  }
}

/// A checkpoint that a run file holds.
public struct StoredCheckpoint: Sendable, Hashable {
  /// Number of its note among the events: everything before is part of it.
  public var seq: Int64
  /// Last step finished.
  public var step: Int
  /// Size in bytes.
  public var bytes: Int
  /// Whether somebody asked for it.
  public var wasAsked: Bool
}
