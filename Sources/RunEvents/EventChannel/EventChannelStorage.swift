import Dispatch
import Synchronization

/// The locked state of a channel, and the two ways of waiting for it to change: a semaphore for the
/// producer's thread, a continuation for the consumer's task.
final class EventChannelStorage: Sendable {
  private typealias Waiter = CheckedContinuation<Void, Never>

  private let state: Mutex<EventChannelStateMachine<Waiter>>
  private let room = DispatchSemaphore(value: 0)

  init(capacity: Int) {
    state = Mutex(EventChannelStateMachine(capacity: capacity))
  }

  var isProducerWaiting: Bool {
    state.withLock { $0.isProducerWaiting }
  }

  func send(_ event: RunEvent) throws(EventChannelClosed) -> Duration {
    var began: ContinuousClock.Instant?
    while true {
      switch state.withLock({ $0.send(event) }) {
      case .queued(let consumer):
        consumer?.resume()
        return began.map { .now - $0 } ?? .zero
      case .wait:
        began = began ?? .now
        room.wait()
      case .fail(let error):
        throw EventChannelClosed(cause: error)
      }
    }
  }

  func next() async -> [RunEvent]? {
    await withTaskCancellationHandler {
      while true {
        switch state.withLock({ $0.take() }) {
        case .batch(let events, let releasesProducer):
          if releasesProducer { room.signal() }
          return events
        case .end:
          return nil
        case .wait:
          await withCheckedContinuation { waiter in
            if !state.withLock({ $0.park(waiter) }) { waiter.resume() }
          }
        }
      }
    } onCancel: {
      cancel(because: CancellationError())
    }
  }

  func finish() {
    state.withLock { $0.finish() }?.resume()
  }

  func cancel(because error: any Error) {
    let woken = state.withLock { $0.cancel(because: error) }
    woken.consumer?.resume()
    if woken.producer { room.signal() }
  }
}
