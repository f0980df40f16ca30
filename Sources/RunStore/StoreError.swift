/// A run file could not be created, written, read or steered: what happened, and what to do.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: Sendable, Hashable {
    /// The file to create exists already.
    case fileExists
    /// There is no such file.
    case fileNotFound
    /// The file is not a run of ranktop.
    case notARun
    /// The file was written by a newer ranktop.
    case schemaTooNew(found: Int, known: Int)
    /// The file is truncated or its contents contradict themselves.
    case damaged
    /// The disk, or the size allowed for the run, is full.
    case diskFull
    /// The file or its folder cannot be written, or not be read.
    case accessDenied
    /// Another process holds the file for too long.
    case busy
    /// The run has ended: nothing listens to it any more.
    case runEnded
    /// The run is being recorded right now.
    case runIsLive
    /// The system or SQLite failed in another way; ``StoreError/cause`` says how.
    case system
  }

  /// What kind of failure it is.
  public let code: Code
  /// What happened, then what to do: one or two sentences for a person.
  public let message: String
  /// What SQLite or the system said, if anything.
  public let cause: String?

  /// Creates an error.
  public init(_ code: Code, _ message: String, cause: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, and in parentheses the cause.
  public var description: String {
    cause.map { "\(message) (\($0))" } ?? message
  }
}
