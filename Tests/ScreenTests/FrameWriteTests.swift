import Screen
import Testing

struct FrameWriteTests {
  @Test func `text is clipped on every side`() {
    var frame = Frame(width: 5, height: 2)
    frame.write("abcdefgh", x: -2, y: 0)
    frame.write("outside", x: 0, y: 2)
    frame.write("outside", x: 0, y: -1)
    frame.write("xyz", x: 3, y: 1)
    #expect(frame.rows == ["cdefg", "   xy"])
  }

  @Test func `text is clipped to an area inside the frame`() {
    var frame = Frame(width: 8, height: 3)
    let end = frame.write(
      "abcdefgh", x: 1, y: 1, in: Area(x: 2, y: 1, width: 3, height: 1))
    #expect(frame.rows == ["", "  bcd", ""])
    #expect(end == 9)
  }

  @Test func `what is too long ends in an ellipsis`() {
    var frame = Frame(width: 6, height: 3)
    frame.write("abcdefgh", in: frame.area)
    frame.write("abc", in: frame.area.row(1), .right)
    frame.write("abcdefgh", in: frame.area.row(2), ellipsis: "~")
    #expect(frame.rows == ["abcde…", "   abc", "abcde~"])
    #expect("abc".fitted(to: 3) == "abc")
    #expect("abcd".fitted(to: 1) == "…")
    #expect("abcd".fitted(to: 0) == "")
  }

  @Test(arguments: [
    ("a\u{1B}[31mb", "a?[31mb"), ("tab\there", "tab?here"), ("漢字", "??"), ("e\u{301}", "e"),
    ("é−→●⣿█", "é−→●⣿█"), ("👍🏽", "?"), ("zero\u{200B}width", "zerowidth"), ("\u{FEFF}x", "x"),
  ])
  func `what would break the grid never reaches it`(text: String, shown: String) {
    var frame = Frame(width: 12, height: 1)
    frame.write(text, x: 0, y: 0)
    #expect(frame.rows == [shown])
    #expect(text.cellCount == shown.unicodeScalars.count)
  }

  @Test func `a line keeps its styles and is cut at the right`() {
    var line = Line("label ", style: Style(attributes: .dim))
    line.append("value", style: Style(attributes: .bold))
    var frame = Frame(width: 9, height: 2)
    frame.write(line, in: frame.area.row(0))
    frame.write(line, in: Area(x: 0, y: 1, width: 30, height: 1))
    #expect(frame.rows == ["label va…", "label val"])
    #expect(frame.styleGrid.rows[0] == "AAAAAABBB")
    #expect(frame.styleGrid.legend.map(\.style.attributes) == [.dim, .bold])
  }

  @Test func `the letter grid tells styles apart`() {
    var frame = Frame(width: 4, height: 2)
    frame[1, 0] = Cell("x", style: Style(foreground: .indexed(3)))
    frame[2, 1] = Cell("y", style: Style(background: .indexed(3)))
    frame[3, 1] = Cell("z", style: Style(foreground: .indexed(3)))
    #expect(frame.styleGrid.rows == [".A..", "..BA"])
  }

  @Test func `reduced to ASCII, nothing else is left`() {
    var frame = Frame(width: 8, height: 1)
    frame.write("−1→…·–é漢", x: 0, y: 0)
    frame.reduceToASCII()
    #expect(frame.rows == ["-1>..-??"])
  }

  @Test func `restyling leaves glyphs alone`() {
    var frame = Frame(width: 3, height: 1)
    frame.write("abc", x: 0, y: 0)
    frame.restyle(Area(x: 1, y: 0, width: 9, height: 9)) { $0.attributes.insert(.bold) }
    #expect(frame.rows == ["abc"])
    #expect(frame.styleGrid.rows == [".AA"])
  }
}
