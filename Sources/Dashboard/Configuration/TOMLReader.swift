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

/// Reads the part of TOML 1.0 that a configuration of one level needs.
///
/// Read are comments, tables (`[keys]`, each once), bare and quoted keys, basic strings with their escapes,
/// literal strings, decimal numbers with underscores, booleans and arrays over one line or several. Dotted keys,
/// tables in tables, inline tables, strings of several lines, other bases, inf, nan and dates are named as not
/// read, with their line. Own code because a person must be told the line of a value that is wrong for its key,
/// which the Swift libraries do not keep (TOMLKit 0.6 has lines for what is no TOML only).
struct TOMLReader {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var table = ""
  private var tables: Set<String> = []
  private var seen: Set<String> = []
  private var entries: [TOMLEntry] = []

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// All entries of a text, in order.
  ///
  /// - Throws: ``ConfigurationFile/Problem`` for the first line that cannot be read.
  static func entries(_ text: String) throws(ConfigurationFile.Problem) -> [TOMLEntry] {
    var reader = TOMLReader(text)
    while reader.next != nil { try reader.readLine() }
    return reader.entries
  }

  private var next: Unicode.Scalar? {
    position < scalars.count ? scalars[position] : nil
  }

  private var isAtLineEnd: Bool {
    guard let next else { return true }
    return next == "\n"
      || (next == "\r" && position + 1 < scalars.count
        && scalars[position + 1] == "\n")
  }

  private func problem(_ text: String) -> ConfigurationFile.Problem {
    ConfigurationFile.Problem(line: line, text: text)
  }

  private mutating func readLine() throws(ConfigurationFile.Problem) {
    skipBlanks()
    if next == "[" {
      try readTable()
    } else if !isAtLineEnd && next != "#" {
      let start = position
      let key = try readKey()
      skipBlanks()
      guard next == "=" else {
        throw problem("expected KEY = VALUE, found \(restOfLine(from: start))")
      }
      position += 1
      let entry = TOMLEntry(table: table, key: key, value: .boolean(true), line: line)
      guard seen.insert(key).inserted else { throw problem("\(key) stands twice") }
      entries.append(entry)
      skipBlanks()
      entries[entries.count - 1].value = try readValue(of: key)
    }
    skipBlanks()
    skipComment()
    guard isAtLineEnd else { throw problem("\(restOfLine(from: position)) is left over") }
    skipLineEnd()
  }

  private mutating func readTable() throws(ConfigurationFile.Problem) {
    let start = position
    position += 1
    skipBlanks()
    if next == "[" { throw problem("arrays of tables are not read: \(restOfLine(from: start))") }
    let name = try readKey()
    skipBlanks()
    guard next == "]" else { throw problem("expected [TABLE], found \(restOfLine(from: start))") }
    position += 1
    guard tables.insert(name).inserted else { throw problem("[\(name)] stands twice") }
    table = name
    seen = []
  }

