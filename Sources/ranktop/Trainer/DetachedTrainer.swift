import Foundation

/// A trainer in a process and session of its own, so that a closed terminal does not end it.
///
/// It is this program again with the same arguments, headless; what it says goes to a log file.
struct DetachedTrainer {
  /// Process id.
  let pid: pid_t
  /// Where its output goes.
  let log: URL

  /// Starts `ranktop` with these arguments.
  ///
  /// - Parameters:
  ///   - arguments: Without the program's name.
  ///   - log: Replaced; its folder exists.
  init(arguments: [String], log: URL) throws {
    self.log = log
    guard let program = Self.program else {
      throw Failure("ranktop cannot find its own program file: run it by its path")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A parent that takes signals by dispatch ignores or blocks them; the trainer must not inherit that.
    var (restored, blocked) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigemptyset(&restored)
    for number in [SIGINT, SIGTERM] { sigaddset(&restored, number) }
    posix_spawnattr_setsigdefault(&attributes, &restored)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Self.newSession | Self.freshSignals)
    var pid: pid_t = 0
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    let error = posix_spawn(&pid, program, &actions, &attributes, words, environ)
    guard error == 0 else {
      throw Failure("the trainer cannot be started: \(String(cString: strerror(error)))")
    }
    self.pid = pid
  }

  /// Whether it has ended, and with which exit code (128 + the signal when one ended it).
  func exitCode() -> Int32? {
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  /// The last lines that it wrote, for an error message.
  func lastWords(_ count: Int = 5) -> String {
    guard let text = try? String(contentsOf: log, encoding: .utf8) else { return "" }
    // A result in JSON is no word for a person.
    return text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("{") }.suffix(count)
      .joined(separator: "\n")
  }

  /// Asks it to stop in order: it finishes its step and saves.
  func stop() { kill(pid, SIGTERM) }

  // POSIX_SPAWN_SETSID, which Glibc's module does not show.
  private static let newSession: Int16 = 0x80
  // POSIX_SPAWN_SETSIGDEF and POSIX_SPAWN_SETSIGMASK.
  private static let freshSignals: Int16 = 0x04 | 0x08

  private static var program: String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }
}
