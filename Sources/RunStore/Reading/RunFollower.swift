import RunEvents

extension RunReader {
  /// All events of the run, first those recorded, then those that follow, as batches in order.
  ///
  /// The sequence ends after `.stopped`, or when the trainer is gone (ask ``liveness(at:)`` which), or
  /// when the task is cancelled. It is the same sequence for a live, a finished and a killed run.
  ///
  /// - Parameter pollEvery: Pause between two looks at a file in which nothing is new; four times as
  ///   long when nothing has been new for 20 looks.
  public func follow(pollEvery: Duration = .milliseconds(50)) -> RunFollower {
    RunFollower(reader: self, pause: pollEvery)
  }
}

/// The events of a run as they are recorded; see ``RunReader/follow(pollEvery:)``.
public struct RunFollower: AsyncSequence, Sendable {
  /// Events in order; never empty.
  public typealias Element = [RunEvent]
  /// What can go wrong while reading.
  public typealias Failure = StoreError

  fileprivate let reader: RunReader
  fileprivate let pause: Duration

  /// Creates an iterator that starts at the first event.
  public func makeAsyncIterator() -> Iterator {
    Iterator(reader: reader, pause: pause)
  }

  /// Reads batch after batch.
  public struct Iterator: AsyncIteratorProtocol {
    /// Most events in one batch.
    private static let limit = 4096
    /// Looks in vain after which it asks whether the trainer is still there, and then again.
    private static let looksPerQuestion = 20
    /// How much rarer it looks where nothing happens for that many looks, as in a pause.
    private static let slowdown = 2

    private let reader: RunReader
    private let pause: Duration
    private var seq: Int64 = 0
    /// What the file's version was when everything in it had been read; nil before that.
    private var version: FileVersion?
    private var looksInVain = 0
    /// Whether nobody writes any more.
    private var isAbandoned = false
    private var hasEnded = false

    fileprivate init(reader: RunReader, pause: Duration) {
      self.reader = reader
      self.pause = pause
    }

    /// Waits for the next events; nil at the end.
    public mutating func next() async throws(StoreError) -> [RunEvent]? {
      while !hasEnded {
        let found = try reader.version()
        if found != version {
          if let batch = try read() { return batch }
          version = found
        }
        if isAbandoned || Task.isCancelled { break }
        if looksInVain % Self.looksPerQuestion == 0, try !isLive() {
          // Once more from the top: for what came between the last look and the end.
          isAbandoned = true
          version = nil
          continue
        }
        looksInVain += 1
        let isQuiet = looksInVain > Self.looksPerQuestion
        do {
          try await Task.sleep(for: isQuiet ? pause * Self.slowdown : pause)
        } catch { break }
      }
      hasEnded = true
      return nil
    }

    private func isLive() throws(StoreError) -> Bool {
      if case .live = try reader.liveness() { true } else { false }
    }

    /// Reads the next events, if there are any.
    private mutating func read() throws(StoreError) -> [RunEvent]? {
      let events = try reader.events(after: seq, limit: Self.limit)
      guard let last = events.last else { return nil }
      seq = last.seq
      // While history is read the question stays due; a live run is asked only when it falls silent.
      if version != nil { looksInVain = 1 }
      if case .stopped = last.event {
        hasEnded = true
        reader.release()
      }
      return events.map(\.event)
    }
  }
}
