import Foundation
import RunEvents

extension RunReader {
  /// The events of the run, first those recorded, then those that follow, as batches in order.
  ///
  /// The sequence ends after `.stopped`, or when the trainer is gone (ask ``liveness(at:)`` which), or
  /// when the task is cancelled. It is the same sequence for a live, a finished and a killed run.
  ///
  /// While nothing changes it asks the file system only, a few times a second.
  ///
  /// - Parameters:
  ///   - seq: Number of the last event already known: with ``digest(throughSeq:)`` and
  ///     ``overview(throughSeq:)`` a long run is joined without reading all of it. 0 for all events.
  ///   - pollEvery: Pause between two looks; twice as long when nothing has been new for 20 looks, five
  ///     times after 100.
  ///   - waitsForResumption: Whether to go on when the trainer is gone without having ended the run: then an
  ///     empty batch says so, once, and what comes when somebody takes the run up again follows, from
  ///     `.resumed` on.
  public func follow(
    after seq: Int64 = 0, pollEvery: Duration = .milliseconds(50),
    waitsForResumption: Bool = false
  ) -> RunFollower {
    RunFollower(
      reader: self, seq: seq, pause: pollEvery, waitsForResumption: waitsForResumption)
  }
}

/// The events of a run as they are recorded; see ``RunReader/follow(after:pollEvery:waitsForResumption:)``.
public struct RunFollower: AsyncSequence, Sendable {
  /// Events in order; empty only where the trainer is gone and its return is waited for.
  public typealias Element = [RunEvent]
  /// What can go wrong while reading.
  public typealias Failure = StoreError

  fileprivate let reader: RunReader
  fileprivate let seq: Int64
  fileprivate let pause: Duration
  fileprivate let waitsForResumption: Bool

  /// Creates an iterator that starts at the first event not known.
  public func makeAsyncIterator() -> Iterator {
    Iterator(
      reader: reader, pause: pause, waitsForResumption: waitsForResumption, seq: seq)
  }

  /// Reads batch after batch.
  public struct Iterator: AsyncIteratorProtocol {
    /// Most events in one batch.
    private static let limit = 4096
    /// Looks in vain after which it asks whether the trainer is still there, and then again.
    private static let looksPerQuestion = 20
    /// How much rarer it looks where nothing happens for long, as in a pause: waking up is what costs.
    private var slowdown: Int {
      looksInVain > 5 * Self.looksPerQuestion ? 5 : looksInVain > Self.looksPerQuestion ? 2 : 1
    }

    private let reader: RunReader
    private let pause: Duration
    private let waitsForResumption: Bool
    /// Number of the last event returned.
    public private(set) var seq: Int64
    /// What the file's version was when everything in it had been read; nil before that.
    private var version: FileVersion?
    /// What the file system said then; nil where a change might not show.
    private var stamp: FileStamp?
    private var looksInVain = 0
    /// Whether to wait before the next look.
    private var hasToRest = false
    /// Whether nobody writes any more.
    private var isAbandoned = false
    private var isAbandonmentKnown = false
    private var hasEnded = false

    fileprivate init(
      reader: RunReader, pause: Duration, waitsForResumption: Bool, seq: Int64
    ) {
      self.reader = reader
      self.pause = pause
      self.waitsForResumption = waitsForResumption
      self.seq = seq
    }

    /// Waits for the next events; nil at the end.
    public mutating func next() async throws(StoreError) -> [RunEvent]? {
      while !hasEnded {
        if hasToRest {
          // All of it was read a moment ago.
          hasToRest = false
          do { try await Task.sleep(for: pause) } catch { break }
        }
        if let batch = try look() { return batch }
        if Task.isCancelled || (isAbandoned && !waitsForResumption) { break }
        if isAbandoned && !isAbandonmentKnown {
          isAbandonmentKnown = true
          return []
        }
        if looksInVain % Self.looksPerQuestion == 0 {
          // Also what the file system may have kept to itself.
          stamp = nil
          if !isAbandoned, try !isLive() {
            // Once more from the top: for what came between the last look and the end.
            isAbandoned = true
            version = nil
            continue
          }
        }
        looksInVain += 1
        do { try await Task.sleep(for: pause * slowdown) } catch { break }
      }
      hasEnded = true
      return nil
    }

    private func isLive() throws(StoreError) -> Bool {
      if case .live = try reader.liveness() { true } else { false }
    }

    /// Reads what is new, if the file may have changed.
    private mutating func look() throws(StoreError) -> [RunEvent]? {
      let now = FileStamp(reader.path, log: reader.logPath)
      if now == stamp { return nil }
      let time = Date().timeIntervalSince1970
      let found = try reader.version()
      if found != version {
        let isNews = version != nil
        let (batch, isLast) = try read()
        if isLast { version = found }
        if let batch {
          // While history is read the question stays due; a live run is asked only when it falls silent.
          if isNews { looksInVain = 1 }
          hasToRest = isLast && !hasEnded
          return batch
        }
      }
      stamp = now.isSettled(at: time) ? now : nil
      return nil
    }

    /// Reads the next events, if there are any.
    private mutating func read() throws(StoreError) -> ([RunEvent]?, isLast: Bool) {
      let (events, isLast) = try reader.page(after: seq, limit: Self.limit)
      guard let last = events.last else { return (nil, isLast) }
      seq = last.seq
      isAbandoned = false
      isAbandonmentKnown = false
      if case .stopped = last.event {
        hasEnded = true
        reader.release()
      }
      return (events.map(\.event), isLast)
    }
  }
}
