import Foundation
import RunEvents
import RunStore
import Synchronization
import Training

/// Runs one training on a thread of its own, records what it publishes and shows its progress.
///
/// The training thread is synchronous and never awaits; it hands events to a bounded channel. This task
/// drains the channel into the run file and the progress display. When the file cannot be written
/// the channel is cancelled and the training stops with that reason.
struct TrainerHost {
  /// The run file.
  let recorder: RunRecorder
  /// What is known before the first step; empty where the file says it already.
  let opening: [RunEvent]
  /// Checkpoint that a `.checkpoint` of the opening stands for.
  var openingCheckpoint: WrittenCheckpoint?
  /// Most checkpoints kept of those that nobody asked for; nil where there are none.
  var keepsCheckpoints: Int?
  /// Shows progress; called with every batch.
  let progress: ProgressDisplay

  /// What came of a run.
  struct Result: Sendable {
    /// How it ended.
    var stop: Stop
    /// The recording's failure, if it failed.
    var failure: String?
  }

  /// Time between commits: at most a tenth of a second may be lost.
  private static let pause = Duration.milliseconds(30)

  /// Trains to the end.
  ///
  /// - Parameters:
  ///   - requests: Stop requests from signals.
  ///   - makeRun: Creates the run with the outlet that it publishes through; called on the training thread.
  ///   - save: Saves the adapter after the last step and returns its folder; called on the training thread.
  func train(
    requests: StopRequests,
    makeRun: @escaping @Sendable (TrainingRun.Outlet) throws -> TrainingRun,
    save: @escaping @Sendable () throws -> String?
  ) async throws -> Result {
    let channel = EventChannel()
    let outcome = Outcome()
    let shelf = CheckpointShelf()
    let (recorder, opening) = (recorder, opening)
    if let openingCheckpoint { _ = shelf.put(openingCheckpoint) }
    let outlet = TrainingRun.Outlet(
      publish: { try channel.send($0).seconds },
      interventions: {
        let asked = try recorder.takePendingInterventions()
        return requests.take().map { [$0] + asked } ?? asked
      },
      keepCheckpoint: keepsCheckpoints.map { _ in { @Sendable in shelf.put($0) } })
    let thread = Thread {
      outcome.set(Self.run(opening, channel, outlet, makeRun, save))
      channel.finish()
    }
    thread.name = "training"
    thread.stackSize = 16 << 20
    thread.start()
    let failure = await drain(channel, shelf)
    let stop = try await outcome.value()
    if failure == nil { try recorder.finish() } else { try? recorder.finish() }
    progress.finish()
    return Result(stop: stop, failure: failure)
  }

  /// Everything that happens on the training thread.
  private static func run(
    _ opening: [RunEvent], _ channel: EventChannel, _ outlet: TrainingRun.Outlet,
    _ makeRun: (TrainingRun.Outlet) throws -> TrainingRun, _ save: () throws -> String?
  ) -> Swift.Result<Stop, any Error> {
    Swift.Result {
      for event in opening { _ = try? outlet.publish(event) }
      var stop: Stop
      do {
        stop = try makeRun(outlet).run()
      } catch let closed as EventChannelClosed {
        // Nothing can be recorded any more; the adapter is still worth saving.
        stop = Stop(
          step: 0, reason: .failed("\(closed.cause)"), seconds: 0, tokens: 0, adapter: nil)
      }
      do {
        stop.adapter = try save()
      } catch {
        if case .finished = stop.reason { stop.reason = .failed("\(error)") }
        if case .stopped = stop.reason { stop.reason = .failed("\(error)") }
      }
      _ = try? outlet.publish(.stopped(stop))
      return stop
    }
  }

  /// Records and shows until the events end; returns why recording failed, if it did.
  private func drain(_ channel: EventChannel, _ shelf: CheckpointShelf) async -> String? {
    let heart = Task { [recorder] in
      // A paused run records nothing, and must still be seen to live.
      while !Task.isCancelled {
        try? recorder.heartbeat()
        try? await Task.sleep(for: .seconds(1))
      }
    }
    defer { heart.cancel() }
    for await batch in channel {
      do {
        let count = batch.count { if case .checkpoint = $0 { true } else { false } }
        let recorded = try recorder.record(
          batch, with: shelf.take(count), keeping: keepsCheckpoints ?? 0)
        progress.show(recorded)
      } catch {
        channel.cancel(because: error)
        shelf.close()
        return error.description
      }
      try? await Task.sleep(for: Self.pause)
    }
    return nil
  }
}

/// The training thread's result, for the task that waits for it.
private final class Outcome: Sendable {
  private struct State {
    var result: Swift.Result<Stop, any Error>?
    var waiting: CheckedContinuation<Stop, any Error>?
  }
  private let state = Mutex(State())

  func set(_ result: Swift.Result<Stop, any Error>) {
    let waiting = state.withLock { state in
      state.result = result
      return state.waiting
    }
    waiting?.resume(with: result)
  }

  func value() async throws -> Stop {
    try await withCheckedThrowingContinuation { continuation in
      let result = state.withLock { state in
        if state.result == nil { state.waiting = continuation }
        return state.result
      }
      if let result { continuation.resume(with: result) }
    }
  }
}
