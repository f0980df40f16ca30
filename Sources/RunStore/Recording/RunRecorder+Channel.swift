import RunEvents

extension RunRecorder {
  /// Records all events of a channel until it ends, in large transactions, and keeps the heart beating.
  ///
  /// When an event cannot be recorded the channel is cancelled with the error, so that the producer
  /// learns of it, and the error is thrown. Afterwards call ``finish()``.
  ///
  /// - Parameters:
  ///   - channel: Where the events come from; this is its one consumer.
  ///   - pause: Time between two transactions: so old can an event be when it is recorded.
  public func record(
    from channel: EventChannel, pausing pause: Duration = .milliseconds(40)
  ) async throws(StoreError) {
    let heart = Task {
      while !Task.isCancelled {
        // What keeps the heart from beating keeps the next event from being recorded, and says so.
        try? heartbeat()
        try? await Task.sleep(for: .seconds(1))
      }
    }
    defer { heart.cancel() }
    for await batch in channel {
      do throws(StoreError) {
        try record(batch)
      } catch {
        channel.cancel(because: error)
        throw error
      }
      if case .stopped = batch.last { continue }
      try? await Task.sleep(for: pause)
    }
  }
}
