import Screen

extension Key {
  private static let names: [(name: String, key: Key)] =
    [
      ("space", .character(" ")), ("enter", .enter), ("esc", .escape), ("tab", .tab),
      ("shift-tab", .backTab), ("up", .up), ("down", .down), ("left", .left), ("right", .right),
      ("pgup", .pageUp), ("pgdn", .pageDown), ("home", .home), ("end", .end),
      ("backspace", .backspace), ("delete", .delete),
    ] + (1...12).map { ("f\($0)", .function($0)) }

  /// Names of more than a character, without those of the function keys.
  static let longNames = names.filter(\.key.isNamed).map(\.name)

  /// What is said of keys that are unknown.
  static let naming =
    "a key is one character, " + longNames.joined(separator: ", ")
    + ", f1 to f12 or ctrl- and a letter"

  private var isNamed: Bool {
    if case .function = self { false } else { true }
  }

  /// The key of a name: `space`, `pgup`, `f5`, `ctrl-l`, or the character itself; nil where there is none.
  ///
  /// Control and i, j, m or h is what terminals send for tab, enter and backspace, and z stops the program: these
  /// are no keys of their own.
  public init?(named name: String) {
    if let key = Self.names.first(where: { $0.name == name })?.key {
      self = key
      return
    }
    if name.hasPrefix("ctrl-"), name.count == 6, let letter = name.last, letter.isASCII,
      letter.isLowercase, !"ijmhz".contains(letter)
    {
      self = .control(letter)
      return
    }
    guard name.count == 1, let character = name.first,
      !character.isWhitespace, character.unicodeScalars.allSatisfy(\.properties.isPrintable)
    else { return nil }
    self = .character(character)
  }

  /// Its name, as the help writes it; nil for what is no key of the keyboard.
  public var name: String? {
    if let name = Self.names.first(where: { $0.key == self })?.name { return name }
    switch self {
    case .character(let character): return String(character)
    case .control(let letter): return "ctrl-\(letter)"
    default: return nil
    }
  }

  /// Whether it is typed as part of a count.
  var digit: Int? {
    guard case .character(let character) = self, character.isASCII else { return nil }
    return character.wholeNumberValue
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isPrintable: Bool {
    switch generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }
}
