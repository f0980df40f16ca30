/// A canvas of dots, two across and four down a cell, drawn as braille or as ASCII.
///
/// Dots belong to layers; a cell takes the style of its topmost layer and shows the dots of all.
public struct DotCanvas: Sendable, Hashable {
  /// Cells across and down.
  public let columns: Int
  /// Cells down.
  public let rows: Int
  /// Dots across.
  public var width: Int { columns * 2 }
  /// Dots down.
  public var height: Int { rows * 4 }
  /// Eight bits a cell, in braille's order.
  private var bits: [UInt8]
  /// Topmost layer drawn into each cell.
  private var layers: [UInt8]

  /// Creates an empty canvas.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    bits = Array(repeating: 0, count: self.columns * self.rows)
    layers = bits
  }

  /// Sets a dot; outside the canvas nothing happens.
  ///
  /// - Parameters:
  ///   - x: Dots from the left edge.
  ///   - y: Dots from the top edge.
  ///   - layer: Higher layers lend their style to the cell.
  public mutating func set(x: Int, y: Int, layer: UInt8 = 0) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let cell = y / 4 * columns + x / 2
    bits[cell] |= Self.bit(x % 2, y % 4)
    layers[cell] = max(layers[cell], layer)
  }

  /// Draws a straight line between two dots, both included.
  public mutating func line(
    from start: (x: Int, y: Int), to end: (x: Int, y: Int), layer: UInt8 = 0
  ) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
    guard steps < 1 << 20 else { return }
    for step in 0...steps {
      // Rounded to the nearest dot, halves upwards, without floating point.
      let x = start.x + rounded((end.x - start.x) * step, over: steps)
      let y = start.y + rounded((end.y - start.y) * step, over: steps)
      set(x: x, y: y, layer: layer)
    }
  }

  /// Draws the canvas into a frame from a place on; cells without dots leave what is there.
  ///
  /// - Parameters:
  ///   - styles: One for each layer; the last one also for layers above.
  public func draw(
    into frame: inout Frame, x: Int, y: Int, styles: [Style], glyphs: Glyphs = .unicode
  ) {
    for row in 0..<rows {
      for column in 0..<columns where bits[row * columns + column] != 0 {
        let cell = row * columns + column
        let layer = min(Int(layers[cell]), styles.count - 1)
        let style = layer >= 0 ? styles[layer] : .plain
        frame[x + column, y + row] = Cell(glyph(bits[cell], glyphs), style: style)
      }
    }
  }

  private func glyph(_ bits: UInt8, _ glyphs: Glyphs) -> Unicode.Scalar {
    if glyphs.hasBraille, let braille = Unicode.Scalar(0x2800 + UInt32(bits)) { return braille }
    return glyphs.dots[bits.nonzeroBitCount > 3 ? 1 : 0]
  }

  private func rounded(_ numerator: Int, over denominator: Int) -> Int {
    let doubled = 2 * numerator + denominator
    let quotient = doubled / (2 * denominator)
    return doubled < 0 && doubled % (2 * denominator) != 0 ? quotient - 1 : quotient
  }

  /// Braille numbers its dots down the left column, then down the right one, the last row at the end.
  private static func bit(_ x: Int, _ y: Int) -> UInt8 {
    switch (x, y) {
    case (0, 0): 0x01
    case (0, 1): 0x02
    case (0, 2): 0x04
    case (1, 0): 0x08
    case (1, 1): 0x10
    case (1, 2): 0x20
    case (0, _): 0x40
    default: 0x80
    }
  }
}
