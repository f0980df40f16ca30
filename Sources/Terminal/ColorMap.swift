import Screen

/// The terminal's numbered colours as light, and their nearest relatives on terminals with fewer.
package enum ColorMap {
  /// Red, green and blue, 0 ... 255 each.
  package typealias RGB = SIMD3<Int>

  /// A colour as xterm shows it: 16 named ones, the 6 x 6 x 6 cube, 24 greys.
  package static func rgb(_ index: UInt8) -> RGB {
    let number = Int(index)
    if number < 16 { return named[number] }
    if number >= 232 { return RGB(repeating: 8 + 10 * (number - 232)) }
    let place = number - 16
    return RGB(level(place / 36), level(place / 6 % 6), level(place % 6))
  }

  private static func level(_ step: Int) -> Int { step == 0 ? 0 : 55 + 40 * step }

  private static let named: [RGB] = [
    RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0),
    RGB(0, 0, 238), RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229),
    RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
    RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
  ]

  /// One of the eight named colours, plain or bright.
  package struct Basic: Sendable, Hashable {
    /// 0 black, 1 red, 2 green, 3 yellow, 4 blue, 5 magenta, 6 cyan, 7 white.
    package let hue: Int
    /// Whether the bright one of the two is meant; bright black is dark grey.
    package let isBright: Bool
  }

  /// The named colour that stands for a numbered one.
  ///
  /// The hue decides, not the distance, which would turn most of a ramp into grey: a channel counts as
  /// on when it lies in the upper half between the weakest and the strongest; colours with channels
  /// closer than 48 are grey, in four steps (black below 48, dark grey below 128, white below 208,
  /// bright white). A colour is bright when its strongest channel reaches 208.
  package static func basic(_ index: UInt8) -> Basic {
    if index < 16 { return Basic(hue: Int(index) % 8, isBright: index >= 8) }
    let light = rgb(index)
    let strongest = light.max()
    let weakest = light.min()
    if strongest - weakest < 48 {
      return Basic(
        hue: strongest < 128 ? 0 : 7, isBright: strongest >= 48 && !(128..<208).contains(strongest))
    }
    var hue = 0
    for channel in 0..<3 where 2 * light[channel] >= strongest + weakest { hue |= 1 << channel }
    return Basic(hue: hue, isBright: strongest >= 208)
  }

  /// How different two colours look, roughly; 0 for the same.
  package static func distance(_ one: RGB, _ other: RGB) -> Int {
    let step = one &- other
    return 2 * step.x * step.x + 4 * step.y * step.y + 3 * step.z * step.z
  }
}
