import Foundation
import RunEvents
import RunStore

/// Writes a made-up run into a file: as fast as it goes, or as if it were trained at a pace.
struct SyntheticRecording {
  /// What it is like.
  let specification: SyntheticSpecification
  /// The run file.
  let file: URL
  /// Whether a run that is there is replaced.
  let overwrites: Bool
  /// Steps a second of a run that is recorded live; nil for a finished one at once.
  let rate: Double?

  /// What was written.
  struct Result {
    var stop: Stop.Reason
    var steps: Int
    var seconds: Double
    var bytes: Int
  }

  /// Size of a transaction, in array entries and in events.
  private static let (entriesPerBatch, eventsPerBatch) = (8_000_000, 16_384)

  /// Writes the run.
  ///
  /// - Parameter requests: Signals that ask it to stop.
  func write(requests: StopRequests) async throws -> Result {
    let started = Date()
    var run = try SyntheticRun(
      specification, name: file.deletingPathExtension().lastPathComponent,
      secondsPerStep: rate.map { 1 / $0 } ?? 0.05, startedAt: started.timeIntervalSince1970)
    let recorder = try RunRecorder(creating: file, overwriting: overwrites)
    let display = SyntheticProgress(file: file, total: specification.steps, started: started)
    try recorder.record(run.opening)
    let reason: Stop.Reason
    do {
      reason =
        if let rate {
          try await writeLive(&run, recorder, requests, display, rate)
        } else {
          try writeAtOnce(&run, recorder, requests, display)
        }
      try recorder.record([run.end(reason)])
      try recorder.finish()
    } catch {
      try? recorder.finish()
      throw error
    }
    display.finish()
    let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    return Result(
      stop: reason, steps: run.step, seconds: Date().timeIntervalSince(started), bytes: size ?? 0)
  }

  private func writeAtOnce(
    _ run: inout SyntheticRun, _ recorder: RunRecorder, _ requests: StopRequests,
    _ display: SyntheticProgress
  ) throws -> Stop.Reason {
    while !run.isDone {
      if requests.take() != nil { return .stopped }
      var events: [RunEvent] = []
      var entries = 0
      while !run.isDone, events.count < Self.eventsPerBatch, entries < Self.entriesPerBatch {
        for event in run.advance() {
          if case .decision(let decision) = event { entries += decision.scores.count }
          if case .statistics(let statistics) = event { entries += statistics.ranks.count }
          events.append(event)
        }
      }
      try recorder.record(events)
      display.show(run.step)
    }
    return .finished
  }

  private func writeLive(
    _ run: inout SyntheticRun, _ recorder: RunRecorder, _ requests: StopRequests,
    _ display: SyntheticProgress, _ rate: Double
  ) async throws -> Stop.Reason {
    let clock = ContinuousClock()
    let start = clock.now
    while !run.isDone {
      if requests.take() != nil { return .stopped }
      for record in try recorder.takePendingInterventions() {
        try recorder.record(run.takeUp(record))
        if record.intervention == .stop { return .stopped }
      }
      // Several steps at once where they come faster than a trainer commits.
      let due = Int((clock.now - start) / .seconds(1) * rate)
      var events: [RunEvent] = []
      while !run.isDone, run.step < due { events += run.advance() }
      try recorder.record(events)
      try recorder.heartbeat()
      display.show(run.step)
      let next = start + .seconds(Double(run.step + 1) / rate)
      try await Task.sleep(for: min(.seconds(1), max(.milliseconds(30), next - clock.now)))
    }
    return .finished
  }
}

/// One line on standard error while a run is written: it renews itself on a terminal and comes
/// every few seconds in a pipe.
private final class SyntheticProgress {
  private let file: URL
  private let total: Int
  private let started: Date
  private let renews = isatty(2) == 1
  private var last = Date.distantPast

  init(file: URL, total: Int, started: Date) {
    self.file = file
    self.total = total
    self.started = started
  }

  /// Says how far it has come, when it is time.
  func show(_ step: Int) {
    let now = Date()
    guard now.timeIntervalSince(last) >= (renews ? 0.2 : 5), step > 0 else { return }
    last = now
    let left = now.timeIntervalSince(started) / Double(step) * Double(total - step)
    let percent = Int(100 * Double(step) / Double(total))
    let line = "\(file.relativePath): step \(step) of \(total), \(percent) %, \(Int(left)) s left"
    FileHandle.standardError.write(Data((renews ? "\r\u{1B}[K" + line : line + "\n").utf8))
  }

  /// Makes room for what follows.
  func finish() {
    if renews { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
