import Screen

/// Numbers the pairs of colours that have been used, as terminals with curses want them.
///
/// A pair, once defined, keeps its colours: redefining one would repaint every cell that shows it. When
/// the table is full the nearest defined pair stands in.
package struct ColorPairs: Sendable {
  /// What a style comes to on the terminal.
  package struct Paint: Sendable, Hashable {
    /// Number of the pair; 0 is the terminal's own colours.
    package var pair: Int
    /// Emphasis, the style's own and what replaces a missing colour.
    package var attributes: Attributes
  }

  /// The colour numbers of a pair, -1 for the terminal's own.
  package struct Numbers: Sendable, Hashable {
    /// Of the glyph.
    package var foreground: Int
    /// Behind it.
    package var background: Int
  }

  private let depth: TerminalColorDepth
  private let isDirect: Bool
  private let hasStandard: Bool
  private let limit: Int
  /// Pair and bold bit by colours as written; `unknown` where not yet asked for.
  private var known: [UInt16]
  private var pairs: [Numbers: Int] = [:]

  private static let unknown: UInt16 = 0xFFFF
  private static let boldBit: UInt16 = 0x8000
  private static let side = 257

  /// Creates an empty table.
  ///
  /// - Parameters:
  ///   - depth: Colours to map to.
  ///   - isDirect: Whether colour numbers from 8 on are red, green and blue, 8 bits each.
  ///   - hasStandard: Whether -1 may be part of a pair; else white on black stands for it.
  ///   - limit: Pairs that may be defined, pair 0 included.
  package init(
    depth: TerminalColorDepth, isDirect: Bool = false, hasStandard: Bool = true, limit: Int
  ) {
    self.depth = depth
    self.isDirect = isDirect
    self.hasStandard = hasStandard
    self.limit = min(limit, 1024)
    let planes = depth == .none ? 0 : depth == .full ? 1 : 2
    known = Array(repeating: Self.unknown, count: planes * Self.side * Self.side)
  }

  /// What a style comes to; `define` is called once for each pair not used before.
  ///
  /// - Parameters:
  ///   - style: Colours and emphasis as written.
  ///   - isPicture: Whether the glyph is a block whose two colours are both pixels: they may become
  ///     the same. A letter stays legible instead.
  ///   - define: Tells the terminal about a new pair.
  /// - Complexity: O(1); O(pairs) when the table is full and the colours are new.
  package mutating func paint(
    for style: Style, isPicture: Bool, define: (_ pair: Int, _ numbers: Numbers) -> Void
  ) -> Paint {
    guard depth != .none else { return Paint(pair: 0, attributes: style.attributes) }
    var slot = Self.index(style.foreground) * Self.side + Self.index(style.background)
    if isPicture && depth != .full { slot += Self.side * Self.side }
    var entry = known[slot]
    if entry == Self.unknown {
      entry = resolve(style, isPicture: isPicture, define: define)
      known[slot] = entry
    }
    let isBold = entry & Self.boldBit != 0
    return Paint(
      pair: Int(entry & ~Self.boldBit),
      attributes: isBold ? style.attributes.union(.bold) : style.attributes)
  }

  private static func index(_ color: Color) -> Int {
    switch color {
    case .standard: 256
    case .indexed(let number): Int(number)
    }
  }

  private mutating func resolve(
    _ style: Style, isPicture: Bool, define: (Int, Numbers) -> Void
  ) -> UInt16 {
    var numbers = Numbers(
      foreground: number(style.foreground, isForeground: true),
      background: number(style.background, isForeground: false))
    let mayMerge = isPicture || depth == .full || style.foreground == style.background
    if !mayMerge && numbers.foreground == numbers.background && numbers.background >= 0 {
      numbers.foreground = Self.isDark(numbers.background) ? 7 : 0
    }
    let isBold = depth == .eight && numbers.foreground > 0 && isBright(style.foreground)
    let pair = UInt16(self.pair(numbers, define: define))
    return isBold ? pair | Self.boldBit : pair
  }

  private func isBright(_ color: Color) -> Bool {
    guard case .indexed(let index) = color else { return false }
    let basic = ColorMap.basic(index)
    return basic.isBright && basic.hue != 0
  }

  private static func isDark(_ number: Int) -> Bool { [0, 1, 4, 5, 8].contains(number) }

  private func number(_ color: Color, isForeground: Bool) -> Int {
    guard case .indexed(let index) = color else {
      return hasStandard ? -1 : isForeground ? 7 : 0
    }
    let basic = ColorMap.basic(index)
    switch depth {
    case .none: return -1
    case .full where isDirect && index >= 8:
      let light = ColorMap.rgb(index)
      return light.x << 16 | light.y << 8 | light.z
    case .full: return Int(index)
    case .sixteen: return basic.hue + (basic.isBright ? 8 : 0)
    case .eight:
      // Dark grey letters on black would vanish: they become plain white.
      return isForeground && basic.hue == 0 && basic.isBright ? 7 : basic.hue
    }
  }

  private mutating func pair(_ numbers: Numbers, define: (Int, Numbers) -> Void) -> Int {
    if numbers == Numbers(foreground: -1, background: -1) { return 0 }
    if let pair = pairs[numbers] { return pair }
    guard pairs.count + 1 < limit else { return nearest(to: numbers) }
    let pair = pairs.count + 1
    pairs[numbers] = pair
    define(pair, numbers)
    return pair
  }

  private func nearest(to wanted: Numbers) -> Int {
    func distance(_ numbers: Numbers) -> Int {
      // The ground counts twice: it fills the cell.
      ColorMap.distance(
        light(numbers.foreground, isForeground: true), light(wanted.foreground, isForeground: true))
        + 2
        * ColorMap.distance(
          light(numbers.background, isForeground: false),
          light(wanted.background, isForeground: false))
    }
    let best = pairs.min { one, other in
      (distance(one.key), one.value) < (distance(other.key), other.value)
    }
    return best?.value ?? 0
  }

  private func light(_ number: Int, isForeground: Bool) -> ColorMap.RGB {
    if number < 0 { return ColorMap.rgb(isForeground ? 7 : 0) }
    if isDirect && number >= 8 {
      return ColorMap.RGB(number >> 16 & 255, number >> 8 & 255, number & 255)
    }
    return ColorMap.rgb(UInt8(truncatingIfNeeded: number))
  }
}
