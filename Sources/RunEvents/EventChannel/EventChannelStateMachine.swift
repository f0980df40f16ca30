/// What an ``EventChannel`` does, without threads, locks or tasks: every call is a transition and
/// returns what its caller must do.
///
/// `Waiter` stands for the consumer that sleeps until something changes.
package struct EventChannelStateMachine<Waiter> {
  private enum Phase {
    case open
    case finished
    case cancelled(any Error)
  }

  private let capacity: Int
  private var queue: [RunEvent] = []
  private var phase = Phase.open
  private var consumer: Waiter?

  /// Whether the producer has been told to wait and not been released since.
  package private(set) var isProducerWaiting = false

  /// Creates an open, empty channel.
  package init(capacity: Int) {
    precondition(capacity > 0, "a channel needs room for at least one event, not \(capacity)")
    self.capacity = capacity
  }

  /// What the producer does next.
  package enum SendAction {
    /// The event is in; wake this consumer if there is one.
    case queued(wakes: Waiter?)
    /// The queue is full: sleep until released, then send the same event again.
    case wait
    /// The consumer has given up.
    case fail(any Error)
  }

  /// The producer offers an event.
  package mutating func send(_ event: RunEvent) -> SendAction {
    switch phase {
    case .cancelled(let error):
      return .fail(error)
    case .finished:
      preconditionFailure("an event was sent after finish()")
    case .open:
      precondition(!isProducerWaiting, "two threads send into one channel")
      guard queue.count < capacity else {
        isProducerWaiting = true
        return .wait
      }
      queue.append(event)
      return .queued(wakes: unpark())
    }
  }

  /// What the consumer does next.
  package enum TakeAction {
    /// These events are its own; release the producer if it was waiting.
    case batch([RunEvent], releasesProducer: Bool)
    /// Nothing is queued: park.
    case wait
    /// Nothing will ever follow.
    case end
  }

  /// The consumer asks for everything queued.
  package mutating func take() -> TakeAction {
    if case .cancelled = phase { return .end }
    guard !queue.isEmpty else {
      if case .finished = phase { return .end }
      return .wait
    }
    let batch = queue
    queue = []
    queue.reserveCapacity(batch.count)
    return .batch(batch, releasesProducer: release())
  }

  /// The consumer goes to sleep.
  ///
  /// - Returns: False when there is something to take after all: the waiter is not kept.
  package mutating func park(_ waiter: Waiter) -> Bool {
    precondition(consumer == nil, "two tasks receive from one channel")
    guard case .open = phase, queue.isEmpty else { return false }
    consumer = waiter
    return true
  }

  /// The producer has no more events.
  ///
  /// - Returns: The consumer to wake, if it sleeps.
  package mutating func finish() -> Waiter? {
    guard case .open = phase else { return nil }
    phase = .finished
    return unpark()
  }

  /// The consumer gives up; only the first reason is kept, and none once everything was delivered.
  ///
  /// - Returns: The consumer to wake, if it sleeps, and whether to release the producer.
  package mutating func cancel(because error: any Error) -> (consumer: Waiter?, producer: Bool) {
    if case .cancelled = phase { return (nil, false) }
    if case .finished = phase, queue.isEmpty { return (nil, false) }
    phase = .cancelled(error)
    queue = []
    return (unpark(), release())
  }

  private mutating func unpark() -> Waiter? {
    defer { consumer = nil }
    return consumer
  }

  private mutating func release() -> Bool {
    defer { isProducerWaiting = false }
    return isProducerWaiting
  }
}
