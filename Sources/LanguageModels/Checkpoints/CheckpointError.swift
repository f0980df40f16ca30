/// Why files of a model cannot be read or written.
public struct CheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// A folder or a file is not there.
    case missing
    /// A file cannot be opened or read.
    case unreadable
    /// A file ends before its contents do.
    case truncated
    /// A file is not what it should be, or contradicts itself.
    case malformed
    /// A tensor is not in the checkpoint.
    case missingTensor
    /// A tensor holds another type of number than asked for.
    case wrongType
    /// The model's architecture, or the kind of file, is not built in.
    case unsupported
    /// A folder to be written exists already.
    case exists
    /// A file cannot be written.
    case unwritable
  }

  /// Kind of failure.
  public var code: Code
  /// What happened and what to do; names the file, and the tensor where there is one.
  public var message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
