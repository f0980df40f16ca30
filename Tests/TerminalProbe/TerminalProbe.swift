import Glibc
import Screen
import Synchronization
import Terminal

/// A program for the tests of `Terminal`: it opens the terminal it runs on and does what it is told.
///
/// Commands come as lines on descriptor 4, reports leave as lines on descriptor 3; the terminal itself
/// is descriptors 0 and 1. `TerminalProbe shell ...` runs another probe as a job, as a shell would.
@main struct TerminalProbe {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "shell" { JobShell(arguments.dropFirst()).run() }
    if arguments.first == "job" { JobShell.waitForTerminal() }
    if arguments.first == "obstacle" {
      report("obstacle \(TerminalScreen.obstacle.map(\.description) ?? "none")")
      return
    }
    if arguments.contains("ignore-hangup") { signal(SIGHUP, SIG_IGN) }
    do throws(TerminalError) {
      var session = Session(try TerminalScreen(options(arguments)))
      session.run()
    } catch {
      report("error \(error)")
    }
  }

  private static func options(_ arguments: [String]) -> TerminalOptions {
    var options = TerminalOptions()
    for argument in arguments {
      switch argument {
      case "synchronized": options.isSynchronized = true
      case "colors": options.colors = .always
      case "eight": options.colors = .atMost(.eight)
      case "ascii": options.unicode = false
      case "mouse": options.mouse = true
      case "keep-control-z": options.stopsOnControlZ = false
      default: break
      }
    }
    return options
  }
}

/// Writes one line to the test.
func report(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = write(3, bytes, bytes.count)
}

/// Lines that arrived on descriptor 4, read elsewhere so that the terminal's wait is woken by them.
final class Commands: Sendable {
  private let lines = Mutex<[String]>([])

  init(_ waker: TerminalWaker) {
    Task.detached { [self] in
      var buffer: [UInt8] = []
      var byte: UInt8 = 0
      while read(4, &byte, 1) == 1 {
        if byte != UInt8(ascii: "\n") {
          buffer.append(byte)
          continue
        }
        let line = String(decoding: buffer, as: UTF8.self)
        buffer = []
        lines.withLock { $0.append(line) }
        waker.wake()
      }
    }
  }

  func next() -> String? { lines.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
