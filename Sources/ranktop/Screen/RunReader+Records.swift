import Dashboard
import RunEvents
import RunStore

extension RunReader {
  /// Everything recorded by now, in memory.
  func eventList() throws -> EventList {
    var events: [RunEvent] = []
    var seq: Int64 = 0
    while true {
      let batch = try self.events(after: seq, limit: 4096)
      guard let last = batch.last else { return EventList(events) }
      events += batch.map(\.event)
      seq = last.seq
    }
  }
}
