import Evidence
import Foundation
import RunEvents
import RunStore

/// Trains the cells of a sweep, each in a process of its own, some at a time.
struct SweepRunner {
  /// Where the run files go.
  let folder: SweepFolder
  /// Cells at a time.
  let jobs: Int
  /// Threads of each.
  let threads: Int

  /// What came of it.
  struct Outcome {
    /// Why cells failed, in words.
    var failures: [SweepCell: String] = [:]
    /// Whether a person stopped the sweep.
    var wasStopped = false
  }

  private static let pause = Duration.milliseconds(50)

  /// Trains cells until none is left or a person stops it; one cell's failure leaves the others alone.
  ///
  /// - Parameters:
  ///   - cells: What is to be trained, in order.
  ///   - finished: What is done already, for the estimate of the time left.
  ///   - requests: Stop requests from signals.
  func run(
    _ cells: [SweepCell], finished: [SweepCell: Double], requests: StopRequests
  ) async throws -> Outcome {
    var waiting = cells[...]
    var running: [CellTrainer] = []
    var outcome = Outcome()
    var progress = SweepProgress(
      done: finished.count, total: finished.count + cells.count, jobs: jobs)
    for (cell, seconds) in finished { progress.remaining.add(cell, seconds: seconds) }
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < jobs, let cell = waiting.popFirst() {
        do {
          running.append(
            try CellTrainer(cell, in: folder, threads: threads))
        } catch {
          progress.say("\(folder.name(cell)) failed: \(error)")
          outcome.failures[cell] = "\(error)"
        }
      }
      if requests.take() != nil {
        waiting = []
        outcome.wasStopped = true
        for trainer in running { trainer.process.stop() }
        progress.say("stopping: \(running.map(\.name).joined(separator: ", "))")
      }
      for index in running.indices.reversed() {
        running[index].look()
        guard let code = running[index].process.exitCode() else { continue }
        let trainer = running.remove(at: index)
        if let obstacle = trainer.obstacle(code) {
          if !outcome.wasStopped { outcome.failures[trainer.cell] = obstacle }
          progress.say("\(trainer.name): \(obstacle)")
        } else {
          progress.finish(trainer)
        }
      }
      progress.show(running, waiting: Array(waiting))
      try await Task.sleep(for: Self.pause)
    }
    progress.end()
    return outcome
  }
}

/// A cell at work.
struct CellTrainer {
  /// Which one.
  let cell: SweepCell
  /// Its name.
  let name: String
  /// The process.
  let process: DetachedTrainer
  /// When it was started.
  let started = ContinuousClock.now
  private let file: URL
  private var reader: RunReader?
  private var seq: Int64 = 0
  private var lastLook: ContinuousClock.Instant?
  /// Seconds from its start to the last look: what ``progress`` belongs to.
  private(set) var observed = 0.0
  /// Last step recorded, and the steps planned; 0 until known.
  private(set) var step = 0, totalSteps = 0

  /// Starts it.
  init(_ cell: SweepCell, in folder: SweepFolder, threads: Int) throws {
    self.cell = cell
    name = folder.name(cell)
    file = folder.file(cell)
    process = try DetachedTrainer(
      arguments: folder.subject.words(cell, file: file, threads: threads),
      log: folder.url.appendingPathComponent(name).appendingPathExtension("log"))
  }

  /// Seconds since it was started.
  var elapsed: Double { (ContinuousClock.now - started) / .seconds(1) }

  /// Share of its steps that are done.
  var progress: Double { totalSteps > 0 ? Double(step) / Double(totalSteps) : 0 }

  /// Reads how far it is, twice a second at most.
  mutating func look() {
    let now = ContinuousClock.now
    if let lastLook, now - lastLook < .milliseconds(500) { return }
    lastLook = now
    observed = elapsed
    if reader == nil {
      // An older run may still lie there until the trainer has begun its own.
      guard let fresh = try? RunReader(opening: file),
        case .live(process.pid, _)? = try? fresh.liveness(),
        let manifest = try? fresh.manifest()
      else { return }
      reader = fresh
      totalSteps = manifest.totalSteps
    }
    while let last = try? reader?.events(after: seq, of: .steps).last {
      seq = last.seq
      step = last.event.step
    }
    reader?.release()
  }

  /// Why it is no result now that its process has ended; nil when it is one.
  ///
  /// - Parameter code: The exit code.
  func obstacle(_ code: Int32) -> String? {
    if code > 128 {
      return "ended by signal \(code - 128); its output: \(process.log.relativePath)"
    }
    if code != 0 {
      let words = process.lastWords(1)
      return "failed with code \(code): \(words.isEmpty ? "it said nothing" : words)"
    }
    guard let reader = try? RunReader(opening: file),
      case .finished(let stop)? = try? reader.liveness()
    else { return "ended without a complete run file" }
    return stop.obstacle
  }
}
