/// A bounded queue of run events from the training thread to the recorder: nothing is lost.
///
/// One producer, a synchronous thread, calls ``send(_:)`` and ``finish()``; when the queue is full it
/// waits, and learns for how long. One consumer, a task, iterates and receives everything that is
/// queued at that moment as one batch, in order:
///
///     for await batch in channel {
///       do { try recorder.record(batch) } catch { channel.cancel(because: error) }
///       try? await Task.sleep(for: .milliseconds(50))   // larger batches, fewer commits
///     }
///
/// A consumer that gives up (its iterator goes away, its task is cancelled, or it calls
/// ``cancel(because:)``) never leaves the producer hanging: the next ``send(_:)`` throws.
///
/// An uncontended ``send(_:)`` is one lock and one append. Waking a consumer that sleeps inside
/// `next()` costs microseconds, so a consumer that pauses between batches is also the cheapest one.
public final class EventChannel: AsyncSequence, Sendable {
  /// Everything that was queued when the consumer asked; never empty.
  public typealias Element = [RunEvent]
  /// The consumer's side does not fail.
  public typealias Failure = Never

  private let storage: EventChannelStorage

  /// Creates an open, empty channel.
  ///
  /// - Parameter capacity: Events that may be queued before the producer waits, at least 1.
  public init(capacity: Int = 1024) {
    storage = EventChannelStorage(capacity: capacity)
  }

  /// Queues an event, waiting as long as the queue is full. Call it from one thread at a time, and
  /// never from a task: it blocks.
  ///
  /// - Returns: How long it waited; zero when there was room.
  /// - Throws: ``EventChannelClosed`` when the consumer has given up; the event is not queued.
  /// - Precondition: ``finish()`` has not been called.
  @discardableResult
  public func send(_ event: RunEvent) throws(EventChannelClosed) -> Duration {
    try storage.send(event)
  }

  /// Says that no event follows: the consumer receives what is queued, then its loop ends.
  public func finish() {
    storage.finish()
  }

  /// Gives up receiving: drops what is queued, ends the iteration, makes every ``send(_:)`` throw.
  ///
  /// Only the first call counts; after the consumer has received everything it changes nothing.
  ///
  /// - Parameter error: Why; the producer finds it as ``EventChannelClosed/cause``.
  public func cancel(because error: any Error) {
    storage.cancel(because: error)
  }

  /// Whether the producer is waiting for room at this moment.
  public var isProducerWaiting: Bool { storage.isProducerWaiting }

  /// Creates the consumer's iterator. There is one consumer; when its iterator goes away the channel
  /// is cancelled with ``EventChannelAbandoned``.
  public func makeAsyncIterator() -> Iterator {
    Iterator(storage: storage)
  }

  /// Receives the batches of one channel.
  public struct Iterator: AsyncIteratorProtocol {
    private let consumer: EventChannelConsumer

    init(storage: EventChannelStorage) {
      consumer = EventChannelConsumer(storage: storage)
    }

    /// Waits for events and takes all that are queued; nil when the channel has ended.
    ///
    /// Cancelling the task cancels the channel with a `CancellationError`.
    public mutating func next() async -> [RunEvent]? {
      await consumer.storage.next()
    }
  }
}

/// The channel is closed: whoever received the events has given up.
public struct EventChannelClosed: Error, CustomStringConvertible {
  /// What the receiver said, e.g. that the disk is full.
  public let cause: any Error

  /// Creates the error.
  public init(cause: any Error) {
    self.cause = cause
  }

  /// What happened, in one sentence.
  public var description: String { "the run is not being recorded any more: \(cause)" }
}

/// The receiver of an ``EventChannel`` stopped iterating before the events ended.
public struct EventChannelAbandoned: Error, Hashable, CustomStringConvertible {
  /// Creates the error.
  public init() {}

  /// What happened, in one sentence.
  public var description: String { "the receiver of events stopped before they ended" }
}

/// Cancels the channel when the consumer's iterator, copies included, is gone.
final class EventChannelConsumer: Sendable {
  let storage: EventChannelStorage

  init(storage: EventChannelStorage) {
    self.storage = storage
  }

  deinit {
    storage.cancel(because: EventChannelAbandoned())
  }
}
