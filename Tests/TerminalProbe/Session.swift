import Glibc
import Screen
import Synchronization
import Terminal

/// Frames drawn while another thread is about to end the program.
private let framesDrawn = Atomic(0)

/// One open terminal and the frame to be shown on it.
struct Session: ~Copyable {
  private var terminal: TerminalScreen
  private var frame: Frame
  private let commands: Commands

  init(_ terminal: consuming TerminalScreen) {
    frame = Frame(width: terminal.size.width, height: terminal.size.height)
    commands = Commands(terminal.waker)
    self.terminal = terminal
  }

  mutating func run() {
    let found = terminal.capabilities
    report(
      "open \(terminal.size.width)x\(terminal.size.height) colors=\(found.colors.rawValue)"
        + " unicode=\(found.hasUnicode) term=\(found.termName)")
    for note in found.notes { report("note \(note)") }
    while let input = terminal.wait() {
      switch input {
      case .key(let key): take(key)
      case .woken: while let line = commands.next() { obey(line) }
      case .timedOut: report("timed out")
      }
    }
    report("ended")
  }

  private mutating func take(_ key: Key) {
    if case .resize(let width, let height) = key { frame = Frame(width: width, height: height) }
    if key == .character("!") {
      // The echo of the latency measurement.
      frame[0, 0] = Cell(frame[0, 0].glyph == "#" ? "@" : "#")
      terminal.show(frame)
      return
    }
    report("key \(key)")
  }

  private mutating func obey(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    switch words.first {
    case "show": terminal.show(frame)
    case "redraw": terminal.redraw()
    case "close": terminal.close()
    case "size": report("size \(terminal.size.width)x\(terminal.size.height)")
    case "frame": frame = Frame(width: number(words, 1), height: number(words, 2))
    case "text": text(words)
    case "noise": noise(seed: number(words, 1), stride: number(words, 2))
    case "wait": wait(milliseconds: number(words, 1))
    case "second": openAgain()
    case "reopen": reopen()
    case "bench": bench()
    case "mark":
      let bytes = Array("\u{1B}_\(words[1])\u{1B}\\".utf8)
      _ = write(1, bytes, bytes.count)
    case "end": end(words[1])
    default: report("unknown command \(line)")
    }
    if terminal.isOpen { report("done \(words[0])") } else { report("closed") }
  }

  private func number(_ words: [String], _ index: Int) -> Int { Int(words[index]) ?? 0 }

  /// `text X Y FOREGROUND BACKGROUND ATTRIBUTES GLYPHS`; 256 is the standard colour.
  private mutating func text(_ words: [String]) {
    let style = Style(
      foreground: color(number(words, 3)), background: color(number(words, 4)),
      attributes: Attributes(rawValue: UInt8(number(words, 5))))
    for (offset, glyph) in words[6].unicodeScalars.enumerated() {
      frame[number(words, 1) + offset, number(words, 2)] = Cell(glyph, style: style)
    }
  }

  private func color(_ number: Int) -> Color {
    UInt8(exactly: number).map { .indexed($0) } ?? .standard
  }

  private mutating func noise(seed: Int, stride step: Int) {
    drawNoise(&frame, seed: seed, stride: step)
  }

  private mutating func wait(milliseconds: Int) {
    report("waited \(terminal.wait(timeout: .milliseconds(milliseconds)).map { "\($0)" } ?? "nil")")
  }

  private func openAgain() {
    do throws(TerminalError) {
      _ = try TerminalScreen()
      report("opened twice")
    } catch {
      report("error \(error)")
    }
  }

  private mutating func reopen() {
    terminal.close()
    do throws(TerminalError) {
      terminal = try TerminalScreen()
    } catch {
      report("error \(error)")
    }
  }

  /// Every way a program may end without closing its terminal.
  private mutating func end(_ way: String) {
    switch way {
    case "exit": exit(0)
    case "trap": fatalError("asked for")
    case "overflow": print(deeper(1))
    case "abort": abort()
    case "null": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
    case "elsewhere":
      Task.detached { fatalError("asked for, on another thread") }
      // An endless loop without it would be the end of the terminal's life.
      while terminal.isOpen { pause() }
    case "terminated":
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { _ in
          raise(SIGTERM); return nil
        }, nil)
      while true { drawEverything() }
    default: report("unknown end \(way)")
    }
  }

  private mutating func drawEverything() {
    noise(seed: .random(in: 0..<99), stride: 2000)
    terminal.show(frame)
    framesDrawn.add(1, ordering: .relaxed)
  }

  private func deeper(_ depth: Int) -> Int {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 64) { numbers in
      numbers[depth % 64] = depth
      return depth < 0 ? 0 : deeper(depth + 1) + numbers[depth % 64]
    }
  }

  /// Times of drawing, printed for people; nothing tests them.
  private mutating func bench() {
    for step in [1, 2400] {
      drawNoise(&frame, seed: 1, stride: 1)
      terminal.show(frame)
      let rounds = 200
      var longest = Duration.zero
      let total = ContinuousClock().measure {
        for round in 0..<rounds {
          drawNoise(&frame, seed: round + 2, stride: step)
          longest = max(longest, ContinuousClock().measure { terminal.show(frame) })
        }
      }
      report("bench stride \(step): \(total / rounds) a frame, longest show \(longest)")
    }
    let same = ContinuousClock().measure { for _ in 0..<1000 { terminal.show(frame) } }
    report("bench unchanged: \(same / 1000)")
    var other = frame
    other[0, 0] = Cell("~")
    let compared = ContinuousClock().measure {
      for _ in 0..<1000 { _ = FrameDifference(from: frame, to: other).runs.count }
    }
    report("bench comparison: \(compared / 1000)")
  }
}

/// Changes every `stride`th cell of a frame, the same way for the same seed.
func drawNoise(_ frame: inout Frame, seed: Int, stride step: Int) {
  for index in stride(from: 0, to: frame.width * frame.height, by: max(1, step)) {
    let mixed = (index &* 31 &+ seed &* 17) & 0xFFFF
    let glyph = Unicode.Scalar(UInt8(0x21 + (mixed % 90)))
    let style = Style(
      foreground: mixed % 5 == 0 ? .standard : .indexed(UInt8(mixed % 17)),
      background: mixed % 3 == 0 ? .standard : .indexed(UInt8(232 + mixed % 24)),
      attributes: Attributes(rawValue: UInt8(mixed >> 3 & 15)))
    frame[index % frame.width, index / frame.width] = Cell(glyph, style: style)
  }
}
