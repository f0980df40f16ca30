internal import GRDB
import RunEvents

/// Finds places in a run by looking at a few rows: event numbers rise with steps, and with training time.
struct StepSearch {
  let db: Database

  /// Number of the last event before the first step after `step` ended.
  ///
  /// - Complexity: O(log steps): a few dozen look-ups.
  func seq(throughStep step: Int) throws -> Int64 {
    let last = try lastSeq()
    let first = try firstReport(through: last, where: { $0 > step }, "step")
    return first.map { $0 - 1 } ?? last
  }

  /// Number of the last event recorded; 0 when there is none.
  func lastSeq() throws -> Int64 {
    try EventTable.tables(version: try Schema.version(of: db)).reduce(0) { last, table in
      let seq = try db.integer("SELECT max(seq) FROM \(table.rawValue)") ?? 0
      // The next number must be one too, in a damaged file as well.
      return max(last, min(seq, .max - 1))
    }
  }

  /// The last step reported at or before an event; 0 before the first.
  func lastReportedStep(through seq: Int64) throws -> Int {
    Int(
      try db.integer("SELECT step FROM steps WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [seq])
        ?? 0)
  }

  /// The last step that the run had come to at an event: that of the last report, or of a seam after it.
  func lastStep(through seq: Int64) throws -> Int {
    let reported = try lastReportedStep(through: seq)
    guard try Schema.version(of: db) >= 2 else { return reported }
    let report = try db.integer(
      "SELECT seq FROM steps WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [seq])
    return try db.first(
      "SELECT step FROM seams WHERE seq <= ? AND seq > ? ORDER BY seq DESC LIMIT 1",
      [seq, report ?? 0]
    ) { $0.integer(0).map(Int.init) } ?? reported
  }

  /// The last step whose training time ended at or before `seconds`; 0 before the first.
  func step(atElapsed seconds: Double) throws -> Int {
    let last = try lastSeq()
    let first = try firstReport(through: last, where: { $0 > seconds }, "elapsed")
    return try lastReportedStep(through: (first ?? last + 1) - 1)
  }

  /// The first event of a table at or after which a column is beyond something; the column must rise
  /// with the events. Nil when it never is.
  func first(
    in table: String, through last: Int64, where column: String,
    isBeyond: (DatabaseValue) -> Bool
  ) throws -> Int64? {
    let statement = try db.cachedStatement(
      sql: "SELECT seq, \(column) FROM \(table) WHERE seq >= ? ORDER BY seq LIMIT 1")
    var low: Int64 = 1
    var high = last + 1
    while low < high {
      let middle = low + (high - low) / 2
      let before = try db.first(statement, [middle]) { row in
        isBeyond(row[1]) ? nil : max(row.integer(0) ?? middle, middle)
      }
      if let before { low = min(before, .max - 1) + 1 } else { high = middle }
    }
    return try db.first(statement, [low]) { $0.integer(0) }
  }

  private func firstReport(
    through last: Int64, where isBeyond: (Int) -> Bool, _ column: String
  ) throws -> Int64? {
    try first(in: "steps", through: last, where: column) { value in
      guard case .int64(let step) = value.storage else { return true }
      return isBeyond(Int(step))
    }
  }

  private func firstReport(
    through last: Int64, where isBeyond: (Double) -> Bool, _ column: String
  ) throws -> Int64? {
    try first(in: "steps", through: last, where: column) { value in
      switch value.storage {
      case .double(let number): isBeyond(number)
      case .int64(let number): isBeyond(Double(number))
      // A time that is not known is passed over.
      default: false
      }
    }
  }
}
