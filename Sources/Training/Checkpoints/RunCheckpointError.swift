/// Why a run cannot be taken up from a checkpoint: what is wrong, and what to do.
public struct RunCheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// Truncated, changed, or no checkpoint at all.
    case damaged
    /// Written by a version of ranktop with another format.
    case otherVersion
    /// Its allocator is not in this build.
    case unknownAllocator
    /// It belongs to another model, or to other ranks.
    case doesNotFit
    /// It cannot be written.
    case unwritable
  }

  /// Kind of failure.
  public let code: Code
  /// What happened and what to do, in one sentence.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
