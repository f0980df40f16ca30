import Dashboard
import Foundation
import RunEvents
import Synchronization

/// Progress of a headless run on standard error: one line that renews itself on a terminal, a line
/// every few seconds in a pipe. Standard output stays free for results.
final class ProgressDisplay: Sendable {
  private struct Shown {
    var state = DashboardState()
    var last: ContinuousClock.Instant?
  }
  private let shown = Mutex(Shown())
  private let renews: Bool
  private let isQuiet: Bool

  /// Creates a display; `isQuiet` shows nothing but keeps the state.
  init(isQuiet: Bool = false) {
    self.isQuiet = isQuiet
    renews = isatty(2) == 1
  }

  /// The state of the run as the events so far give it.
  var state: DashboardState { shown.withLock { $0.state } }

  /// Takes in events of earlier, silently.
  func takeIn(_ events: [RunEvent]) {
    shown.withLock { shown in for event in events { shown.state.apply(event) } }
  }

  /// Takes in events and shows the progress when it is time.
  func show(_ events: [RunEvent]) {
    let line: String? = shown.withLock { shown in
      for event in events { shown.state.apply(event) }
      let now = ContinuousClock.now
      if let last = shown.last, now - last < (renews ? .milliseconds(200) : .seconds(5)) {
        return nil
      }
      shown.last = now
      return Summary.progressLine(shown.state)
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
    FileHandle.standardError.write(Data(text.utf8))
  }
}
