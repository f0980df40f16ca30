import Screen

/// What a person has written into `config.toml`: how the dashboard looks.
///
/// Read is the part of TOML that it needs: tables, and keys with a string, a number or a boolean, one a
/// line, with `#` comments. Anything else, an unknown key among it, is an error with its line.
public struct ConfigurationFile: Sendable, Hashable {
  /// Why a file cannot be read.
  public struct Problem: Error, Hashable, CustomStringConvertible {
    /// Line, counted from 1.
    public var line: Int
    /// What is wrong and what would be right.
    public var text: String
    /// `line 3: ...`
    public var description: String { "line \(line): \(text)" }
  }

  /// Colours of values; nil where nothing is said.
  public var palette: ColorRamp.Name?
  /// Whether the mouse is used; nil where nothing is said.
  public var mouse: Bool?
  /// Whether plain ASCII is drawn; nil where nothing is said.
  public var ascii: Bool?
  /// Whether there are colours; nil where nothing is said.
  public var color: Bool?
  /// Most frames a second that no key asked for, 1 to 60; nil where nothing is said.
  public var frameRate: Int?

  /// A file with every key, to begin from.
  public static let example = """
    [screen]
    palette = "dusk"     # \(ColorRamp.Name.allCases.map(\.rawValue).joined(separator: ", "))
    mouse = true
    ascii = false
    color = true
    frame_rate = 15      # 1 to 60

    """

  /// A configuration that says nothing.
  public init() {}

  /// Reads a file's text.
  ///
  /// - Throws: ``Problem`` for the first line that is wrong.
  public init(_ text: String) throws(Problem) {
    var table = ""
    var seen: Set<String> = []
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, raw) in lines.enumerated() {
      func problem(_ text: String) -> Problem { Problem(line: index + 1, text: text) }
      let line = Self.trimmed(Self.withoutComment(raw))
      if line.isEmpty { continue }
      if line.hasPrefix("[") {
        guard line == "[screen]" else { throw problem("no table \(line): there is [screen]") }
        guard table.isEmpty else { throw problem("[screen] stands twice") }
        table = "screen"
        continue
      }
      guard let equals = line.firstIndex(of: "=") else {
        throw problem("expected KEY = VALUE, found \(line)")
      }
      let key = Self.trimmed(line[..<equals])
      let value = Self.trimmed(line[line.index(after: equals)...])
      guard table == "screen" else { throw problem("\(key) stands before [screen]") }
      guard seen.insert(key).inserted else { throw problem("\(key) stands twice") }
      do throws(Wrong) { try take(value, for: key) } catch { throw problem(error.text) }
    }
  }

  /// What is wrong with a value.
  private struct Wrong: Error {
    var text: String
  }

  private mutating func take(_ value: String, for key: String) throws(Wrong) {
    switch key {
    case "palette":
      let names = ColorRamp.Name.allCases
      guard let name = names.first(where: { value == "\"\($0.rawValue)\"" }) else {
        let list = names.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw Wrong(text: "palette is one of \(list), not \(value)")
      }
      palette = name
    case "mouse": mouse = try Self.boolean(value, key)
    case "ascii": ascii = try Self.boolean(value, key)
    case "color": color = try Self.boolean(value, key)
    case "frame_rate":
      guard let rate = Int(value), (1...60).contains(rate) else {
        throw Wrong(text: "frame_rate is a whole number from 1 to 60, not \(value)")
      }
      frameRate = rate
    default:
      throw Wrong(text: "no key \(key): there are palette, mouse, ascii, color, frame_rate")
    }
  }

  private static func boolean(_ value: String, _ key: String) throws(Wrong) -> Bool {
    if value == "true" { return true }
    if value == "false" { return false }
    throw Wrong(text: "\(key) is true or false, not \(value)")
  }

  /// The line up to a `#` outside of a string.
  private static func withoutComment(_ line: Substring) -> Substring {
    var isInString = false
    for index in line.indices {
      if line[index] == "\"" { isInString.toggle() }
      if line[index] == "#" && !isInString { return line[..<index] }
    }
    return line
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    var end = start.endIndex
    while end > start.startIndex, " \t".contains(start[start.index(before: end)]) {
      end = start.index(before: end)
    }
    return String(start[..<end])
  }
}
