import RunEvents
import RunStore
import Synchronization

/// Events on their way from the task that follows the run file to the thread that draws.
final class EventInbox: Sendable {
  private struct State {
    var events: [RunEvent] = []
    /// Whether the trainer is gone without having ended the run.
    var isAbandoned = false
    var hasEnded = false
    var failure: String?
  }
  private let state = Mutex(State())

  /// What has arrived since the last call.
  func take() -> (events: [RunEvent], isAbandoned: Bool, hasEnded: Bool, failure: String?) {
    state.withLock { state in
      defer {
        state.events = []
        state.isAbandoned = false
      }
      return (state.events, state.isAbandoned, state.hasEnded, state.failure)
    }
  }

  /// Follows a run to its end, from the event after number `seq` on; `wake` is called when there is
  /// something to take.
  func fill(from reader: RunReader, after seq: Int64, wake: @Sendable () -> Void) async {
    do {
      for try await batch in reader.follow(
        after: seq, pollEvery: .milliseconds(60), waitsForResumption: true)
      {
        state.withLock {
          $0.events += batch
          $0.isAbandoned = batch.isEmpty
        }
        wake()
      }
    } catch {
      state.withLock { $0.failure = "\(error)" }
    }
    state.withLock { $0.hasEnded = true }
    wake()
  }
}
