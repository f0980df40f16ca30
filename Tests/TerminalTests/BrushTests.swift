import Screen
import Terminal
import Testing

/// Where the terminal is told of another style.
struct BrushTests {
  private let label = Style(foreground: .indexed(245))
  private let value = Style(attributes: .bold)

  /// Paints runs of text and returns where the style changes, and to what.
  private func turns(_ parts: (String, Style)...) -> [Int: Style] {
    var frame = Frame(width: parts.reduce(0) { $0 + $1.0.count }, height: 1)
    var x = 0
    for (text, style) in parts {
      for glyph in text.unicodeScalars {
        frame[x, 0] = Cell(glyph, style: style)
        x += 1
      }
    }
    var brush = Brush(cells: frame.cells[...])
    var turns: [Int: Style] = [:]
    for index in frame.cells.indices { turns[index] = brush.turn(to: index)?.style }
    return turns
  }

  @Test func `each change of style is told once`() {
    #expect(turns(("ab", label), ("c", value), ("d", .plain)) == [0: label, 2: value, 3: .plain])
  }

  @Test func `a short gap between two words keeps the style of the first`() {
    #expect(turns(("ab", label), ("   ", .plain), ("cd", label)) == [0: label])
    #expect(turns(("ab", label), ("  ", .plain), ("7", value)) == [0: label, 4: value])
    let eight = String(repeating: " ", count: 8)
    #expect(turns(("a", label), (eight, .plain), ("b", label)) == [0: label])
  }

  @Test func `a long gap, one at the end and one before plain text do not`() {
    let nine = String(repeating: " ", count: 9)
    #expect(turns(("a", label), (nine, .plain), ("b", label)) == [0: label, 1: .plain, 10: label])
    #expect(turns(("a", label), ("  ", .plain)) == [0: label, 1: .plain])
    #expect(turns(("a", label), ("  b", .plain)) == [0: label, 1: .plain])
  }

  @Test func `a gap on another ground, or beside lines and reversal, is drawn as written`() {
    let ground = Style(background: .indexed(237))
    #expect(turns(("a", label), (" ", ground), ("b", label)) == [0: label, 1: ground, 2: label])
    for mark in [Attributes.underline, .reverse] {
      let marked = Style(attributes: mark)
      #expect(
        turns(("a", marked), (" ", .plain), ("b", marked)) == [0: marked, 1: .plain, 2: marked])
      #expect(turns(("a", label), (" ", marked), ("b", label)) == [0: label, 1: marked, 2: label])
    }
  }
}
