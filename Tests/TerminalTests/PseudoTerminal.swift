import Foundation

/// What went wrong with a program on a pseudo-terminal.
struct PseudoTerminalError: Error, CustomStringConvertible {
  let description: String
}

/// A terminal without a screen, and a program (the probe, unless said otherwise) running on it in a session of its own.
///
/// Nothing sleeps: every call waits for bytes or for a report. A program that says nothing for a minute
/// counts as hung.
final class PseudoTerminal {
  /// The terminal's other end: what the program writes is read here.
  private var master: Int32
  private let reports: Int32
  private let commands: Int32
  private let orders: Int32
  private var process = pid_t()
  /// The terminal's modes before the program touched them.
  private(set) var initialModes = Modes(input: 0, output: 0, control: 0, local: 0, characters: [])
  private var unreadReports: [UInt8] = []
  private var marks = 0
  private var haveReportsEnded = false
  private var hasOutputEnded = false
  /// Bytes the program has written and nobody has taken.
  private var output: [UInt8] = []

  private static let startLock = NSLock()

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - program: Its name beside the tests.
  ///   - arguments: For the program.
  ///   - environment: The program's whole environment.
  ///   - redirected: Descriptors that lead to `/dev/null` instead of the terminal.
  init(
    program: String = "TerminalProbe", _ arguments: [String] = [], width: Int = 80,
    height: Int = 24,
    environment: [String: String] = [:], redirected: [Int32] = []
  ) throws {
    let (number, isLocked) = (UInt(0x8004_5430), UInt(0x4004_5431))  // TIOCGPTN, TIOCSPTLCK
    var (pair, zero) = (Int32(0), Int32(0))
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard master >= 0, ioctl(master, isLocked, &zero) == 0, ioctl(master, number, &pair) == 0 else {
      throw PseudoTerminalError(description: "no pseudo-terminal: errno \(errno)")
    }
    // Until a pipe's ends are marked, no other probe may start: it would inherit them.
    Self.startLock.lock()
    defer { Self.startLock.unlock() }
    let (reportsOut, reportsIn) = try Self.pipe()
    let (commandsOut, commandsIn) = try Self.pipe()
    let (ordersOut, ordersIn) = try Self.pipe()
    (reports, commands, orders) = (reportsOut, commandsIn, ordersIn)
    resize(width: width, height: height)
    initialModes = modes()

    let name = "/dev/pts/\(pair)"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A session leader that opens a terminal gets it as its own.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    for descriptor in redirected {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, reportsIn, 3)
    posix_spawn_file_actions_adddup2(&actions, commandsOut, 4)
    posix_spawn_file_actions_adddup2(&actions, ordersOut, 5)
    defer { for end in [reportsIn, commandsOut, ordersOut] { Foundation.close(end) } }
    try start(program, arguments, environment, &actions)
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    for descriptor in [master, reports, commands, orders] where descriptor >= 0 {
      Foundation.close(descriptor)
    }
  }

  /// Beyond 9, so that no end is overwritten while it is moved to its place.
  private static func pipe() throws -> (out: Int32, in: Int32) {
    var ends: [Int32] = [0, 0]
    guard Foundation.pipe(&ends) == 0 else {
      throw PseudoTerminalError(description: "no pipe: errno \(errno)")
    }
    defer { for end in ends { Foundation.close(end) } }
    return (fcntl(ends[0], F_DUPFD_CLOEXEC, 10), fcntl(ends[1], F_DUPFD_CLOEXEC, 10))
  }

  /// A program lies beside the tests.
  static func path(of program: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(program).path
  }

  private func start(
    _ program: String, _ arguments: [String], _ environment: [String: String],
    _ actions: inout posix_spawn_file_actions_t
  ) throws {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    let newSession: Int32 = 0x80
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    // A crash of the probe is on purpose: no picture of it is wanted.
    let variables = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { given, _ in given }
    let path = Self.path(of: program)
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + settings { free(word) } }
    let outcome = posix_spawn(&process, path, &actions, &attributes, &words, &settings)
    guard outcome == 0 else {
      throw PseudoTerminalError(description: "\(path) cannot be started: errno \(outcome)")
    }
  }
}

