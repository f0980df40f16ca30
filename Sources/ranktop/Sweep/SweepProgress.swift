import Evidence
import Foundation
import Screen

/// Progress of a sweep on standard error: one line that renews itself on a terminal, a line every few seconds in a
/// pipe, and a lasting one for each cell that ends.
struct SweepProgress {
  /// How long it still takes.
  var remaining = RemainingTime()
  private var done: Int
  private let total: Int
  private let jobs: Int
  private let renews = isatty(2) == 1
  private var last: ContinuousClock.Instant?

  /// Creates the display of a sweep of which some cells are done already.
  init(done: Int, total: Int, jobs: Int) {
    self.done = done
    self.total = total
    self.jobs = jobs
  }

  /// Shows where the sweep stands, when it is time.
  mutating func show(_ running: [CellTrainer], waiting: [SweepCell]) {
    let now = ContinuousClock.now
    if running.isEmpty { return }
    if let last, now - last < (renews ? .milliseconds(200) : .seconds(10)) { return }
    last = now
    var parts = ["cells \(done)/\(total)"]
    let seconds = remaining.seconds(
      waiting: waiting,
      running: running.map { .init(cell: $0.cell, elapsed: $0.observed, progress: $0.progress) },
      jobs: jobs)
    parts.append("ETA \(seconds.map { NumberText.duration($0) } ?? NumberText.none)")
    parts += running.map { trainer in
      trainer.totalSteps > 0
        ? "\(trainer.name) \(trainer.step)/\(trainer.totalSteps)" : "\(trainer.name) loading"
    }
    let line = parts.joined(separator: "  ")
    write(renews ? "\r\u{1B}[K" + line.prefix(max(20, columns - 1)) : line + "\n")
  }

  /// A cell is done.
  mutating func finish(_ trainer: CellTrainer) {
    done += 1
    remaining.add(trainer.cell, seconds: trainer.elapsed)
    say("\(trainer.name) finished in \(NumberText.duration(trainer.elapsed)) (\(done)/\(total))")
  }

  /// Says something that stays.
  func say(_ line: String) { write((renews ? "\r\u{1B}[K" : "") + line + "\n") }

  /// Leaves no half line.
  func end() { if renews { write("\r\u{1B}[K") } }

  private var columns: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
