/// Reads the part of TOML 1.0 that a configuration of one level needs.
///
/// Read are comments, tables (`[keys]`, each once), bare and quoted keys, basic strings with their escapes,
/// literal strings, decimal numbers with underscores, booleans and arrays over one line or several. Dotted keys,
/// tables in tables, inline tables, strings of several lines, other bases, inf, nan and dates are named as not
/// read, with their line. Own code because a person must be told the line of a value that is wrong for its key,
/// which the Swift libraries do not keep (TOMLKit 0.6 has lines for what is no TOML only).
struct TOMLReader {
  let scalars: [Unicode.Scalar]
  var position = 0
  private(set) var line = 1
  private var table = ""
  private var tables: Set<String> = []
  private var seen: Set<String> = []
  private var entries: [TOMLEntry] = []

  private init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    self.scalars = scalars.first == "\u{FEFF}" ? Array(scalars.dropFirst()) : scalars
  }

  /// All entries of a text, in order.
  ///
  /// - Throws: ``ConfigurationFile/Problem`` for the first line that cannot be read.
  static func entries(_ text: String) throws(ConfigurationFile.Problem) -> [TOMLEntry] {
    var reader = TOMLReader(text)
    while reader.next != nil { try reader.readLine() }
    return reader.entries
  }

  var next: Unicode.Scalar? {
    position < scalars.count ? scalars[position] : nil
  }

  var isAtLineEnd: Bool {
    guard let next else { return true }
    return next == "\n"
      || (next == "\r" && position + 1 < scalars.count
        && scalars[position + 1] == "\n")
  }

  func problem(_ text: String) -> ConfigurationFile.Problem {
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

  // MARK: Between

  func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }

  func restOfLine(from start: Int) -> String {
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
  mutating func skipSpace() {
    while true {
      skipBlanks()
      skipComment()
      guard next != nil, isAtLineEnd else { return }
      skipLineEnd()
    }
  }
}
