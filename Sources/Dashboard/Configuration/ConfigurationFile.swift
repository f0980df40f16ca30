import Screen

/// What a person has written into `config.toml`: how the dashboard looks, its keys, and what it begins with.
///
/// Read is the part of TOML that ``TOMLReader`` describes. Anything else, an unknown key among it, is a problem
/// with its line; what is right beside it holds.
public struct ConfigurationFile: Sendable, Hashable {
  /// Why a file, or a line of it, cannot be taken.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line, counted from 1; 0 for the file as a whole.
    public var line: Int
    /// What is wrong and what would be right.
    public var text: String
    /// `line 3: ...`
    public var description: String { line == 0 ? text : "line \(line): \(text)" }
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
  /// The keys, with a person's own in the place of the standard ones.
  public var keys = KeyTable.standard
  /// What the dashboard begins with.
  public var defaults = DashboardDefaults()
  /// Lines that were passed over because they are wrong, in order.
  public private(set) var problems: [Problem] = []

  private static let tables = ["screen", "defaults", "keys"]

  /// A configuration that says nothing.
  public init() {}

  /// A file that cannot be read, and why: nothing of it holds.
  public init(unreadable reason: String) { problems = [Problem(line: 0, text: reason)] }

  /// Takes from a file's text what is right, and names the rest in ``problems``.
  ///
  /// What is no TOML at all ends the reading: then nothing of the file holds.
  public init(lenient text: String) {
    var entries: [TOMLEntry]
    do throws(Problem) {
      entries = try TOMLReader.entries(text)
    } catch {
      problems = [error]
      return
    }
    for entry in entries {
      do throws(Wrong) { try take(entry) } catch {
        problems.append(Problem(line: entry.line, text: error.text))
      }
    }
    let keys = ConfiguredKeys(entries.filter { $0.table == "keys" })
    self.keys = keys.table
    problems = (problems + keys.problems).sorted { $0.line < $1.line }
  }

  /// Reads a file's text.
  ///
  /// - Throws: ``Problem`` for the first line that is wrong.
  public init(_ text: String) throws(Problem) {
    self.init(lenient: text)
    if let first = problems.first { throw first }
  }

  /// What is wrong with a value.
  private struct Wrong: Error {
    var text: String
  }

  private mutating func take(_ entry: TOMLEntry) throws(Wrong) {
    switch entry.table {
    case "keys": return
    case "screen": try takeScreen(entry.value, for: entry.key)
    case "defaults": try takeDefault(entry.value, for: entry.key)
    case "":
      throw Wrong(text: "\(entry.key) stands before a table: there are \(Self.listed(Self.tables))")
    default:
      throw Wrong(text: "no table [\(entry.table)]: there are \(Self.listed(Self.tables))")
    }
  }

  private static func listed(_ tables: [String]) -> String {
    tables.map { "[\($0)]" }.joined(separator: ", ")
  }

  private mutating func takeScreen(_ value: TOMLValue, for key: String) throws(Wrong) {
    switch key {
    case "palette":
      let names = ColorRamp.Name.allCases
      guard let name = names.first(where: { value == .string($0.rawValue) }) else {
        let list = names.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw Wrong(text: "palette is one of \(list), not \(value.text)")
      }
      palette = name
    case "mouse": mouse = try Self.boolean(value, key)
    case "ascii": ascii = try Self.boolean(value, key)
    case "color": color = try Self.boolean(value, key)
    case "frame_rate":
      guard case .number(let number) = value, let rate = Int(exactly: number),
        (1...60).contains(rate)
      else { throw Wrong(text: "frame_rate is a whole number from 1 to 60, not \(value.text)") }
      frameRate = rate
    default:
      throw Self.unknown(
        key, in: "screen", among: ["palette", "mouse", "ascii", "color", "frame_rate"])
    }
  }

  private mutating func takeDefault(_ value: TOMLValue, for key: String) throws(Wrong) {
    guard let option = DefaultOption.all.first(where: { $0.name == key }) else {
      throw Self.unknown(key, in: "defaults", among: DefaultOption.all.map(\.name))
    }
    guard let choice = option.choices.first(where: { $0.value == value }) else {
      throw Wrong(text: "\(key) is one of \(option.listed), not \(value.text)")
    }
    choice.set(&defaults)
  }

  private static func unknown(_ key: String, in table: String, among names: [String]) -> Wrong {
    let near = NearestName.of(key, among: names)
    return Wrong(
      text: "no key \(key) in [\(table)]: "
        + (near.map { "did you mean \($0)?" } ?? "there are \(names.joined(separator: ", "))"))
  }

  private static func boolean(_ value: TOMLValue, _ key: String) throws(Wrong) -> Bool {
    guard case .boolean(let isTrue) = value else {
      throw Wrong(text: "\(key) is true or false, not \(value.text)")
    }
    return isTrue
  }
}
