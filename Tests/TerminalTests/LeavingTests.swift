import Foundation
import Screen
import Testing

/// However a program ends, its terminal is as it was: modes, second screen, cursor, colours.
@Suite struct LeavingTests {
  private static let settings = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]

  /// A probe as the foreground job of a shell, with a colourful frame on the screen.
  private struct Job {
    let terminal: PseudoTerminal
    let process: pid_t
    var emulator = TerminalEmulator()
    var modesBefore: PseudoTerminal.Modes { terminal.initialModes }

    init(_ arguments: [String] = []) throws {
      terminal = try PseudoTerminal(
        ["shell"] + arguments, environment: LeavingTests.settings)
      // The job waits for its terminal, so the order of the two reports is fixed.
      let report = try terminal.report().split(separator: " ")
      process = try #require(report.first == "job" ? pid_t(report[1]) : nil)
      #expect(try terminal.report().hasPrefix("open 80x24"))
      try terminal.command("noise 1 1")
      try terminal.command("show")
      emulator.feed(try terminal.written())
      #expect(emulator.modes.isOnSecondScreen)
      #expect(terminal.modes() != modesBefore)
    }

    /// Insists that nothing of the program is left in the terminal.
    mutating func expectClean(sourceLocation: SourceLocation = #_sourceLocation) {
      emulator.feed(terminal.rest())
      // Nothing was drawn after the second screen had been left.
      let shown = text(emulator.frame).filter { !$0.isWhitespace }
      #expect(shown == "", sourceLocation: sourceLocation)
      #expect(
        emulator.modes == TerminalEmulator.Modes(), sourceLocation: sourceLocation)
      #expect(terminal.modes() == modesBefore, sourceLocation: sourceLocation)
      #expect(emulator.unknown == [], sourceLocation: sourceLocation)
    }
  }

  @Test func `closing puts everything back and may be repeated`() throws {
    var job = try Job()
    job.terminal.send("close")
    #expect(try job.terminal.report() == "closed")
    #expect(try job.terminal.report() == "ended")
    #expect(try job.terminal.report() == "job exited 0")
    job.expectClean()
  }

  @Test func `a closed terminal can be opened again, but not twice at once`() throws {
    var job = try Job()
    job.terminal.send("second")
    #expect(
      try job.terminal.report()
        == "error the terminal is open already: close the other TerminalScreen first")
    #expect(try job.terminal.report() == "done second")
    try job.terminal.command("reopen")
    try job.terminal.command("show")
    job.emulator.feed(try job.terminal.written())
    var expected = Frame(width: 80, height: 24)
    noise(&expected, seed: 1, stride: 1)
    #expect(differences(job.emulator.frame, expected) == [])
    job.terminal.send("close")
    #expect(try job.terminal.report() == "closed")
    #expect(try job.terminal.report() == "ended")
    #expect(try job.terminal.report() == "job exited 0")
    job.expectClean()
  }

  @Test(arguments: ["close", "end exit", "end abort", "end null", "signal"])
  func `the mouse is asked for its reports, and given back on every way of leaving`(
    way: String
  ) throws {
    var job = try Job(["mouse"])
    #expect(job.emulator.modes.others.isSuperset(of: [1002, 1006]))
    job.terminal.type("\u{1B}[<0;3;4M")
    #expect(try job.terminal.report() == "key \(Key.mouse(MouseEvent(.press, x: 2, y: 3)))")
    if way == "signal" { kill(job.process, SIGTERM) } else { job.terminal.send(way) }
    while !(try job.terminal.report().hasPrefix("job ")) {}
    job.expectClean()
  }

  @Test func `without the wish no mouse is asked for`() throws {
    let job = try Job()
    #expect(job.emulator.modes.others.isDisjoint(with: [1000, 1002, 1003, 1006]))
  }

  @Test func `leaving by exit puts everything back`() throws {
    var job = try Job()
    job.terminal.send("end exit")
    #expect(try job.terminal.report() == "job exited 0")
    job.expectClean()
  }

  @Test(arguments: [
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP,
  ])
  func `a signal from outside puts everything back and still ends the program`(
    number: Int32
  ) throws {
    var job = try Job()
    kill(job.process, number)
    #expect(try job.terminal.report() == "job killed \(number)")
    job.expectClean()
  }

  @Test(arguments: [
    ("trap", [SIGILL, SIGTRAP]), ("elsewhere", [SIGILL, SIGTRAP]), ("abort", [SIGABRT]),
    ("null", [SIGSEGV]), ("overflow", [SIGSEGV]),
  ])
  func `a crash puts everything back and is still a crash`(
    way: String, signals: [Int32]
  ) throws {
    var job = try Job()
    job.terminal.send("end \(way)")
    let report = try job.terminal.report()
    #expect(signals.map { "job killed \($0)" }.contains(report), "\(report)")
    job.expectClean()
  }

  @Test func `leaving is written once`() throws {
    var job = try Job()
    job.terminal.send("close")
    #expect(try job.terminal.report() == "closed")
    #expect(try job.terminal.report() == "ended")
    #expect(try job.terminal.report() == "job exited 0")
    let rest = String(decoding: job.terminal.rest(), as: UTF8.self)
    #expect(rest.components(separatedBy: "\u{1B}[?1049l").count == 2)
    job.emulator.feed(Array(rest.utf8))
    #expect(job.emulator.modes == TerminalEmulator.Modes())
  }

  @Test func `a request to end that another thread receives stops the drawing first`() throws {
    var job = try Job()
    job.terminal.send("end terminated")
    // The rest is read to the last byte: had anything been drawn afterwards, it would be there.
    #expect(try job.terminal.report() == "job killed \(SIGTERM)")
    job.expectClean()
  }

  @Test(arguments: ["key", "signal"])
  func `control-Z and a stop from outside put everything back and come back`(
    way: String
  ) throws {
    var job = try Job()
    let shown = job.emulator.frame
    for _ in 1...2 {
      if way == "key" { job.terminal.type("\u{1A}") } else { kill(job.process, SIGTSTP) }
      #expect(try job.terminal.report() == "job stopped \(SIGTSTP)")
      #expect(job.terminal.modes() == job.modesBefore)
      job.terminal.order("fg")
      // The redraw begins with the second screen.
      let left = try job.terminal.written(until: "\u{1B}[?1049h")
      job.emulator.feed(left)
      #expect(job.emulator.modes == TerminalEmulator.Modes())
      job.emulator.feed(Array("\u{1B}[?1049h".utf8))
      job.emulator.feed(try job.terminal.written())
      #expect(differences(job.emulator.frame, shown) == [])
      #expect(!job.emulator.modes.isCursorVisible)
    }
    kill(job.process, SIGTERM)
    #expect(try job.terminal.report() == "job killed \(SIGTERM)")
    job.expectClean()
  }

  @Test func `a size changed during a stop is noticed`() throws {
    let job = try Job()
    job.terminal.type("\u{1A}")
    #expect(try job.terminal.report() == "job stopped \(SIGTSTP)")
    job.terminal.resize(width: 100, height: 30)
    job.terminal.order("fg")
    #expect(try job.terminal.report() == "key \(Key.resize(width: 100, height: 30))")
  }

  @Test func `continued in the background it leaves the terminal alone until it is in front`()
    throws
  {
    var job = try Job()
    let shown = job.emulator.frame
    job.terminal.type("\u{1A}")
    #expect(try job.terminal.report() == "job stopped \(SIGTSTP)")
    job.terminal.order("bg")
    #expect(try job.terminal.report() == "job in background")
    try job.terminal.command("noise 8 1")
    try job.terminal.command("show")
    job.emulator.feed(try job.terminal.written())
    #expect(job.emulator.modes == TerminalEmulator.Modes())
    #expect(job.terminal.modes() == job.modesBefore)
    job.terminal.order("fg")
    job.emulator.feed(try job.terminal.written(until: "\u{1B}[?1049h"))
    job.emulator.feed(Array("\u{1B}[?1049h".utf8))
    job.emulator.feed(try job.terminal.written())
    var expected = shown
    noise(&expected, seed: 8, stride: 1)
    #expect(differences(job.emulator.frame, expected) == [])
  }

  @Test func `stopped without warning it redraws when it is continued`() throws {
    var job = try Job()
    let shown = job.emulator.frame
    kill(job.process, SIGSTOP)
    #expect(try job.terminal.report() == "job stopped \(SIGSTOP)")
    job.emulator.feed(Array("\u{1B}[Hsomething else".utf8))
    job.terminal.order("fg")
    job.emulator.feed(try job.terminal.written(until: "\u{1B}[?1049h"))
    job.emulator.feed(Array("\u{1B}[?1049h".utf8))
    job.emulator.feed(try job.terminal.written())
    #expect(differences(job.emulator.frame, shown) == [])
  }

  @Test func `control-Z is an ordinary key where that is wanted`() throws {
    let job = try Job(["keep-control-z"])
    job.terminal.type("\u{1A}")
    #expect(try job.terminal.report() == "key \(Key.control("z"))")
  }

  @Test func `a hang-up that the program ignores stays ignored`() throws {
    let job = try Job(["ignore-hangup"])
    kill(job.process, SIGHUP)
    try job.terminal.command("show")
    kill(job.process, SIGTERM)
    #expect(try job.terminal.report() == "job killed \(SIGTERM)")
  }
}
