/// A data file could not be used: what is wrong, where, and what to do.
public struct DataError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Sendable, Hashable {
    /// No such file, or it cannot be read.
    case unreadable
    /// No rows.
    case empty
    /// A named column is not there.
    case missingColumn
    /// A row does not have the header's number of fields, or is not an object.
    case malformedRow
    /// Bytes that are not UTF-8.
    case notUTF8
    /// A label that training did not have, or that is no number.
    case badLabel
    /// Fewer than two classes.
    case tooFewClasses
  }

  /// What kind of failure it is.
  public let code: Code
  /// What happened, then what to do.
  public let description: String

  /// Creates an error.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
