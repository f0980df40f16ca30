import Foundation
import RunStore
import Training

/// Checkpoints on their way from the training thread to the recorder: their notes travel as events, and are
/// too small to carry them.
final class CheckpointShelf: @unchecked Sendable {
  /// Most that wait: memory is worth more than a moment of the trainer.
  private static let room = 2
  // Guards everything below.
  private let condition = NSCondition()
  private var waiting: [CheckpointBytes] = []
  private var isClosed = false

  /// Puts a checkpoint down, just before its note is published; waits while too many lie there.
  ///
  /// - Returns: Seconds waited.
  func put(_ checkpoint: WrittenCheckpoint) -> Double {
    let started = ContinuousClock.now
    condition.lock()
    defer { condition.unlock() }
    while waiting.count >= Self.room && !isClosed { condition.wait() }
    waiting.append(
      CheckpointBytes(
        data: checkpoint.data, fingerprint: checkpoint.fingerprint, wasAsked: checkpoint.wasAsked))
    return (ContinuousClock.now - started).seconds
  }

  /// Takes the oldest ones.
  func take(_ count: Int) -> [CheckpointBytes] {
    condition.lock()
    defer { condition.unlock() }
    let taken = Array(waiting.prefix(count))
    waiting.removeFirst(taken.count)
    condition.broadcast()
    return taken
  }

  /// Nobody takes anything any more: nobody shall wait for it.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }
}