  private mutating func readKey() throws(ConfigurationFile.Problem) -> String {
    if next == "\"" || next == "'" {
      guard case .string(let key) = try readString() else { return "" }
      return key
    }
    let start = position
    while let scalar = next, Self.isBare(scalar) { position += 1 }
    guard position > start else {
      throw problem("expected KEY = VALUE, found \(restOfLine(from: start))")
    }
    if next == "." { throw problem("keys with dots are not read: \(restOfLine(from: start))") }
    return text(start..<position)
  }

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }

  // MARK: Values

  private mutating func readValue(of key: String) throws(ConfigurationFile.Problem) -> TOMLValue {
    switch next {
    case "\"", "'": return try readString()
    case "[": return try readArray(of: key)
    case "{": throw problem("inline tables are not read: \(restOfLine(from: position))")
    default: break
    }
    let start = position
    while let scalar = next, !isAtLineEnd, !" \t#,]".unicodeScalars.contains(scalar) {
      position += 1
    }
    let word = text(start..<position)
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "": throw problem("\(key) has no value")
    default: break
    }
    guard let number = Self.number(word) else {
      throw problem(
        "\(word) is no value: strings stand in quotes, numbers are decimal, else true or false")
    }
    return .number(number)
  }

  /// A decimal number as TOML writes it: no leading zeros, digits on both sides of a point and an underscore.
  private static func number(_ word: String) -> Double? {
    let parts = word.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    let mantissa = parts[0].drop { $0 == "+" || $0 == "-" }
    guard parts[0].count - mantissa.count <= 1 else { return nil }
    let pieces = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let exponent = parts.dropFirst().map { $0.drop { $0 == "+" || $0 == "-" } }
    for digits in pieces + exponent {
      let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
      guard
        groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } })
      else { return nil }
    }
    guard pieces.count <= 2, pieces[0] == "0" || !pieces[0].hasPrefix("0") else { return nil }
    guard let number = Double(word.filter { $0 != "_" }), number.isFinite else { return nil }
    return number
  }

  private mutating func readArray(of key: String) throws(ConfigurationFile.Problem) -> TOMLValue {
    let first = line
    position += 1
    var elements: [TOMLValue.Element] = []
    while next != nil {
      skipSpace()
      if next == "]" || next == nil { break }
      if next == "[" { throw problem("arrays in arrays are not read") }
      let line = line
      elements.append(TOMLValue.Element(value: try readValue(of: key), line: line))
      skipSpace()
      if next == "," {
        position += 1
      } else if let next, next != "]" {
        throw problem("\(key): a comma or ] is missing before \(restOfLine(from: position))")
      }
    }
    guard next == "]" else {
      throw ConfigurationFile.Problem(line: first, text: "\(key): no ] ends it")
    }
    position += 1
    return .array(elements)
  }

  private mutating func readString() throws(ConfigurationFile.Problem) -> TOMLValue {
    let quote = scalars[position]
    let start = position
    position += 1
    if next == quote, position + 1 < scalars.count, scalars[position + 1] == quote {
      throw problem("strings of several lines are not read")
    }
    var string = String.UnicodeScalarView()
    while let scalar = next, scalar != quote {
      if isAtLineEnd { break }
      guard scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" else {
        throw problem("a string holds a control character: write it as an escape")
      }
      position += 1
      string.append(scalar == "\\" && quote == "\"" ? try readEscape() : scalar)
    }
    guard next == quote else {
      throw problem("no \(quote) ends the string \(restOfLine(from: start))")
    }
    position += 1
    return .string(String(string))
  }

  /// What stands after a backslash.
  private mutating func readEscape() throws(ConfigurationFile.Problem) -> Unicode.Scalar {
    guard let letter = next else { throw problem("a string ends in \\") }
    position += 1
    let simple: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
    ]
    if let scalar = simple[letter] { return scalar }
    if letter == "u" || letter == "U" {
      let end = position + (letter == "u" ? 4 : 8)
      if end <= scalars.count, scalars[position..<end].allSatisfy(\.properties.isASCIIHexDigit),
        let number = UInt32(text(position..<end), radix: 16), let scalar = Unicode.Scalar(number)
      {
        position = end
        return scalar
      }
      throw problem("\\\(letter) takes \(letter == "u" ? 4 : 8) hexadecimal digits of a character")
    }
    throw problem("\\\(letter) is no escape: a backslash is written \\\\, or in '...'")
  }

  // MARK: Between

  private func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }

  private func restOfLine(from start: Int) -> String {
    let end = scalars[start...].firstIndex { $0 == "\n" || $0 == "\r" } ?? scalars.count
    return text(start..<min(end, start + 60))
  }

  private mutating func skipBlanks() { while next == " " || next == "\t" { position += 1 } }

  private mutating func skipComment() {
    guard next == "#" else { return }
    while !isAtLineEnd { position += 1 }
  }

  private mutating func skipLineEnd() {
    if next == "\r" { position += 1 }
    guard next == "\n" else { return }
    position += 1
    line += 1
  }

  /// Blanks, comments and line ends, as between the values of an array.
  private mutating func skipSpace() {
    while true {
      skipBlanks()
      skipComment()
      guard next != nil, isAtLineEnd else { return }
      skipLineEnd()
    }
  }
}
