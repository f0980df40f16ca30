extension Frame {
  /// The frame as an SVG picture: what a terminal with xterm's colours on a dark ground shows.
  ///
  /// Blocks and braille are drawn as shapes, so that the picture does not depend on the reader's fonts;
  /// other text is set in a monospaced face, each stretch forced to its columns' width.
  ///
  /// - Parameters:
  ///   - title: Text of the picture's title, for readers that do not see it.
  public func svg(title: String) -> String {
    var canvas = SVGCanvas(frame: self)
    canvas.drawBackgrounds()
    canvas.drawGlyphs()
    let width = width * SVGCanvas.cellWidth + 2 * SVGCanvas.margin
    let height = height * SVGCanvas.cellHeight + 2 * SVGCanvas.margin
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img">
      <title>\(SVGCanvas.escape(title))</title>
      <rect width="\(width)" height="\(height)" rx="8" fill="\(SVGCanvas.ground)"/>
      <g font-family="\(SVGCanvas.fonts)" font-size="15" xml:space="preserve">
      \(canvas.body)</g>
      </svg>

      """
  }
}

/// Collects the shapes of one picture.
private struct SVGCanvas {
  static let cellWidth = 9
  static let cellHeight = 19
  static let margin = 12
  static let baseline = 14
  static let ground = "#14161a"
  static let ink = "#d0d0d0"
  static let fonts = "DejaVu Sans Mono, Menlo, Consolas, monospace"

  let frame: Frame
  var body = ""

  init(frame: Frame) { self.frame = frame }

  static func escape(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  mutating func drawBackgrounds() {
    forEachRun { canvas, x, y, count, style in
      let (_, background) = canvas.colors(style)
      guard background != SVGCanvas.ground else { return }
      canvas.rectangle(
        x: Double(x * SVGCanvas.cellWidth), y: Double(y * SVGCanvas.cellHeight),
        width: Double(count * SVGCanvas.cellWidth), height: Double(SVGCanvas.cellHeight),
        color: background)
    }
  }

  mutating func drawGlyphs() {
    forEachRun { canvas, x, y, count, style in
      let (color, _) = canvas.colors(style)
      var column = x
      while column < x + count {
        let glyph = canvas.frame[column, y].glyph
        var end = column + 1
        if SVGCanvas.isShape(glyph) {
          // Equal neighbours that fill their cells' width become one shape.
          while SVGCanvas.isFullWidth(glyph), end < x + count, canvas.frame[end, y].glyph == glyph {
            end += 1
          }
          canvas.drawShape(glyph, x: column, end: end, y: y, color: color)
        } else if glyph != " " {
          while end < x + count, !SVGCanvas.isShape(canvas.frame[end, y].glyph),
            canvas.frame[end, y].glyph != " "
          {
            end += 1
          }
          canvas.text(x: column, y: y, end: end, color: color, style: style)
        }
        column = end
      }
    }
  }

  /// Blocks and braille are drawn as shapes.
  private static func isShape(_ glyph: Unicode.Scalar) -> Bool {
    (0x2580...0x258F).contains(glyph.value) || (0x2800...0x28FF).contains(glyph.value)
  }

  private static func isFullWidth(_ glyph: Unicode.Scalar) -> Bool {
    (0x2580...0x2588).contains(glyph.value)
  }

  /// Visits stretches of one style in a row.
  private mutating func forEachRun(
    _ visit: (inout Self, _ x: Int, _ y: Int, _ count: Int, Style) -> Void
  ) {
    for y in 0..<frame.height {
      var x = 0
      while x < frame.width {
        let style = frame[x, y].style
        var end = x + 1
        while end < frame.width && frame[end, y].style == style { end += 1 }
        visit(&self, x, y, end - x, style)
        x = end
      }
    }
  }

  private func colors(_ style: Style) -> (ink: String, ground: String) {
    var ink = Self.ink
    var ground = Self.ground
    if case .indexed(let index) = style.foreground { ink = Palette.hex(index) }
    if case .indexed(let index) = style.background { ground = Palette.hex(index) }
    return style.attributes.contains(.reverse) ? (ground, ink) : (ink, ground)
  }

  private mutating func text(x: Int, y: Int, end: Int, color: String, style: Style) {
    var scalars = String.UnicodeScalarView()
    for column in x..<end { scalars.append(frame[column, y].glyph) }
    let left = Self.margin + x * Self.cellWidth
    let base = Self.margin + y * Self.cellHeight + Self.baseline
    var attributes = ""
    if style.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
    if style.attributes.contains(.dim) { attributes += " opacity=\"0.6\"" }
    if style.attributes.contains(.underline) { attributes += " text-decoration=\"underline\"" }
    body +=
      "<text x=\"\(left)\" y=\"\(base)\" textLength=\"\((end - x) * Self.cellWidth)\" "
      + "lengthAdjust=\"spacingAndGlyphs\" fill=\"\(color)\"\(attributes)>"
      + Self.escape(String(scalars)) + "</text>\n"
  }

  private mutating func drawShape(
    _ glyph: Unicode.Scalar, x: Int, end: Int, y: Int, color: String
  ) {
    let left = Double(x * Self.cellWidth)
    let top = Double(y * Self.cellHeight)
    let width = Double((end - x) * Self.cellWidth)
    let height = Double(Self.cellHeight)
    switch glyph.value {
    case 0x2580: rectangle(x: left, y: top, width: width, height: height / 2, color: color)
    case 0x2581...0x2588:
      let part = height * Double(glyph.value - 0x2580) / 8
      rectangle(x: left, y: top + height - part, width: width, height: part, color: color)
    case 0x2589...0x258F:
      let part = width * Double(0x2590 - glyph.value) / 8
      rectangle(x: left, y: top, width: part, height: height, color: color)
    default: dots(UInt8(glyph.value & 0xFF), left: left, top: top, color: color)
    }
  }

  private mutating func dots(_ bits: UInt8, left: Double, top: Double, color: String) {
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    for (bit, place) in places.enumerated() where bits & (1 << UInt8(bit)) != 0 {
      let x = Double(Self.margin) + left + Double(Self.cellWidth) * (0.25 + 0.5 * Double(place.0))
      let y = Double(Self.margin) + top + Double(Self.cellHeight) * (0.125 + 0.25 * Double(place.1))
      body += "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"1.5\" fill=\"\(color)\"/>\n"
    }
  }

  private mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, color: String
  ) {
    let margin = Double(Self.margin)
    body +=
      "<rect x=\"\(number(x + margin))\" y=\"\(number(y + margin))\" width=\"\(number(width))\" "
      + "height=\"\(number(height))\" fill=\"\(color)\"/>\n"
  }

  /// At most two decimals, none where there are none.
  private func number(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : NumberText.fixed(value, decimals: 2)
  }
}