// MARK: Talking

extension PseudoTerminal {
  /// Types bytes on the keyboard.
  func type(_ text: String) { type(bytes: Array(text.utf8)) }

  /// Types bytes on the keyboard.
  func type(bytes: [UInt8]) { _ = write(master, bytes, bytes.count) }

  /// Tells the probe to do something and waits until it has.
  func command(_ line: String) throws {
    send(line)
    let done = "done \(line.split(separator: " ")[0])"
    let answer = try report()
    guard answer == done else {
      throw PseudoTerminalError(description: "\(line): expected \(done), found \(answer)")
    }
  }

  /// Tells the probe to do something.
  func send(_ line: String) { _ = write(commands, Array((line + "\n").utf8), line.utf8.count + 1) }

  /// Tells the shell of the probe to do something.
  func order(_ line: String) { _ = write(orders, Array((line + "\n").utf8), line.utf8.count + 1) }

  /// The next line of report.
  func report() throws -> String {
    while true {
      if let end = unreadReports.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unreadReports.removeSubrange(...end) }
        return String(decoding: unreadReports[..<end], as: UTF8.self)
      }
      try pump()
    }
  }

  /// What the program has written to the terminal since this was last asked.
  ///
  /// The probe writes a mark that no terminal shows; everything before it has then arrived.
  func written() throws -> [UInt8] {
    marks += 1
    try command("mark \(marks)")
    return try written(until: "\u{1B}_\(marks)\u{1B}\\")
  }

  /// What the program has written up to some text, which is left out.
  func written(until text: String) throws -> [UInt8] {
    let mark = Array(text.utf8)
    while true {
      if let range = output.firstRange(of: mark) {
        defer { output.removeSubrange(..<range.upperBound) }
        return Array(output[..<range.lowerBound])
      }
      try pump()
    }
  }

  /// What has come since this was last asked; waits for at least one byte, nil when the program has ended.
  func next() -> [UInt8]? {
    while output.isEmpty { if (try? pump()) == nil { return nil } }
    defer { output = [] }
    return output
  }

  /// Sends the program a signal.
  func signal(_ number: Int32) { kill(process, number) }

  /// What is left when the program has ended.
  func rest() -> [UInt8] {
    while (try? pump()) != nil {}
    return output
  }

  /// Waits for bytes from either side and takes them; fails when both have ended.
  private func pump() throws {
    guard !hasOutputEnded || !haveReportsEnded else {
      throw PseudoTerminalError(description: "the program ended: \(text(output))")
    }
    var sources = [
      pollfd(fd: haveReportsEnded ? -1 : reports, events: Int16(POLLIN), revents: 0),
      pollfd(fd: hasOutputEnded ? -1 : master, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&sources, 2, 60_000) > 0 else {
      throw PseudoTerminalError(description: "the program hangs; so far: \(text(output))")
    }
    if sources[0].revents != 0 { haveReportsEnded = !take(from: reports, into: &unreadReports) }
    if sources[1].revents != 0 { hasOutputEnded = !take(from: master, into: &output) }
  }

  /// Reads what is there; `false` at the end.
  private func take(from descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 { bytes += buffer[..<count] }
    return count > 0
  }

  private func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).debugDescription
  }
}

// MARK: The terminal itself

extension PseudoTerminal {
  /// The terminal's modes, comparable.
  struct Modes: Hashable {
    var input: UInt32
    var output: UInt32
    var control: UInt32
    var local: UInt32
    var characters: [UInt8]
  }

  /// The modes the program's side has now.
  func modes() -> Modes {
    var modes = termios()
    tcgetattr(master, &modes)
    return Modes(
      input: modes.c_iflag, output: modes.c_oflag, control: modes.c_cflag, local: modes.c_lflag,
      characters: withUnsafeBytes(of: modes.c_cc) { Array($0) })
  }

  /// Gives the terminal a new size; the program's foreground job hears of it.
  func resize(width: Int, height: Int) {
    var size = winsize(
      ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Hangs up: the terminal is gone.
  func hangUp() {
    Foundation.close(master)
    master = -1
    hasOutputEnded = true
  }
}
