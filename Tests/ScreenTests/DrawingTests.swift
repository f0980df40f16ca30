import Screen
import Testing

struct DrawingTests {
  @Test func `a box has a title above and a note below`() {
    var frame = Frame(width: 16, height: 4)
    let inside = frame.box(frame.area, title: Line("loss"), note: Line("@400"))
    frame.write("x", x: inside.x, y: inside.y)
    #expect(
      frame.rows == [
        "╭─ loss ───────╮",
        "│x             │",
        "│              │",
        "╰─────── @400 ─╯",
      ])
    #expect(inside == Area(x: 1, y: 1, width: 14, height: 2))
  }

  @Test func `a rule has both in one line, or the title alone`() {
    var frame = Frame(width: 20, height: 3)
    frame.box(frame.area.row(0), border: .rule, title: Line("loss"), note: Line("@400"))
    frame.box(frame.area.row(1), border: .rule, title: Line("loss"), note: Line("much too long"))
    let inside = frame.box(
      Area(x: 0, y: 2, width: 9, height: 1), border: .rule, title: Line("pruning timeline"),
      glyphs: .ascii)
    #expect(frame.rows == ["─ loss ────── @400 ─", "─ loss ─────────────", "- prunin~"])
    #expect(inside.isEmpty)
  }

  @Test(arguments: [Border.box, .rule, .none], 0...4)
  func `boxes of any size stay inside their area`(border: Border, size: Int) {
    var frame = Frame(width: 6, height: 6)
    let area = Area(x: 1, y: 1, width: size, height: size)
    let inside = frame.box(area, border: border, title: Line("title"), note: Line("note"))
    #expect(inside.isEmpty || inside.intersection(area) == inside)
    for y in 0..<6 {
      for x in 0..<6 where !area.overlaps(Area(x: x, y: y, width: 1, height: 1)) {
        #expect(frame[x, y] == Cell())
      }
    }
  }

  @Test(arguments: [
    (0.0, "        "), (0.5, "████    "), (1.0, "████████"), (2.0, "████████"), (-1.0, "        "),
    (1.0 / 64, "▏       "), (0.171875, "█▍      "), (Double.nan, "        "),
  ])
  func `a bar grows by eighths`(fraction: Double, text: String) {
    let track = Style(background: .indexed(237))
    var frame = Frame(width: 8, height: 1)
    frame.bar(fraction, in: frame.area, style: .plain, trackStyle: track)
    let shown = (0..<8).map { Character(frame[$0, 0].glyph) }
    #expect(String(shown) == text)
  }

  @Test func `without a background the track is a line, without UTF-8 a bar is made of signs`() {
    var frame = Frame(width: 8, height: 2)
    frame.bar(0.5, in: frame.area, style: .plain, trackStyle: .plain)
    frame.bar(0.5, in: frame.area.row(1), style: .plain, trackStyle: .plain, glyphs: .ascii)
    #expect(frame.rows == ["████────", "####----"])
  }

  @Test func `every dot of a cell has its braille bit`() {
    for (x, y, glyph) in [
      (0, 0, "⠁"), (0, 1, "⠂"), (0, 2, "⠄"), (0, 3, "⡀"), (1, 0, "⠈"), (1, 1, "⠐"), (1, 2, "⠠"),
      (1, 3, "⢀"),
    ] {
      var canvas = DotCanvas(columns: 1, rows: 1)
      canvas.set(x: x, y: y)
      var frame = Frame(width: 1, height: 1)
      canvas.draw(into: &frame, x: 0, y: 0, styles: [.plain])
      #expect(frame.rows == [glyph])
    }
  }

  @Test func `a straight line is the same there and back`() {
    for (end, text) in [((x: 7, y: 0), ["⠉⠉⠉⠉", ""]), ((x: 0, y: 7), ["⡇", "⡇"])] {
      var there = DotCanvas(columns: 4, rows: 2)
      there.line(from: (0, 0), to: end)
      var back = DotCanvas(columns: 4, rows: 2)
      back.line(from: end, to: (0, 0))
      var frame = Frame(width: 4, height: 2)
      there.draw(into: &frame, x: 0, y: 0, styles: [.plain])
      #expect(frame.rows == text)
      #expect(there == back)
    }
  }

  @Test func `a diagonal sets one dot a column`() {
    var canvas = DotCanvas(columns: 4, rows: 2)
    canvas.line(from: (0, 7), to: (7, 0))
    var frame = Frame(width: 4, height: 2)
    canvas.draw(into: &frame, x: 0, y: 0, styles: [.plain])
    #expect(frame.rows == ["  ⡠⠊", "⡠⠊"])
  }

  @Test func `the topmost layer lends its style, dots outside are dropped`() {
    let low = Style(attributes: .dim)
    let high = Style(attributes: .bold)
    var canvas = DotCanvas(columns: 2, rows: 1)
    canvas.set(x: 0, y: 0, layer: 0)
    canvas.set(x: 2, y: 0, layer: 0)
    canvas.set(x: 2, y: 1, layer: 1)
    canvas.set(x: 4, y: 0)
    canvas.set(x: -1, y: 0)
    canvas.set(x: 0, y: 4)
    var frame = Frame(width: 3, height: 1)
    canvas.draw(into: &frame, x: 0, y: 0, styles: [low, high])
    #expect(frame.rows == ["⠁⠃"])
    #expect(frame[0, 0].style == low)
    #expect(frame[1, 0].style == high)
  }

  @Test func `without braille few dots and many dots differ`() {
    var canvas = DotCanvas(columns: 2, rows: 1)
    canvas.set(x: 0, y: 0)
    for y in 0..<4 { canvas.line(from: (2, y), to: (3, y)) }
    var frame = Frame(width: 2, height: 1)
    canvas.draw(into: &frame, x: 0, y: 0, styles: [.plain], glyphs: .ascii)
    #expect(frame.rows == [".:"])
  }
}
