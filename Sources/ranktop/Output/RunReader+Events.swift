import RunEvents
import RunStore

extension RunReader {
  /// Visits everything recorded by now in order, a page at a time.
  func forEachEvent(of kinds: EventKinds = .all, _ visit: (RunEvent) throws -> Void) throws {
    var seq: Int64 = 0
    while true {
      let batch = try events(after: seq, of: kinds, limit: 4096)
      guard let last = batch.last else { return }
      for recorded in batch { try visit(recorded.event) }
      seq = last.seq
    }
  }
}
