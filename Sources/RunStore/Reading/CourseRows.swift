internal import GRDB
import RunEvents

/// Reads the table `overview`: sums over the run, a row for each stretch of steps.
struct CourseRows {
  let db: Database

  /// What a row says of its stretch.
  static let stretchColumns = """
    first_step, finite, loss_sum, not_finite, smoothed, decisions, pruned, grown, checkpoints
    """
  /// What it says of everything up to its end.
  static let totalColumns = """
    total_tokens, total_decisions, total_pruned, total_grown, total_checkpoints, total_statistics
    """

  /// The sums after a stretch.
  struct Sums {
    /// Number of the last event in them.
    var seq: Int64
    /// Counts.
    var totals: RunDigest.Totals
    /// Running mean of the losses; nil before the first.
    var smoothed: Double?
  }

  /// The sums after the last stretch that ended with or before an event; nil before the first.
  func last(through seq: Int64) throws -> Sums? {
    guard try Schema.version(of: db) >= 3 else { return nil }
    return try db.first(
      """
      SELECT seq, smoothed, \(Self.totalColumns) FROM overview
      WHERE seq <= ? ORDER BY seq DESC LIMIT 1
      """, [seq]
    ) { row in
      guard let found = row.integer(0) else { return nil }
      var totals = RunDigest.Totals()
      totals.tokens = Self.count(row, 2)
      totals.decisions = Self.count(row, 3)
      totals.pruned = Self.count(row, 4)
      totals.grown = Self.count(row, 5)
      totals.checkpoints = Self.count(row, 6)
      totals.statistics = Self.count(row, 7)
      return Sums(seq: found, totals: totals, smoothed: row.number(1))
    }
  }

  /// Counts over everything up to an event: those of the last stretch, and a short rest.
  ///
  /// - Complexity: O(log steps); O(events) in a file of an earlier version.
  func totals(through seq: Int64) throws -> RunDigest.Totals {
    let base = try last(through: seq)
    var totals = base?.totals ?? RunDigest.Totals()
    let range: StatementArguments = [base?.seq ?? 0, seq]
    let tokens = try RawRows(
      db, "SELECT tokens FROM steps WHERE seq > ? AND seq <= ? ORDER BY seq", range)
    while try tokens.next() { totals.tokens &+= tokens.int(0) }
    totals.decisions &+= try count("decisions", range)
    totals.statistics &+= try count("statistics", range)
    if try Schema.version(of: db) >= 2 { totals.checkpoints &+= try count("checkpoints", range) }
    let changes = try RawRows(
      db, "SELECT change FROM changes WHERE seq > ? AND seq <= ? ORDER BY seq", range)
    while try changes.next() {
      if changes.integer(0) < 0 { totals.pruned &+= 1 } else { totals.grown &+= 1 }
    }
    return totals
  }

  /// The stretches that ended after one event and with or before another, and the number of the last
  /// event in them; 0 without one.
  func stretches(
    after low: Int64 = 0, through seq: Int64
  ) throws -> (stretches: [RunOverview.Stretch], seq: Int64) {
    var stretches: [RunOverview.Stretch] = []
    var last: Int64 = 0
    let rows = try RawRows(
      db,
      """
      SELECT seq, \(Self.stretchColumns), total_tokens FROM overview
      WHERE seq > ? AND seq <= ? ORDER BY seq
      """, [low, seq])
    while try rows.next() {
      last = rows.integer(0)
      var stretch = RunOverview.Stretch(firstStep: rows.int(1))
      stretch.finite = rows.int(2)
      stretch.lossSum = rows.double(3)
      stretch.notFinite = rows.int(4)
      stretch.smoothed = rows.double(5)
      stretch.decisions = rows.int(6)
      stretch.pruned = rows.int(7)
      stretch.grown = rows.int(8)
      stretch.checkpoints = rows.int(9)
      if stretch.finite > 0 || stretch.notFinite > 0 { stretch.tokens = max(0, rows.int(10)) }
      stretches.append(stretch)
    }
    return (stretches, last)
  }

  /// A count that others may be added to, whatever a damaged file says.
  private static func count(_ row: Row, _ column: Int) -> Int {
    Int(min(max(row.integer(column) ?? 0, 0), 1 << 56))
  }

  private func count(_ table: String, _ range: StatementArguments) throws -> Int {
    Int(try db.integer("SELECT count(*) FROM \(table) WHERE seq > ? AND seq <= ?", range) ?? 0)
  }
}
