internal import GRDB
import RunEvents

/// Collects the events that still matter after some event.
///
/// Use it inside one read transaction.
struct DigestRows {
  let reader: RunReader
  let db: Database
  let version: Int
  /// The event after which the run is looked at.
  let seq: Int64
  private var found: [(seq: Int64, entry: RunDigest.Entry)] = []

  init(_ reader: RunReader, _ db: Database, through seq: Int64) throws {
    self.reader = reader
    self.db = db
    self.seq = seq
    version = try Schema.version(of: db)
  }

  /// The digest.
  mutating func digest() throws -> RunDigest {
    try addDecoded(.manifest, newest: 1)
    try addDecoded(.plans, newest: RunDigest.mostOfAKind)
    for table in [EventTable.interventions, .alarms] {
      try add(table, newest: RunDigest.mostOfAKind)
    }
    try add(.evaluations, newest: 1)
    try add(.stop, newest: 1)
    if version >= 2 {
      try add(.seams, newest: RunDigest.mostSeams)
      try add(.checkpoints, newest: RunDigest.mostOfAKind)
      try addDecoded(.constraints, newest: RunDigest.mostOfAKind)
      try addGates()
      try addProgress()
    }
    try add(.steps, newest: RunDigest.mostSteps)
    try addStatistics()
    try addDecisions()
    if version >= 3 { try addProposal() }
    found.sort { $0.seq < $1.seq }
    let entries = found.map(\.entry)
    return RunDigest(
      totals: try CourseRows(db: db).totals(through: seq).without(entries), entries: entries)
  }

  private mutating func add(_ table: EventTable, newest count: Int) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: table.newest(version: version)), arguments: [seq, count])
    while let row = try rows.next() { try add(EventRow(table: table, row: row)) }
  }

  private mutating func add(_ row: EventRow) throws { found.append(try recorded(row)) }

  private func recorded(_ row: EventRow) throws -> (seq: Int64, entry: RunDigest.Entry) {
    (row.seq, .event(try row.event(db)))
  }

  /// As ``add(_:newest:)`` for rows that take long to decode.
  private mutating func addDecoded(_ table: EventTable, newest count: Int) throws {
    let rows = try RawRows(
      db, "SELECT seq FROM \(table.rawValue) WHERE seq <= ? ORDER BY seq DESC LIMIT ?",
      [seq, count])
    var numbers: [Int64] = []
    while try rows.next() { numbers.append(rows.integer(0)) }
    for number in numbers {
      if let event = try reader.row(table, seq: number, db) {
        found.append((number, .event(event)))
      }
    }
  }

  /// The first records, and the newest ones.
  private mutating func addStatistics() throws {
    try add(.statistics, newest: RunDigest.mostStatistics)
    let known = Set(found.map(\.seq))
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: EventTable.statistics.selection(version: version)), arguments: [0])
    var count = 0
    while count < RunDigest.firstStatistics, let row = try rows.next() {
      let row = EventRow(table: .statistics, row: row)
      guard row.seq <= seq else { break }
      if !known.contains(row.seq) { try add(row) }
      count += 1
    }
  }

  private mutating func addProgress() throws {
    let report = try db.integer(
      "SELECT seq FROM steps WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [seq])
    let last = try db.first(EventTable.progress.newest(version: version), [seq, 1]) {
      try recorded(EventRow(table: .progress, row: $0))
    }
    if let last, last.seq > report ?? 0 { found.append(last) }
  }

  /// The last gates, and both sides of each change between gates that form and gates that are made.
  private mutating func addGates() throws {
    var (next, last, kind): (Int64, Int64, Int64?) = (seq, 0, nil)
    for _ in 0..<RunDigest.mostSeams {
      // The newest record at or before `next` that is not of the kind looked at last.
      let condition = kind.map { "is_binary = \(1 - $0) AND" } ?? ""
      let record = try db.first(
        """
        SELECT seq, step, gates, is_binary FROM gates
        WHERE \(condition) seq <= ? ORDER BY seq DESC LIMIT 1
        """, [next]
      ) { try recorded(EventRow(table: .gates, row: $0)) }
      guard let record, case .event(.gates(let gates)) = record.entry else { break }
      found.append(record)
      if let kind { try addFirstGates(kind, after: record.seq, before: last) }
      (next, last) = (record.seq, record.seq)
      kind = gates.isBinary ? 1 : 0
    }
    if let kind { try addFirstGates(kind, after: 0, before: last) }
  }

  private mutating func addFirstGates(_ kind: Int64, after low: Int64, before high: Int64) throws {
    let first = try db.first(
      """
      SELECT seq, step, gates, is_binary FROM gates
      WHERE is_binary = ? AND seq > ? AND seq < ? ORDER BY seq LIMIT 1
      """, [kind, low, high]
    ) { try recorded(EventRow(table: .gates, row: $0)) }
    if let first { found.append(first) }
  }

  /// The last proposal, while its decision has not followed.
  private mutating func addProposal() throws {
    let last = try db.first(EventTable.proposals.newest(version: version), [seq, 1]) {
      try recorded(EventRow(table: .proposals, row: $0))
    }
    let decided = try db.integer(
      "SELECT seq FROM decisions WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [seq])
    if let last, last.seq > decided ?? 0 { found.append(last) }
  }

  private mutating func addDecisions() throws {
    let last = try db.first(EventTable.decisions.newest(version: version), [seq, 1]) {
      try recorded(EventRow(table: .decisions, row: $0))
    }
    guard let last else { return }
    found.append(last)
    let outlines = try OutlineRows(reader, db)
      .newest(before: last.seq, limit: RunDigest.mostOfAKind - 1)
    found += outlines.map { ($0.seq, .decision($0.outline)) }
  }
}

extension RunDigest {
  /// Most plans, interventions, alarms, checkpoints, decisions and changes of pins, each.
  public static let mostOfAKind = 200
  /// Most seams.
  public static let mostSeams = 64
  /// Most step reports.
  public static let mostSteps = 256
  /// Most records of statistics: so many from the beginning of the run, and so many of the newest.
  public static let firstStatistics = 8, mostStatistics = 24
}

extension RunDigest.Totals {
  /// What is left of the totals over everything when `entries` count for themselves.
  func without(_ entries: [RunDigest.Entry]) -> RunDigest.Totals {
    var rest = self
    for entry in entries {
      switch entry {
      case .event(.step(let report)): rest.tokens &-= report.tokens
      case .event(.statistics): rest.statistics &-= 1
      case .event(.checkpoint): rest.checkpoints &-= 1
      case .event(.decision(let decision)):
        rest.decisions &-= 1
        rest.pruned &-= decision.pruned.count
        rest.grown &-= decision.grown.count
      case .decision(let outline):
        rest.decisions &-= 1
        rest.pruned &-= outline.pruned.count
        rest.grown &-= outline.grown.count
      default: break
      }
    }
    return rest
  }
}
