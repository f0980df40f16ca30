import Screen

/// A frame's glyphs, row by row.
func text(_ frame: Frame) -> String {
  (0..<frame.height).map { y in
    String(String.UnicodeScalarView((0..<frame.width).map { frame[$0, y].glyph }))
  }.joined(separator: "\n")
}

/// A cell as it is seen: of a blank without a line or reversal only the ground.
private func seen(_ cell: Cell) -> Cell {
  guard cell.glyph == " ", cell.style.attributes.isDisjoint(with: [.underline, .reverse]) else {
    return cell
  }
  return Cell(" ", style: Style(background: cell.style.background))
}

/// The places where two frames look different, with what is there; the first ten of them.
func differences(_ found: Frame, _ expected: Frame) -> [String] {
  var result: [String] = []
  for y in 0..<max(found.height, expected.height) {
    for x in 0..<max(found.width, expected.width) where result.count < 10 {
      if seen(found[x, y]) != seen(expected[x, y]) {
        result.append("(\(x), \(y)): found \(found[x, y]), expected \(expected[x, y])")
      }
    }
  }
  return result
}

/// The frame that the probe's command `noise` draws.
func noise(_ frame: inout Frame, seed: Int, stride step: Int) {
  for index in stride(from: 0, to: frame.width * frame.height, by: max(1, step)) {
    let mixed = (index &* 31 &+ seed &* 17) & 0xFFFF
    let style = Style(
      foreground: mixed % 5 == 0 ? .standard : .indexed(UInt8(mixed % 17)),
      background: mixed % 3 == 0 ? .standard : .indexed(UInt8(232 + mixed % 24)),
      attributes: Attributes(rawValue: UInt8(mixed >> 3 & 15)))
    frame[index % frame.width, index / frame.width] = Cell(
      Unicode.Scalar(UInt8(0x21 + (mixed % 90))), style: style)
  }
}
