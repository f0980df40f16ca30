/// A key of a TOML file with its value.
struct TOMLEntry: Sendable, Hashable {
  /// Table that it stands in; empty before the first.
  var table: String
  var key: String
  var value: TOMLValue
  /// Line of the key, counted from 1.
  var line: Int
}

/// A value of a TOML file, as far as they are read.
enum TOMLValue: Sendable, Hashable {
  case string(String), number(Double), boolean(Bool)
  case array([Element])

  /// One of several, which may stand on lines of their own.
  struct Element: Sendable, Hashable {
    var value: TOMLValue
    var line: Int
  }

  /// As it may be written.
  var text: String {
    switch self {
    case .string(let text):
      let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
      return "\"\(escaped)\""
    case .number(let number): return Int(exactly: number).map(String.init) ?? "\(number)"
    case .boolean(let isTrue): return "\(isTrue)"
    case .array(let elements): return "[\(elements.map(\.value.text).joined(separator: ", "))]"
    }
  }
}
