internal import GRDB
import RunEvents

/// An entry of a run's log with its number.
public struct RecordedEntry: Sendable, Hashable {
  /// Number of the event.
  public var seq: Int64
  /// The event; a decision without its scores.
  public var entry: RunDigest.Entry

  /// Creates an entry.
  public init(seq: Int64, entry: RunDigest.Entry) {
    self.seq = seq
    self.entry = entry
  }
}

extension EventKinds {
  /// What is worth words: everything but step reports, statistics, gates and progress.
  public static let log: EventKinds = EventKinds.all
    .subtracting([.steps, .statistics, .gates, .progress])
}

extension RunReader {
  /// What happened, the newest first; decisions come as outlines.
  ///
  /// - Parameters:
  ///   - seq: Only what came before this event; nil to begin at the end.
  ///   - kinds: The kinds wanted.
  ///   - limit: Most entries.
  public func log(
    before seq: Int64? = nil, kinds: EventKinds = .log, limit: Int
  ) throws(StoreError) -> [RecordedEntry] {
    try read { db in
      let end = max(1, seq ?? .max)
      let version = try Schema.version(of: db)
      var found: [RecordedEntry] = []
      for table in EventTable.tables(version: version) where kinds.contains(table.kind) {
        if table == .decisions {
          found += try OutlineRows(self, db).newest(before: end, limit: limit)
            .map { RecordedEntry(seq: $0.seq, entry: .decision($0.outline)) }
          continue
        }
        let rows = try Row.fetchCursor(
          db.cachedStatement(sql: table.newest(version: version)), arguments: [end - 1, limit])
        while let row = try rows.next() {
          let row = EventRow(table: table, row: row)
          found.append(RecordedEntry(seq: row.seq, entry: .event(try row.event(db))))
        }
      }
      return Array(found.sorted { $0.seq > $1.seq }.prefix(limit))
    }
  }
}
