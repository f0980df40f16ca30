extension Frame {
  /// The frame as a PNG picture: what a terminal with xterm's colours on a dark ground shows.
  ///
  /// Each cell takes 12 by 24 pixels; text is set in a small font of dots, blocks, lines and braille are
  /// drawn as shapes. A frame of no cells is one dark pixel.
  public func png() -> [UInt8] {
    guard width > 0, height > 0 else { return PNG.file(width: 1, height: 1, pixels: [20, 22, 26]) }
    var canvas = PixelCanvas(frame: self)
    canvas.draw()
    return PNG.file(width: canvas.width, height: canvas.height, pixels: canvas.pixels)
  }
}

/// The pixels of one frame.
private struct PixelCanvas {
  typealias RGB = (red: Int, green: Int, blue: Int)
  private static let cellWidth = 12
  private static let cellHeight = 24
  private static let ground: RGB = (20, 22, 26)
  private static let ink: RGB = (208, 208, 208)

  let frame: Frame
  let width: Int
  let height: Int
  private(set) var pixels: [UInt8]

  init(frame: Frame) {
    self.frame = frame
    width = frame.width * Self.cellWidth
    height = frame.height * Self.cellHeight
    pixels = Array(repeating: 0, count: 3 * width * height)
  }

  mutating func draw() {
    for y in 0..<frame.height {
      for x in 0..<frame.width { draw(frame[x, y], x * Self.cellWidth, y * Self.cellHeight) }
    }
  }

  private mutating func draw(_ cell: Cell, _ left: Int, _ top: Int) {
    var (ink, ground) = colors(cell.style)
    fill(left, top, Self.cellWidth, Self.cellHeight, ground)
    if cell.style.attributes.contains(.dim) {
      func mix(_ a: Int, _ b: Int) -> Int { (3 * a + 2 * b) / 5 }
      ink = (mix(ink.red, ground.red), mix(ink.green, ground.green), mix(ink.blue, ground.blue))
    }
    switch cell.glyph.value {
    case 0x20: break
    case 0x2580...0x2590: block(cell.glyph.value, left, top, ink)
    case 0x2800...0x28FF: braille(cell.glyph.value & 0xFF, left, top, ink)
    default:
      if let arms = Self.arms[cell.glyph] {
        lines(arms, left, top, ink)
      } else {
        glyph(cell, left, top, ink)
      }
    }
    if cell.style.attributes.contains(.underline) {
      fill(left, top + Self.cellHeight - 2, Self.cellWidth, 1, ink)
    }
  }

  private func colors(_ style: Style) -> (ink: RGB, ground: RGB) {
    var (ink, ground) = (Self.ink, Self.ground)
    if case .indexed(let index) = style.foreground { ink = Palette.rgb(index) }
    if case .indexed(let index) = style.background { ground = Palette.rgb(index) }
    return style.attributes.contains(.reverse) ? (ground, ink) : (ink, ground)
  }

  private mutating func fill(_ x: Int, _ y: Int, _ columns: Int, _ rows: Int, _ color: RGB) {
    for row in y..<y + max(0, rows) {
      for column in x..<x + max(0, columns) {
        let place = 3 * (row * width + column)
        pixels[place] = UInt8(color.red)
        pixels[place + 1] = UInt8(color.green)
        pixels[place + 2] = UInt8(color.blue)
      }
    }
  }

  private mutating func glyph(_ cell: Cell, _ left: Int, _ top: Int, _ ink: RGB) {
    let isBold = cell.style.attributes.contains(.bold)
    for (row, bits) in PixelFont.rows(cell.glyph).enumerated() {
      for column in 0..<5 where bits >> UInt8(4 - column) & 1 == 1 {
        // A heavier dot reaches into its neighbour, at the most into the gap between cells.
        fill(left + 2 * column, top + 4 + 2 * row, isBold ? 3 : 2, 2, ink)
      }
    }
  }

  private mutating func block(_ value: UInt32, _ left: Int, _ top: Int, _ ink: RGB) {
    let (columns, rows) = (Self.cellWidth, Self.cellHeight)
    switch value {
    case 0x2580: fill(left, top, columns, rows / 2, ink)
    case 0x2581...0x2588:
      let part = rows * Int(value - 0x2580) / 8
      fill(left, top + rows - part, columns, part, ink)
    case 0x2589...0x258F:
      fill(left, top, (columns * Int(0x2590 - value) + 4) / 8, rows, ink)
    default: fill(left + columns / 2, top, columns / 2, rows, ink)
    }
  }

  private mutating func braille(_ bits: UInt32, _ left: Int, _ top: Int, _ ink: RGB) {
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    for (bit, place) in places.enumerated() where bits >> UInt32(bit) & 1 == 1 {
      fill(left + 2 + 6 * place.0, top + 2 + 6 * place.1, 3, 3, ink)
    }
  }

  /// Lines from the middle to the left, right, top and bottom, and how thick they are.
  private struct Arms {
    var left = false
    var right = false
    var up = false
    var down = false
    var thickness = 2
  }

  private mutating func lines(_ arms: Arms, _ left: Int, _ top: Int, _ ink: RGB) {
    let (thick, x, y) = (arms.thickness, Self.cellWidth / 2 - 1, Self.cellHeight / 2 - 1)
    if arms.left { fill(left, top + y, x + thick, thick, ink) }
    if arms.right { fill(left + x, top + y, Self.cellWidth - x, thick, ink) }
    if arms.up { fill(left + x, top, thick, y + thick, ink) }
    if arms.down { fill(left + x, top + y, thick, Self.cellHeight - y, ink) }
  }

  private static let arms: [Unicode.Scalar: Arms] = [
    "─": Arms(left: true, right: true), "━": Arms(left: true, right: true, thickness: 4),
    "│": Arms(up: true, down: true), "┃": Arms(up: true, down: true, thickness: 4),
    "┌": Arms(right: true, down: true), "╭": Arms(right: true, down: true),
    "┐": Arms(left: true, down: true), "╮": Arms(left: true, down: true),
    "└": Arms(right: true, up: true), "╰": Arms(right: true, up: true),
    "┘": Arms(left: true, up: true), "╯": Arms(left: true, up: true),
    "├": Arms(right: true, up: true, down: true), "┤": Arms(left: true, up: true, down: true),
    "┬": Arms(left: true, right: true, down: true), "┴": Arms(left: true, right: true, up: true),
    "┼": Arms(left: true, right: true, up: true, down: true),
  ]
}
