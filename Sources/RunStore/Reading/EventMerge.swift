internal import GRDB
import RunEvents

/// An event with its number in the run.
public struct RecordedEvent: Sendable, Hashable {
  /// Number of the event, counted from 1 over all kinds; rising, now and then with a gap.
  public var seq: Int64
  /// The event.
  public var event: RunEvent

  /// Creates a recorded event.
  public init(seq: Int64, event: RunEvent) {
    self.seq = seq
    self.event = event
  }
}

/// Reads the event tables side by side and restores the order of the events by merging on `seq`.
///
/// Use it inside one read transaction.
struct EventMerge {
  /// Most array entries, over all events, in one piece: bounds the memory of a run full of decisions.
  private static let mostEntries = 2_000_000

  private struct Source {
    let table: EventTable
    let cursor: RowCursor
    var head: Row?

    /// `seq` of the next row, larger than any when there is none.
    var seq = Int64.max

    mutating func advance() throws {
      head = try cursor.next()
      seq = head.map { $0.integer(0) ?? .max } ?? .max
    }
  }

  private let db: Database
  private let withParts: Bool
  private var sources: [Source] = []
  private var lastSeq: Int64

  /// Starts behind the event with number `seq`.
  ///
  /// - Parameter withParts: Whether decisions come with what their scores are made of.
  init(
    _ db: Database, after seq: Int64, kinds: EventKinds, withParts: Bool = true
  ) throws {
    self.db = db
    self.withParts = withParts
    lastSeq = seq
    let version = try Schema.version(of: db)
    let tables = EventTable.tables(version: version).filter { kinds.contains($0.kind) }
    for table in try Self.tables(tables, withRowsAfter: seq, db) {
      let statement = try db.cachedStatement(sql: table.selection(version: version))
      var source = Source(
        table: table, cursor: try Row.fetchCursor(statement, arguments: [seq]))
      try source.advance()
      if source.head != nil { sources.append(source) }
    }
  }

  /// Whether there are no more events.
  var isAtEnd: Bool { sources.allSatisfy { $0.head == nil } }

  /// The next events, at most `limit`, and fewer where they are large; empty only at the end.
  mutating func next(limit: Int) throws -> [RecordedEvent] {
    var events: [RecordedEvent] = []
    var entries = 0
    while events.count < limit, entries < Self.mostEntries, let first = first() {
      guard let head = sources[first].head else { break }
      let row = EventRow(table: sources[first].table, row: head)
      // A number used twice, or out of order: whoever goes on from it would lose events or never end.
      guard row.seq > lastSeq else { throw row.unreadable(0) }
      let event = try row.event(db, withParts: withParts)
      lastSeq = row.seq
      events.append(RecordedEvent(seq: lastSeq, event: event))
      entries += Self.entries(event)
      try sources[first].advance()
    }
    return events
  }

  /// Those of the tables that have something new: one statement for all, because a follower of a live run
  /// comes many times a second for a row or two.
  private static func tables(
    _ tables: [EventTable], withRowsAfter seq: Int64, _ db: Database
  ) throws -> [EventTable] {
    guard tables.count > 4 else { return tables }
    let newest = tables.map { "(SELECT max(seq) FROM \($0.rawValue))" }
    return try db.first("SELECT " + newest.joined(separator: ",")) { row in
      tables.indices.filter { (row.integer($0) ?? 0) > seq }.map { tables[$0] }
    } ?? tables
  }

  /// Index of the source with the smallest `seq`; nil when all are at their end.
  private func first() -> Int? {
    var best: Int?
    var smallest = Int64.max
    for index in sources.indices where sources[index].seq < smallest {
      smallest = sources[index].seq
      best = index
    }
    return best
  }

  private static func entries(_ event: RunEvent) -> Int {
    switch event {
    case .statistics(let statistics): 4 * statistics.ranks.count
    case .decision(let decision), .proposed(let decision):
      decision.scores.count * (1 + decision.parts.count) + decision.pruned.count
    default: 0
    }
  }
}
