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

  /// Keys of the views of a replay but for those that leave, write files or choose views.
  private static let keys =
    "mMoO()i0ofxtbhljkfn^,.[]{}NpcenceG gze+-<>sf ".map(String.init)
    + ["\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}[5~", "\u{1B}[6~", "\t", "\u{1B}[Z"]
    + ["\r", "10]", "3,", "\u{C}"]

  @Test(arguments: [(120, 40), (80, 24), (20, 6)])
  func `every key of every view leaves a program that answers`(width: Int, height: Int) throws {
    let program = try replay(width: width, height: height)
    let titles = [3: "timeline", 4: "decision", 5: "compare", 6: "log"]
    program.wait(for: "step 30/60")
    for number in 1...6 {
      program.terminal.type(":1\r\(number)")
      if width > 40, let title = titles[number] { program.wait(for: "─ \(title)") }
      for key in Self.keys { program.terminal.type(key) }
      // The cursor goes where it is told: all keys before have been taken.
      program.press(":0\r", for: "step 0/60")
      program.press(":\(29 + number)\r", for: "step \(29 + number)/60")
      #expect(!program.hasEnded)
    }
    program.terminal.type("q")
    program.expectClean()
  }

  @Test func `a person's file changes keys and the first view, pictures go where they are told`()
    throws
  {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ranktop-habits-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let configured = folder.appendingPathComponent("ranktop")
    try FileManager.default.createDirectory(at: configured, withIntermediateDirectories: true)
    let text = """
      [keys]
      start = "f9"
      quit = "Q"
      pause = "no such key"
      [defaults]
      view = "log"
      """
    try Data(text.utf8).write(to: configured.appendingPathComponent("config.toml"))
    let program = try DrivenProgram(
      ["replay", try RecordedDemo.file.get().path, "--step", "30"], configuration: folder)
    program.wait(for: "─ log")
    program.wait(for: "line 4: pause")
    program.wait(for: "Q quit")
    program.press("\u{1B}[20~", for: "step 0/60")
    for _ in 0..<2 {
      program.press(":save \(folder.path)/a.png\r", for: "saved as \(folder.path)/a")
      program.press(",", for: "Q quit")
    }
    program.press(":save \(folder.path)/none/a.svg\r", for: "there is no folder")
    program.terminal.type("Q")
    program.expectClean()
    let data = try Data(contentsOf: folder.appendingPathComponent("a.png"))
    #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.sorted() == ["a-2.png", "a.png", "ranktop"])
  }

  @Test func `a terminal that only prints is told the run in words`() throws {
    let program = try replay([], term: "dumb")
    program.wait(for: "step 60: the run has finished")
    program.expectClean()
  }
}
