import Foundation
import Screen

/// A program in a terminal of tmux, with a server of its own.
final class TmuxPane {
  private let server = "ranktop-\(getpid())-\(UUID().uuidString.prefix(8))"
  private let folder: URL
  private var serverProcess, client: Process?
  private let control = Pipe(), answers = Pipe()
  private var unread = Data()

  /// Starts ranktop with these words in a folder.
  init(_ arguments: [String], width: Int, height: Int, in folder: URL) throws {
    self.folder = folder
    let words = [
      "env", "-u", "NO_COLOR", "LC_ALL=C.UTF-8", "XDG_CONFIG_HOME=\(folder.path)/none",
      Program.url.path,
    ]
    let command = (words + arguments).map { "'\($0)'" }.joined(separator: " ")
    // In the foreground: a daemon would keep what tells of a process's end open.
    serverProcess = try Self.start(["-L", server, "-f", "/dev/null", "-D"], in: folder)
    let deadline = ContinuousClock.now + .seconds(10)
    while try !Self.ends(
      [
        "-N", "-L", server, "set", "-g", "default-terminal", "tmux-256color", ";", "set", "-g",
        "remain-on-exit", "on", ";", "set", "-s", "escape-time", "0", ";", "new-session", "-d",
        "-x", "\(width)", "-y", "\(height)", command,
      ], in: folder)
    {
      if ContinuousClock.now > deadline { throw Failure(description: "tmux does not start") }
    }
    client = try Self.start(
      ["-L", server, "-C", "attach", "-f", "no-output,ignore-size"], in: folder, input: control,
      output: answers)
    // The answer to the attaching.
    while let line = nextLine(), !line.hasPrefix("%end ") {}
  }

  private static func ends(_ arguments: [String], in folder: URL) throws -> Bool {
    let process = try start(arguments, in: folder)
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Ends the server and what runs in it.
  func close() {
    _ = try? tmux("kill-server")
    // The client waits for the end of what it is told.
    try? control.fileHandleForWriting.close()
    client?.waitUntilExit()
    // Told to stay in the foreground it stays when everything in it has ended.
    if let serverProcess { kill(serverProcess.processIdentifier, SIGKILL) }
    serverProcess?.waitUntilExit()
  }

  /// Presses a key.
  func press(_ key: Key) throws {
    switch key {
    case .character(let character): try type(String(character))
    default: try tmux("send-keys", Self.name(of: key))
    }
  }

  /// Types characters.
  func type(_ text: String) throws { try tmux("send-keys", "-l", text) }

  /// What is on the screen, rows without the blanks at their ends.
  func rows() throws -> [String] {
    try tmux("capture-pane", "-p").split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmedAtEnd }
  }

  /// Looks at the screen until a condition holds, as often as leaves the program its processor; returns
  /// whether it did within so many seconds.
  func wait(_ seconds: Double = 60, until holds: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if try holds() { return true }
      Thread.sleep(forTimeInterval: 0.005)
    }
    return false
  }

  /// Whether the program has ended.
  var hasEnded: Bool {
    get throws { try tmux("list-panes", "-F", "#{pane_dead}").hasPrefix("1") }
  }

  private static func name(of key: Key) -> String {
    switch key {
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .pageUp: "PPage"
    case .pageDown: "NPage"
    case .home: "Home"
    case .end: "End"
    case .enter: "Enter"
    case .escape: "Escape"
    case .tab: "Tab"
    case .backTab: "BTab"
    case .backspace: "BSpace"
    case .delete: "DC"
    case .function(let number): "F\(number)"
    case .control(let letter): "C-\(letter)"
    default: preconditionFailure("tmux has no key \(key)")
    }
  }

  /// Runs a command of tmux and returns what it prints.
  @discardableResult
  private func tmux(_ words: String...) throws -> String {
    let line = words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
    try control.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    var answer: [String] = []
    var isInside = false
    while let line = nextLine() {
      if line.hasPrefix("%begin ") {
        (isInside, answer) = (true, [])
      } else if line.hasPrefix("%end ") {
        return answer.joined(separator: "\n")
      } else if line.hasPrefix("%error ") {
        throw Failure(description: "tmux \(words): \(answer.joined(separator: " "))")
      } else if isInside {
        answer.append(line)
      }
    }
    throw Failure(description: "tmux has ended")
  }

  private func nextLine() -> String? {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread.removeSubrange(...end) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      let data = answers.fileHandleForReading.availableData
      if data.isEmpty { return nil }
      unread.append(data)
    }
  }

  private static func start(
    _ arguments: [String], in folder: URL, input: Pipe? = nil, output: Pipe? = nil
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["tmux"] + arguments
    process.currentDirectoryURL = folder
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = output ?? FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}

extension StringProtocol {
  /// Without the blanks at the end.
  var trimmedAtEnd: String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }
}
