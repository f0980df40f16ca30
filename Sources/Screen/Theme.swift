/// Every style and sign that views use, for one kind of terminal.
///
/// Nothing is said by colour alone: a sign, a word or a number always says it too.
public struct Theme: Sendable, Hashable {
  /// How many colours there are.
  public var depth: ColorDepth
  /// Signs.
  public var glyphs: Glyphs
  /// Values as colours.
  public var ramp: ColorRamp
  /// Ordinary text.
  public var text = Style.plain
  /// Labels and axes: there, but behind.
  public var label = Style.plain
  /// Numbers that are read often.
  public var value = Style(attributes: .bold)
  /// Lines of boxes, and of the box that has the focus.
  public var border = Style.plain, focus = Style(attributes: .bold)
  /// Titles of boxes, and of the box that has the focus.
  public var title = Style(attributes: .bold), focusTitle = Style(attributes: [.bold, .underline])
  /// The one colour that leads the eye: curves, bars, keys.
  public var accent = Style(attributes: .bold)
  /// The filled part of a bar, and the part that is not.
  public var bar = Style(attributes: .bold), track = Style.plain
  /// What goes well, needs care, goes wrong.
  public var good = Style.plain, warning = Style(attributes: .bold)
  /// What goes wrong.
  public var bad = Style(attributes: .reverse)
  /// What a person did.
  public var person = Style(attributes: [.bold, .underline])
  /// The chosen cell or entry.
  public var selection = Style(attributes: [.reverse, .bold])

  /// Creates the theme for a terminal.
  public init(
    depth: ColorDepth, glyphs: Glyphs = .unicode, ramp name: ColorRamp.Name = .dusk
  ) {
    self.depth = depth
    self.glyphs = glyphs
    ramp = ColorRamp(name, depth: depth)
    switch depth {
    case .none: break
    case .sixteen:
      label = Style(attributes: .dim)
      border = Style(attributes: .dim)
      focus = Style(foreground: .indexed(6))
      focusTitle = Style(foreground: .indexed(6), attributes: .bold)
      accent = Style(foreground: .indexed(6))
      bar = Style(foreground: .indexed(6))
      good = Style(foreground: .indexed(2))
      warning = Style(foreground: .indexed(3))
      bad = Style(foreground: .indexed(1), attributes: .bold)
      person = Style(foreground: .indexed(5), attributes: .bold)
    case .full:
      label = Style(foreground: .indexed(245))
      border = Style(foreground: .indexed(239))
      focus = Style(foreground: .indexed(67))
      title = Style(attributes: .bold)
      focusTitle = Style(foreground: .indexed(74), attributes: .bold)
      accent = Style(foreground: .indexed(74))
      bar = Style(foreground: .indexed(67), background: .indexed(237))
      track = Style(foreground: .indexed(245), background: .indexed(237))
      good = Style(foreground: .indexed(108))
      warning = Style(foreground: .indexed(179))
      bad = Style(foreground: .indexed(203), attributes: .bold)
      person = Style(foreground: .indexed(176), attributes: .bold)
    }
  }
}
