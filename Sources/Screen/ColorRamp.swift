/// How many colours a terminal has.
public enum ColorDepth: Sendable, Hashable, CaseIterable {
  /// None: emphasis only.
  case none
  /// The named ones; only the first eight are used, since many terminals have no more.
  case sixteen
  /// The fixed 256.
  case full
}

/// Styles by rising value: a coloured cell with text that can be read on it.
///
/// The 256-colour ramps were chosen by hand so that lightness rises from level to level, also as people
/// with colour-blindness see it; mapping a smooth colour map to the nearest of 256 goes
/// backwards in several places.
public struct ColorRamp: Sendable, Hashable {
  /// Styles from the lowest value to the highest; at least one.
  public let levels: [Style]
  /// Style of what has no value: not finite.
  public let blank: Style

  /// Creates a ramp.
  public init(levels: [Style], blank: Style = .plain) {
    precondition(!levels.isEmpty, "a ramp needs at least one level")
    self.levels = levels
    self.blank = blank
  }

  /// The style of a value in 0 ... 1; values outside take the ends, not-finite ones are blank.
  public func style(_ value: Double) -> Style {
    guard value.isFinite else { return blank }
    let level = Int(min(max(value, 0), 1) * Double(levels.count))
    return levels[min(level, levels.count - 1)]
  }

  /// Whether levels differ by colour, so that a cell without text shows its value.
  public var isColored: Bool { levels[0].background != .standard }

  /// Whether a level is one of the greys of the 256 colours.
  public var hasGreys: Bool {
    levels.contains { level in
      if case .indexed(let number) = level.background { number >= 232 } else { false }
    }
  }
}

extension ColorRamp {
  /// Names of the ramps to choose from.
  public enum Name: String, Sendable, Hashable, CaseIterable {
    /// Violet over blue and green to yellow, 15 levels.
    case viridis
    /// The same without greys and without its glaring end, 8 levels: for large areas.
    case dusk
    /// The same in 8 levels that are easier to tell apart.
    case viridis8
    /// Dark grey to yellow, 12 levels, the safest for colour-blind readers.
    case cividis
    /// Greys.
    case grey
    /// Black over blue, red and orange to white, 6 levels as far apart as they can be.
    case contrast
  }

  /// The ramp for a terminal with this many colours.
  public init(_ name: Name, depth: ColorDepth) {
    switch depth {
    case .none:
      self.init(levels: [
        .plain, Style(attributes: .bold), Style(attributes: .reverse),
        Style(attributes: [.reverse, .bold]),
      ])
    case .sixteen: self.init(backgrounds: [4, 5, 2, 3, 7], black: 0, white: 7)
    case .full: self.init(backgrounds: Self.indices(name), black: 16, white: 231)
    }
  }

  /// A ramp of backgrounds, each with the one of two text colours that is read better on it.
  private init(backgrounds: [UInt8], black: UInt8, white: UInt8) {
    self.init(
      levels: backgrounds.map { index in
        // Equal contrast of black and white text lies at a luminance of about 0.18.
        let text = Palette.luminance(index) > 0.18 ? black : white
        return Style(foreground: .indexed(text), background: .indexed(index))
      })
  }

  private static func indices(_ name: Name) -> [UInt8] {
    switch name {
    case .viridis: [53, 54, 24, 60, 242, 243, 66, 36, 107, 77, 148, 185, 220, 190, 227]
    case .dusk: [53, 54, 24, 30, 36, 77, 148, 185]
    case .viridis8: [54, 24, 242, 30, 36, 77, 184, 226]
    case .cividis: [235, 238, 240, 95, 243, 102, 246, 108, 179, 149, 221, 227]
    case .contrast: [16, 19, 127, 202, 220, 231]
    case .grey: [234, 236, 238, 240, 242, 244, 246, 248, 250, 252, 254]
    }
  }
}
