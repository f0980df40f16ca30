/// A colour of the terminal.
public enum Color: Sendable, Hashable {
  /// The terminal's own foreground or background.
  case standard
  /// One of the terminal's numbered colours: 0 ... 15 named, 16 ... 255 the fixed cube and greys.
  case indexed(UInt8)
}

/// Emphasis that every terminal can show in some way.
public struct Attributes: OptionSet, Sendable, Hashable {
  /// Bits.
  public let rawValue: UInt8
  /// Creates a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Brighter or heavier.
  public static let bold = Attributes(rawValue: 1)
  /// Fainter.
  public static let dim = Attributes(rawValue: 2)
  /// Underlined.
  public static let underline = Attributes(rawValue: 4)
  /// Foreground and background exchanged.
  public static let reverse = Attributes(rawValue: 8)
}

/// How a cell looks.
public struct Style: Sendable, Hashable {
  /// Colour of the glyph.
  public var foreground: Color
  /// Colour behind it.
  public var background: Color
  /// Emphasis.
  public var attributes: Attributes

  /// Creates a style.
  public init(
    foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The terminal's own colours, no emphasis.
  public static let plain = Style()
}

/// One place on the screen: a glyph one column wide and its style.
public struct Cell: Sendable, Hashable {
  /// A printable scalar of width one; anything else is the writer's mistake and shows as `?`.
  public var glyph: Unicode.Scalar
  /// How it looks.
  public var style: Style

  /// Creates a cell.
  public init(_ glyph: Unicode.Scalar = " ", style: Style = .plain) {
    self.glyph = glyph
    self.style = style
  }
}
