import Dashboard
import Foundation
import RunEvents
import Synchronization

/// Progress of a headless run on standard error: one line that renews itself on a terminal, a line
/// every few seconds in a pipe. Standard output stays free for results.
final class ProgressDisplay: Sendable {
  private struct Shown {
    var narrator = PlainNarrator()
    var last: ContinuousClock.Instant?
  }
  private let shown = Mutex(Shown())
  private let renews: Bool
  private let isQuiet: Bool
  /// Where the run is told in words; nil for the progress alone.
  private let plain: FileHandle?

  /// Creates a display.
  ///
  /// - Parameters:
  ///   - isQuiet: Shows nothing but keeps the state.
  ///   - plain: Where everything worth saying is told in words, a line each, instead.
  init(isQuiet: Bool = false, plain: FileHandle? = nil) {
    self.isQuiet = isQuiet
    self.plain = plain
    renews = isatty(2) == 1 && plain == nil
  }

  /// The state of the run as the events so far give it.
  var state: DashboardState { shown.withLock { $0.narrator.state } }

  /// Takes in events of earlier, silently.
  func takeIn(_ events: [RunEvent]) {
    shown.withLock { shown in for event in events { shown.narrator.takeIn(event) } }
  }

  /// Takes in events and shows the progress when it is time.
  func show(_ events: [RunEvent]) {
    let words: [String] = shown.withLock { shown in
      events.flatMap { shown.narrator.lines(for: $0) }
    }
    if let plain, !words.isEmpty, !isQuiet {
      plain.write(Data((words.joined(separator: "\n").printable + "\n").utf8))
    }
    let line: String? = shown.withLock { shown in
      let now = ContinuousClock.now
      if let last = shown.last, now - last < (renews ? .milliseconds(200) : .seconds(5)) {
        return nil
      }
      shown.last = now
      return shown.narrator.progressLine
    }
    guard let line, !isQuiet else { return }
    complainInPlace(line)
  }

  /// Shows the last state and ends the line.
  func finish() {
    if isQuiet { return }
    complainInPlace(Summary.progressLine(state))
    if renews { FileHandle.standardError.write(Data("\n".utf8)) }
  }

  private func complainInPlace(_ line: String) {
    let text = renews ? "\r\u{1B}[K" + line : line + "\n"
    (plain ?? .standardError).write(Data(text.utf8))
  }
}
