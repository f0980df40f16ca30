import RunEvents
import RunStore
import Synchronization

/// Events on their way from the task that follows the run file to the thread that draws.
final class EventInbox: Sendable {
  private struct State {
    var events: [RunEvent] = []
    var hasEnded = false
    var failure: String?
  }
  private let state = Mutex(State())

  /// What has arrived since the last call.
  func take() -> (events: [RunEvent], hasEnded: Bool, failure: String?) {
    state.withLock { state in
      defer { state.events = [] }
      return (state.events, state.hasEnded, state.failure)
    }
  }

  /// Follows a run to its end; `wake` is called when there is something to take.
  func fill(from reader: RunReader, wake: @Sendable () -> Void) async {
    do {
      for try await batch in reader.follow(pollEvery: .milliseconds(40)) {
        state.withLock { $0.events += batch }
        wake()
      }
    } catch {
      state.withLock { $0.failure = "\(error)" }
    }
    state.withLock { $0.hasEnded = true }
    wake()
  }
}
