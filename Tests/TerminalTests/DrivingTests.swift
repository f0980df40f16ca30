import Foundation
import Screen
import Testing

/// Keys of a person in a real terminal, over a recorded run.
@Suite(.serialized) struct DrivingTests {
  private func replay(
    _ more: [String] = ["--step", "30"], width: Int = 120, height: Int = 40,
    term: String = "xterm-256color"
  ) throws -> DrivenProgram {
    let file = try RecordedDemo.file.get()
    return try DrivenProgram(
      ["replay", file.path] + more, width: width, height: height, term: term)
  }

  @Test(arguments: ["vt100", "linux", "xterm", "xterm-256color", "tmux-256color"])
  func `every kind of terminal shows the run and is left as it was`(term: String) throws {
    let program = try replay(term: term)
    program.wait(for: "step 30/60")
    program.press("g", for: "step 0/60")
    program.terminal.type("q")
    program.expectClean()
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGSEGV])
  func `a signal leaves the terminal as it was`(number: Int32) throws {
    let program = try replay()
    program.wait(for: "step 30/60")
    program.terminal.signal(number)
    program.expectClean()
  }

  @Test(arguments: [(80, 24), (40, 12), (20, 6), (1, 1)])
  func `any size is drawn, and a new one too`(width: Int, height: Int) throws {
    let program = try replay(width: width, height: height)
    program.wait(for: width == 1 ? "\u{2016}" : "30")
    program.terminal.resize(width: 120, height: 40)
    program.terminal.type("q")
    program.expectClean()
  }
}
