import Screen
import Testing

/// What a user sees after frames were shown, and what that costs on the wire.
@Suite struct ShowingTests {
  private static let settings = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]

  private func open(
    _ arguments: [String] = [], width: Int = 80, height: Int = 24
  ) throws -> (PseudoTerminal, TerminalEmulator) {
    let terminal = try PseudoTerminal(
      arguments, width: width, height: height, environment: Self.settings)
    #expect(
      try terminal.report() == "open \(width)x\(height) colors=256 unicode=true term=xterm-256color"
    )
    return (terminal, TerminalEmulator(width: width, height: height))
  }

  @Test func `a frame appears on the second screen with the cursor hidden`() throws {
    var (terminal, emulator) = try open()
    try terminal.command("text 3 2 256 256 0 hello")
    try terminal.command("text 0 23 10 52 1 ▀█⣿┌")
    try terminal.command("show")
    emulator.feed(try terminal.written())
    var expected = Frame(width: 80, height: 24)
    for (x, glyph) in "hello".unicodeScalars.enumerated() { expected[3 + x, 2] = Cell(glyph) }
    let style = Style(foreground: .indexed(10), background: .indexed(52), attributes: .bold)
    for (x, glyph) in "▀█⣿┌".unicodeScalars.enumerated() {
      expected[x, 23] = Cell(glyph, style: style)
    }
    #expect(emulator.frame == expected)
    #expect(emulator.modes.isOnSecondScreen)
    #expect(!emulator.modes.isCursorVisible)
    #expect(emulator.unknown == [])
  }

  @Test(arguments: [(1, 1), (2, 1), (1, 5), (80, 24), (131, 37)])
  func `any sequence of frames looks as written at any size`(width: Int, height: Int) throws {
    var (terminal, emulator) = try open(width: width, height: height)
    var expected = Frame(width: width, height: height)
    for seed in 1...12 {
      let step = [1, 7, 53, 400][seed % 4]
      try terminal.command("noise \(seed) \(step)")
      try terminal.command("show")
      noise(&expected, seed: seed, stride: step)
      emulator.feed(try terminal.written())
      #expect(differences(emulator.frame, expected) == [], "after frame \(seed)")
    }
    #expect(emulator.unknown == [])
  }

  @Test func `an unchanged frame writes nothing`() throws {
    let (terminal, _) = try open()
    try terminal.command("noise 5 1")
    try terminal.command("show")
    #expect(try terminal.written().count > 1000)
    try terminal.command("show")
    #expect(try terminal.written() == [])
  }

  @Test func `one changed cell costs a few bytes`() throws {
    let (terminal, _) = try open(width: 200, height: 60)
    try terminal.command("noise 5 1")
    try terminal.command("text 150 40 256 256 0 a")
    try terminal.command("show")
    _ = try terminal.written()
    try terminal.command("text 150 40 256 256 0 b")
    try terminal.command("show")
    #expect((1...24).contains(try terminal.written().count))
  }

  @Test func `a redraw repairs a screen that something else wrote on`() throws {
    var (terminal, emulator) = try open()
    try terminal.command("noise 9 3")
    try terminal.command("show")
    emulator.feed(try terminal.written())
    let before = emulator.frame
    emulator.feed(Array("\u{1B}[5;5Hrubbish\r\n".utf8))
    #expect(emulator.frame != before)
    try terminal.command("redraw")
    emulator.feed(try terminal.written())
    #expect(emulator.frame == before)
  }

  @Test func `what lies beyond the edges is dropped and a smaller frame leaves blanks`() throws {
    var (terminal, emulator) = try open(width: 20, height: 4)
    try terminal.command("frame 30 9")
    try terminal.command("noise 2 1")
    try terminal.command("show")
    emulator.feed(try terminal.written())
    var large = Frame(width: 30, height: 9)
    noise(&large, seed: 2, stride: 1)
    for y in 0..<4 { for x in 0..<20 { #expect(emulator.frame[x, y] == large[x, y]) } }
    try terminal.command("frame 2 1")
    try terminal.command("text 0 0 256 256 0 ab")
    try terminal.command("show")
    emulator.feed(try terminal.written())
    var small = Frame(width: 20, height: 4)
    small[0, 0] = Cell("a")
    small[1, 0] = Cell("b")
    #expect(emulator.frame == small)
  }

  @Test func `glyphs that would break the grid show as question marks`() throws {
    var (terminal, emulator) = try open(width: 12, height: 1)
    try terminal.command("text 0 0 256 256 0 a漢\u{200B}\u{301}\u{85}\u{7}\u{AD}\u{7F}é▁")
    try terminal.command("show")
    emulator.feed(try terminal.written())
    #expect(text(emulator.frame) == "a???????é▁  ")
  }

  @Test func `synchronized output brackets a refresh and only when asked for`() throws {
    for (arguments, expected) in [(["synchronized"], 1), ([], 0)] {
      var (terminal, emulator) = try open(arguments)
      try terminal.command("noise 1 1")
      try terminal.command("show")
      try terminal.command("show")
      emulator.feed(try terminal.written())
      #expect(emulator.synchronizations == expected)
      #expect(emulator.modes.others == [7])
    }
  }

  @Test func `more pairs of colours than the table holds leave the shown ones alone`() throws {
    var (terminal, emulator) = try open(width: 64, height: 40)
    // 2 560 pairs: the first 1 023 are exact, the rest stand in for one another.
    for y in 0..<40 {
      for x in 0..<64 { try terminal.command("text \(x) \(y) \(x + 16) \(y + 100) 0 x") }
    }
    try terminal.command("show")
    emulator.feed(try terminal.written())
    for y in 0..<40 {
      for x in 0..<64 where y * 64 + x < 1023 {
        let style = Style(
          foreground: .indexed(UInt8(x + 16)), background: .indexed(UInt8(y + 100)))
        #expect(emulator.frame[x, y] == Cell("x", style: style))
      }
    }
    #expect(emulator.frame[63, 39].style.background != .standard)
  }
}
