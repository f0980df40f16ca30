import Screen
import Testing

/// Keys as bytes on the wire and as they arrive.
@Suite struct KeyTests {
  private func open(_ arguments: [String] = [], term: String = "xterm-256color") throws
    -> PseudoTerminal
  {
    let terminal = try PseudoTerminal(
      arguments, environment: ["TERM": term, "LC_ALL": "C.UTF-8"])
    #expect(try terminal.report().hasPrefix("open 80x24"))
    return terminal
  }

  @Test func `printable keys arrive one by one and in order`() throws {
    let terminal = try open()
    terminal.type("aZ 9é漢🙂")
    for key in ["a", "Z", " ", "9", "é", "漢", "🙂"] {
      #expect(try terminal.report() == "key \(Key.character(Character(key)))")
    }
  }

  @Test func `a character may come in pieces`() throws {
    let terminal = try open()
    terminal.type(bytes: [0xE6])
    // The probe reads the first byte alone: it answers a command in between.
    try terminal.command("show")
    terminal.type(bytes: [0xBC])
    try terminal.command("show")
    terminal.type(bytes: [0xA2])
    #expect(try terminal.report() == "key \(Key.character("漢"))")
  }

  @Test func `control keys are keys, control-C among them`() throws {
    let terminal = try open()
    let keys: [(UInt8, Key)] = [
      (3, .control("c")), (12, .control("l")), (17, .control("q")), (19, .control("s")),
      (28, .control("\\")), (0, .control(" ")), (13, .enter), (10, .enter), (9, .tab),
      (127, .backspace), (8, .backspace),
    ]
    for (byte, key) in keys {
      terminal.type(bytes: [byte])
      #expect(try terminal.report() == "key \(key)")
    }
  }

  @Test func `the escape key is told from a sequence`() throws {
    let terminal = try open()
    terminal.type("\u{1B}")
    #expect(try terminal.report() == "key escape")
    terminal.type("\u{1B}[A")
    #expect(try terminal.report() == "key up")
    terminal.type("\u{1B}\u{1B}")
    #expect(try terminal.report() == "key escape")
    #expect(try terminal.report() == "key escape")
    terminal.type("\u{1B}x")
    #expect(try terminal.report() == "key escape")
    #expect(try terminal.report() == "key \(Key.character("x"))")
  }

  @Test(arguments: [
    "xterm-256color", "xterm", "tmux-256color", "screen-256color", "linux", "vt100",
  ])
  func `cursor and editing keys arrive in both of their forms`(term: String) throws {
    let terminal = try open(term: term)
    let keys: [(String, Key)] = [
      ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[B", .down), ("\u{1B}OB", .down),
      ("\u{1B}[C", .right), ("\u{1B}OC", .right), ("\u{1B}[D", .left), ("\u{1B}OD", .left),
      ("\u{1B}[H", .home), ("\u{1B}OH", .home), ("\u{1B}[1~", .home), ("\u{1B}[F", .end),
      ("\u{1B}OF", .end), ("\u{1B}[4~", .end), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
      ("\u{1B}[3~", .delete), ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)),
      ("\u{1B}[15~", .function(5)), ("\u{1B}[24~", .function(12)), ("\u{1B}[1;5A", .up),
      ("\u{1B}[1;2D", .left), ("\u{1B}[6;5~", .pageDown),
    ]
    for (bytes, key) in keys {
      terminal.type(bytes)
      #expect(try terminal.report() == "key \(key)", "\(bytes.debugDescription)")
    }
  }

  @Test func `an unknown sequence is swallowed whole`() throws {
    let terminal = try open()
    // Focus reports, a kitty key, an answer to a question nobody asked.
    terminal.type("\u{1B}[I\u{1B}[O\u{1B}[57414;1u\u{1B}[?62;4cq")
    #expect(try terminal.report() == "key \(Key.character("q"))")
  }

  @Test func `a new size arrives as a key and LINES and COLUMNS do not freeze it`() throws {
    let terminal = try PseudoTerminal(environment: [
      "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "LINES": "10", "COLUMNS": "20",
    ])
    #expect(try terminal.report().hasPrefix("open 80x24"))
    var emulator = TerminalEmulator(width: 132, height: 43)
    terminal.resize(width: 132, height: 43)
    #expect(try terminal.report() == "key \(Key.resize(width: 132, height: 43))")
    _ = try terminal.written()
    var expected = Frame(width: 132, height: 43)
    noise(&expected, seed: 4, stride: 1)
    try terminal.command("noise 4 1")
    try terminal.command("show")
    emulator.feed(try terminal.written())
    #expect(differences(emulator.frame, expected) == [])
  }

  @Test func `a terminal of any size can shrink to one cell and grow again`() throws {
    let terminal = try open()
    for (width, height) in [(1, 1), (3, 2), (1, 40), (300, 1), (300, 100), (80, 24)] {
      terminal.resize(width: width, height: height)
      #expect(try terminal.report() == "key \(Key.resize(width: width, height: height))")
      var emulator = TerminalEmulator(width: width, height: height)
      _ = try terminal.written()
      try terminal.command("noise 3 1")
      try terminal.command("show")
      emulator.feed(try terminal.written())
      var expected = Frame(width: width, height: height)
      noise(&expected, seed: 3, stride: 1)
      #expect(differences(emulator.frame, expected) == [])
    }
  }

  @Test func `a wait without a key ends after its time`() throws {
    let terminal = try open()
    terminal.send("wait 1")
    #expect(try terminal.report() == "waited timedOut")
    #expect(try terminal.report() == "done wait")
  }

  @Test func `a terminal that hangs up ends the loop`() throws {
    let terminal = try open(["ignore-hangup"])
    terminal.hangUp()
    #expect(try terminal.report() == "ended")
  }
}
