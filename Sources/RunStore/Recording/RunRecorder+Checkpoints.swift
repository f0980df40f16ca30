import RunEvents

extension RunRecorder {
  /// Writes events together with the bytes of the checkpoints among them.
  ///
  /// Where there is no room for the bytes, the events are written without them: the run goes on, and an
  /// alarm stands in the place of each checkpoint's note.
  ///
  /// - Parameters:
  ///   - events: In the order in which they happened.
  ///   - checkpoints: Bytes of the `.checkpoint` events among them, in their order.
  ///   - keeping: Most checkpoints to keep of those that nobody asked for.
  /// - Returns: What was recorded.
  /// - Throws: ``StoreError`` as ``record(_:checkpoints:keeping:)``; nothing is recorded then.
  /// - Precondition: as many checkpoints as events of them.
  public func record(
    _ events: [RunEvent], with checkpoints: [CheckpointBytes], keeping: Int
  ) throws(StoreError) -> [RunEvent] {
    let places = events.indices.filter { if case .checkpoint = events[$0] { true } else { false } }
    precondition(
      places.count == checkpoints.count,
      "\(checkpoints.count) checkpoints for \(places.count) notes")
    do throws(StoreError) {
      try record(
        events, checkpoints: Dictionary(uniqueKeysWithValues: zip(places, checkpoints)),
        keeping: keeping)
      return events
    } catch {
      guard error.code == .diskFull, !places.isEmpty else { throw error }
      var lean = events
      for place in places {
        lean[place] = .alarm(
          Alarm(
            step: events[place].step, kind: "checkpoint-not-kept",
            message: "there is no room for the checkpoint of step \(events[place].step): free some "
              + "space; the run goes on without it"))
      }
      try record(lean)
      return lean
    }
  }
}
