internal import GRDB
import RunEvents
import Synchronization

/// Rows that take long to decode and never change: the manifest, plans, pins and caps.
///
/// Numbers of events are not used twice, so a number says which row it is, for one connection.
final class DecodedRows: Sendable {
  private static let capacity = 512
  private let events = Mutex<[Int64: RunEvent]>([:])

  func removeAll() { events.withLock { $0 = [:] } }

  subscript(seq: Int64) -> RunEvent? { events.withLock { $0[seq] } }

  func keep(_ event: RunEvent, seq: Int64) {
    events.withLock { events in
      if events.count >= Self.capacity { events = [:] }
      events[seq] = event
    }
  }
}

extension RunReader {
  /// The manifest; nil before it is recorded.
  func manifest(_ db: Database) throws -> Manifest? {
    let table = EventTable.manifest
    guard let seq = try db.integer("SELECT seq FROM manifest ORDER BY seq LIMIT 1") else {
      return nil
    }
    guard case .started(let manifest) = try row(table, seq: seq, db) else { return nil }
    return manifest
  }

  /// One row of an event table, decoded once.
  func row(_ table: EventTable, seq: Int64, _ db: Database) throws -> RunEvent? {
    if let event = decoded[seq] { return event }
    return try db.first(table.newest(version: try Schema.version(of: db)), [seq, 1]) { row in
      let found = EventRow(table: table, row: row)
      guard found.seq == seq else { return nil }
      let event = try found.event(db)
      decoded.keep(event, seq: seq)
      return event
    }
  }
}

extension Manifest {
  /// The layout, or an empty one where a damaged file holds impossible numbers of slots.
  var checkedLayout: ComponentLayout {
    let capacities = modules.map(\.capacity)
    let most = 1 << 24
    guard capacities.allSatisfy({ (0...most).contains($0) }),
      capacities.reduce(0, &+) <= most * 16
    else { return ComponentLayout(capacities: []) }
    return ComponentLayout(capacities: capacities)
  }
}
