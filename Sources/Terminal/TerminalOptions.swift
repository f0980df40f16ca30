/// How many colours a terminal tells apart.
public enum TerminalColorDepth: Int, Sendable, Hashable, Comparable {
  /// Emphasis only.
  case none = 0
  /// The eight named colours.
  case eight = 8
  /// The eight named colours and their bright ones.
  case sixteen = 16
  /// The fixed cube and greys as well: styles are shown as they are written.
  case full = 256

  /// Fewer colours come first.
  public static func < (left: TerminalColorDepth, right: TerminalColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Whether colours are wanted.
public enum ColorWish: Sendable, Hashable {
  /// What the terminal has, unless the environment variable `NO_COLOR` is set and not empty.
  case automatic
  /// What the terminal has, whatever the environment says.
  case always
  /// At most so many colours, whatever the environment says.
  case atMost(TerminalColorDepth)
}

/// Choices made when the terminal is opened.
public struct TerminalOptions: Sendable, Hashable {
  /// Whether colours are wanted.
  public var colors: ColorWish
  /// Glyphs beyond ASCII: `nil` as the locale says, `false` never, `true` wherever possible.
  public var unicode: Bool?
  /// Whether each refresh is bracketed by the synchronized-output sequences (mode 2026), which
  /// terminals that know them show in one piece and others ignore.
  public var isSynchronized: Bool
  /// How long the rest of a key's sequence may lag behind its escape. The escape key itself is
  /// reported after this time; slow links need more.
  public var escapeDelay: Duration
  /// Whether control-Z stops the program as shells expect, instead of arriving as a key.
  public var stopsOnControlZ: Bool
  /// Whether buttons and the wheel of a mouse arrive as keys, on terminals that have one. The terminal's own
  /// selecting of text then wants the shift key.
  public var mouse: Bool

  /// Creates options.
  public init(
    colors: ColorWish = .automatic, unicode: Bool? = nil, isSynchronized: Bool = false,
    escapeDelay: Duration = .milliseconds(25), stopsOnControlZ: Bool = true,
    mouse: Bool = false
  ) {
    self.colors = colors
    self.unicode = unicode
    self.isSynchronized = isSynchronized
    self.escapeDelay = escapeDelay
    self.stopsOnControlZ = stopsOnControlZ
    self.mouse = mouse
  }
}

/// What the opened terminal can show.
public struct TerminalCapabilities: Sendable, Hashable {
  /// Colours that styles are mapped to.
  public let colors: TerminalColorDepth
  /// Whether glyphs beyond ASCII are shown; where not, they are replaced by similar ASCII ones.
  public let hasUnicode: Bool
  /// The terminal type in use.
  public let termName: String
  /// What was assumed on the user's behalf, in sentences; mostly empty.
  public let notes: [String]
}

/// Columns and rows.
public struct TerminalSize: Sendable, Hashable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// Creates a size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}
