import Screen
import Testing

/// What the environment says about the terminal, and what is made of it.
@Suite struct EnvironmentTests {
  private func first(
    _ environment: [String: String], _ arguments: [String] = [], redirected: [Int32] = []
  ) throws -> String {
    try PseudoTerminal(arguments, environment: environment, redirected: redirected).report()
  }

  @Test(arguments: [
    ("xterm-256color", 256), ("tmux-256color", 256), ("screen-256color", 256), ("xterm", 8),
    ("linux", 8), ("vt100", 0),
  ])
  func `colours are as many as the terminal has, none with NO_COLOR`(
    term: String, colors: Int
  ) throws {
    let settings = ["TERM": term, "LC_ALL": "C.UTF-8"]
    func expected(_ colors: Int) -> String {
      "open 80x24 colors=\(colors) unicode=true term=\(term)"
    }
    #expect(try first(settings) == expected(colors))
    let without = settings.merging(["NO_COLOR": "1"]) { $1 }
    #expect(try first(without) == expected(0))
    #expect(try first(without, ["colors"]) == expected(colors))
    #expect(try first(without, ["eight"]) == expected(min(8, colors)))
    #expect(try first(settings.merging(["NO_COLOR": ""]) { $1 }) == expected(colors))
  }

  @Test(arguments: [
    "xterm-256color", "tmux-256color", "screen-256color", "xterm", "linux", "vt100",
  ])
  func `every terminal shows frames and is left clean`(term: String) throws {
    for size in [(80, 24), (1, 1)] {
      let terminal = try PseudoTerminal(
        width: size.0, height: size.1, environment: ["TERM": term, "LC_ALL": "C.UTF-8"])
      #expect(try terminal.report().hasPrefix("open \(size.0)x\(size.1)"))
      var emulator = TerminalEmulator(width: size.0, height: size.1)
      for seed in 1...5 {
        try terminal.command("noise \(seed) \(seed)")
        try terminal.command("show")
        emulator.feed(try terminal.written())
      }
      var expected = Frame(width: size.0, height: size.1)
      for seed in 1...5 { noise(&expected, seed: seed, stride: seed) }
      // Where a terminal cannot switch off wrapping at its edge, curses draws the last corner by
      // way of the column before it, which one column lacks.
      let isDrawable = size != (1, 1) || ["xterm-256color", "xterm"].contains(term)
      if isDrawable { #expect(text(emulator.frame) == text(expected)) }
      terminal.send("close")
      #expect(try terminal.report() == "closed")
      #expect(terminal.modes() == terminal.initialModes)
    }
  }

  @Test func `an unknown terminal is taken for an xterm and says so`() throws {
    let terminal = try PseudoTerminal(
      environment: ["TERM": "no-such-terminal", "LC_ALL": "C.UTF-8"])
    #expect(try terminal.report() == "open 80x24 colors=256 unicode=true term=xterm-256color")
    #expect(
      try terminal.report() == "note TERM=no-such-terminal is unknown here: using xterm-256color")
  }

  @Test func `a terminal that cannot draw is refused in words`() throws {
    #expect(
      try first(["TERM": "dumb"])
        == "error the terminal type dumb cannot draw a screen: set TERM to the real type, or use "
        + "--headless")
    #expect(
      try first([:])
        == "error TERM is not set: set it to the terminal's type, for example xterm-256color")
    #expect(try first(["TERM": "xterm"], ["obstacle"]) == "obstacle none")
    #expect(
      try first(["TERM": "xterm"], ["obstacle"], redirected: [0])
        == "obstacle standard input is not a terminal: run it from a terminal, or with --headless")
    #expect(
      try first(["TERM": "xterm"], redirected: [1])
        == "error standard output is not a terminal: run it without a pipe, or with --headless")
  }

  @Test(arguments: [
    ([:], true, true), (["LANG": "C.UTF-8"], true, false), (["LC_ALL": "C"], false, false),
    (["LANG": "POSIX"], false, false), (["LANG": "xx_XX.UTF-8"], true, true),
    (["LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"], true, false),
    (["TERM": "vt100"], false, false),
  ])
  func `the locale says whether glyphs beyond ASCII are shown`(
    settings: [String: String], hasUnicode: Bool, isAssumed: Bool
  ) throws {
    let terminal = try PseudoTerminal(
      environment: ["TERM": "xterm"].merging(settings) { $1 })
    #expect(try terminal.report().contains("unicode=\(hasUnicode)"))
    if isAssumed {
      #expect(
        try terminal.report()
          == "note the environment names no installed locale: assuming UTF-8")
    }
    try terminal.command("text 0 0 256 256 0 ─é▁x")
    try terminal.command("show")
    var emulator = TerminalEmulator()
    emulator.feed(try terminal.written())
    #expect(text(emulator.frame).hasPrefix(hasUnicode ? "─é▁x" : "-e_x"))
  }

  @Test func `without colours emphasis remains`() throws {
    let terminal = try PseudoTerminal(
      environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"])
    _ = try terminal.report()
    try terminal.command("text 0 0 196 21 9 x")
    try terminal.command("show")
    var emulator = TerminalEmulator()
    emulator.feed(try terminal.written())
    #expect(emulator.frame[0, 0] == Cell("x", style: Style(attributes: [.bold, .reverse])))
  }

  @Test func `with eight colours the nearest named ones are shown`() throws {
    let terminal = try PseudoTerminal(
      environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"])
    _ = try terminal.report()
    try terminal.command("text 0 0 196 21 0 x")
    try terminal.command("show")
    var emulator = TerminalEmulator()
    emulator.feed(try terminal.written())
    let style = Style(foreground: .indexed(1), background: .indexed(4), attributes: .bold)
    #expect(emulator.frame[0, 0] == Cell("x", style: style))
  }
}
