extension Frame {
  /// The frame as lines for a terminal, styles as SGR sequences (ECMA-48, 8.3.117; colours as xterm has
  /// them); plain styles need none, so that a frame without colours is plain text.
  public var escapedText: String {
    var text = ""
    for y in 0..<height {
      var end = width
      while end > 0, self[end - 1, y] == Cell() { end -= 1 }
      var style = Style.plain
      for x in 0..<end {
        let cell = self[x, y]
        if cell.style != style {
          style = cell.style
          text += "\u{1B}[" + Self.sequence(style) + "m"
        }
        text.unicodeScalars.append(cell.glyph)
      }
      if style != .plain { text += "\u{1B}[0m" }
      text += "\n"
    }
    return text
  }

  private static func sequence(_ style: Style) -> String {
    var codes = ["0"]
    if style.attributes.contains(.bold) { codes.append("1") }
    if style.attributes.contains(.dim) { codes.append("2") }
    if style.attributes.contains(.underline) { codes.append("4") }
    if style.attributes.contains(.reverse) { codes.append("7") }
    for (color, base) in [(style.foreground, 30), (style.background, 40)] {
      guard case .indexed(let index) = color else { continue }
      codes.append(index < 8 ? "\(base + Int(index))" : "\(base + 8);5;\(index)")
    }
    return codes.joined(separator: ";")
  }
}
