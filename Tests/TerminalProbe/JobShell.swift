import Glibc

/// As much of a shell as job control needs: one job in the foreground of a terminal.
///
/// It reports how the job ends or stops. `fg` continues a stopped job in the foreground, `bg` in
/// the background; the commands of the job itself go to its own descriptor 4.
struct JobShell {
  private static let gate: Int32 = 6

  private let arguments: [String]

  init(_ arguments: some Sequence<String>) { self.arguments = Array(arguments) }

  /// Called by a job: returns when the terminal belongs to it.
  static func waitForTerminal() {
    var byte: UInt8 = 0
    _ = read(gate, &byte, 1)
  }

  func run() -> Never {
    // A shell must be able to take the terminal back from the background.
    signal(SIGTTOU, SIG_IGN)
    // The job must not touch the terminal before it belongs to it.
    var gate: [Int32] = [0, 0]
    guard pipe(&gate) == 0, dup2(gate[0], Self.gate) == Self.gate else { exit(4) }
    let job = start()
    tcsetpgrp(0, job)
    report("job \(job)")
    _ = write(gate[1], "", 1)
    while true {
      var status: Int32 = 0
      if waitpid(job, &status, WUNTRACED) != job { exit(1) }
      tcsetpgrp(0, getpgrp())
      if status & 0xFF != 0x7F {
        let signal = status & 0x7F
        report(signal == 0 ? "job exited \(status >> 8 & 0xFF)" : "job killed \(signal)")
        exit(0)
      }
      report("job stopped \(status >> 8 & 0xFF)")
      resume(job)
    }
  }

  /// Waits for a line on descriptor 5.
  private func order() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(5, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func resume(_ job: pid_t) {
    while true {
      switch order() {
      case "fg":
        tcsetpgrp(0, job)
        kill(-job, SIGCONT)
        return
      case "bg":
        kill(-job, SIGCONT)
        report("job in background")
      default: exit(2)
      }
    }
  }

  private func start() -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTTOU)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = ([CommandLine.arguments[0], "job"] + arguments)
      .map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var job = pid_t()
    guard posix_spawn(&job, CommandLine.arguments[0], nil, &attributes, words, environ) == 0 else {
      report("the job cannot be started")
      exit(3)
    }
    return job
  }
}
