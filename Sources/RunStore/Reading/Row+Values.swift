internal import GRDB

/// Column access by position that answers nil where a damaged file holds a value of another type;
/// GRDB's own subscript would end the process there.
extension Row {
  /// An integer, or nil.
  func integer(_ column: Int) -> Int64? {
    guard case .int64(let value) = (self[column] as DatabaseValue).storage else { return nil }
    return value
  }

  /// A floating-point number, or nil.
  func number(_ column: Int) -> Double? {
    switch (self[column] as DatabaseValue).storage {
    case .double(let value): value
    case .int64(let value): Double(value)
    default: nil
    }
  }

  /// A text, or nil.
  func text(_ column: Int) -> String? {
    guard case .string(let value) = (self[column] as DatabaseValue).storage else { return nil }
    return value
  }
}
