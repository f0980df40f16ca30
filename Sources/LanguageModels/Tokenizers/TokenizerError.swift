/// Why a tokenizer could not be made from a folder.
public struct TokenizerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// The folder holds no `tokenizer.json`.
    case missing
    /// The file cannot be read.
    case unreadable
    /// The file is not a tokenizer, or contradicts itself.
    case malformed
    /// The file asks for a part that is not built in; the message names it.
    case unsupported
  }

  /// Kind of failure.
  public var code: Code
  /// What happened and what to do, with the file's path.
  public var message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
