import Foundation

/// The process that records a run, identified so that a later process with the same number is not
/// taken for it.
public struct TrainerProcess: Sendable, Hashable {
  /// Process number.
  public var pid: Int32
  /// When the process started, in clock ticks after the start of the system (`/proc/PID/stat`, 22).
  public var processStart: Int64
  /// Name of its host.
  public var host: String

  /// Creates an identity.
  public init(pid: Int32, processStart: Int64, host: String) {
    self.pid = pid
    self.processStart = processStart
    self.host = host
  }

  /// This process.
  public static var current: TrainerProcess {
    let pid = getpid()
    return TrainerProcess(
      pid: pid, processStart: state(of: pid)?.start ?? 0, host: currentHost)
  }

  /// Name of this host.
  public static var currentHost: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether the process still runs; nil when it is on another host and cannot be asked.
  public var isRunning: Bool? {
    guard host == Self.currentHost else { return nil }
    guard let state = Self.state(of: pid) else { return false }
    // A process that ended, and whose parent has not noticed yet, is listed as Z.
    return state.start == processStart && state.letter != "Z" && state.letter != "X"
  }

  /// State letter and start time from `/proc/PID/stat`; the name in it may hold spaces and parentheses.
  /// As text, for a column: process number, start and host.
  var text: String { "\(pid) \(processStart) \(host)" }

  /// Reads ``text``; nil for anything else.
  init?(text: String) {
    let parts = text.split(separator: " ", maxSplits: 2)
    guard parts.count == 3, let pid = Int32(parts[0]), let start = Int64(parts[1]) else {
      return nil
    }
    self.init(pid: pid, processStart: start, host: String(parts[2]))
  }

  private static func state(of pid: Int32) -> (letter: Substring, start: Int64)? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    guard let nameEnd = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 19, let start = Int64(fields[19]) else { return nil }
    return (fields[0], start)
  }
}
