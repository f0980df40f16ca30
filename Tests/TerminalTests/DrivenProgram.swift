import Foundation
import Screen
import Testing

/// ranktop itself on a pseudo-terminal, driven as a person drives it.
final class DrivenProgram {
  let terminal: PseudoTerminal
  private(set) var emulator: TerminalEmulator
  private(set) var hasEnded = false
  private var size: (width: Int, height: Int)

  /// Starts it with these words.
  ///
  /// - Parameter configuration: Folder with `ranktop/config.toml`; nil for none.
  init(
    _ arguments: [String], width: Int = 120, height: Int = 40, term: String = "xterm-256color",
    configuration: URL? = nil
  ) throws {
    size = (width, height)
    emulator = TerminalEmulator(width: width, height: height)
    let home = FileManager.default.temporaryDirectory.path
    terminal = try PseudoTerminal(
      program: "ranktop", arguments, width: width, height: height,
      environment: [
        "TERM": term, "LC_ALL": "C.UTF-8", "HOME": home,
        "XDG_CONFIG_HOME": configuration?.path ?? home + "/none",
      ])
  }

  /// What is on the screen.
  var screen: String { text(emulator.frame) }

  /// Reads until the screen shows a text; fails when the program ends before it does.
  @discardableResult
  func wait(for wanted: String, sourceLocation: SourceLocation = #_sourceLocation) -> Bool {
    while !screen.contains(wanted) {
      guard let bytes = terminal.next() else {
        hasEnded = true
        Issue.record(
          "the program ended before it showed '\(wanted)':\n\(screen)",
          sourceLocation: sourceLocation)
        return false
      }
      emulator.feed(bytes)
    }
    return true
  }

  /// Types keys and waits until the screen shows a text.
  @discardableResult
  func press(
    _ keys: String, for wanted: String, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Bool {
    terminal.type(keys)
    return wait(for: wanted, sourceLocation: sourceLocation)
  }

  /// Reads to the program's end and insists that the terminal is as it was.
  func expectClean(sourceLocation: SourceLocation = #_sourceLocation) {
    while let bytes = terminal.next() { emulator.feed(bytes) }
    #expect(emulator.modes == TerminalEmulator.Modes(), sourceLocation: sourceLocation)
    #expect(terminal.modes() == terminal.initialModes, sourceLocation: sourceLocation)
    #expect(emulator.unknown == [], sourceLocation: sourceLocation)
  }
}

/// A run recorded once for all tests: the demo, 60 steps.
enum RecordedDemo {
  static let file: Result<URL, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ranktop-driven-\(getpid())", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit {
      try? FileManager.default.removeItem(
        at: FileManager.default.temporaryDirectory.appendingPathComponent(
          "ranktop-driven-\(getpid())"))
    }
    let file = folder.appendingPathComponent("demo.ranktop")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: PseudoTerminal.path(of: "ranktop"))
    process.arguments = ["demo", "--headless", "--steps", "60", "--run", file.path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return file
  }
}
