/// The fixed colours of an xterm with 256 of them.
public enum Palette {
  /// Red, green and blue, 0 ... 255 each.
  ///
  /// 0 ... 15 are xterm's defaults (every terminal has its own), 16 ... 231 the 6 x 6 x 6 cube,
  /// 232 ... 255 greys.
  public static func rgb(_ index: UInt8) -> (red: Int, green: Int, blue: Int) {
    switch index {
    case 0...15: return named[Int(index)]
    case 16...231:
      let cube = Int(index) - 16
      return (step(cube / 36), step(cube / 6 % 6), step(cube % 6))
    default:
      let grey = 8 + 10 * (Int(index) - 232)
      return (grey, grey, grey)
    }
  }

  /// Relative luminance, 0 (black) ... 1 (white), with the square as an approximation of gamma.
  public static func luminance(_ index: UInt8) -> Double {
    let (red, green, blue) = rgb(index)
    func linear(_ value: Int) -> Double { Double(value * value) / (255 * 255) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// `#rrggbb`, as in SVG.
  public static func hex(_ index: UInt8) -> String {
    let (red, green, blue) = rgb(index)
    let value = String(red << 16 | green << 8 | blue, radix: 16)
    return "#" + String(repeating: "0", count: 6 - value.count) + value
  }

  private static func step(_ level: Int) -> Int { level == 0 ? 0 : 55 + 40 * level }

  private static let named = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205),
    (0, 205, 205), (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
  ]
}
