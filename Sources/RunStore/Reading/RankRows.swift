internal import GRDB
import RunEvents

/// Finds the ranks of all modules at any event: in `rank_changes`, or, where a file has none, in what its
/// statistics, decisions and seams say.
struct RankRows {
  let db: Database

  /// Ranks that hold from an event on.
  struct Found {
    var seq: Int64
    var step: Int
    var ranks: [UInt16]
  }

  /// Whether the file says when ranks changed.
  func areRecorded() throws -> Bool {
    guard try Schema.version(of: db) >= 3 else { return false }
    return try db.integer("SELECT 1 FROM rank_changes LIMIT 1") != nil
  }

  /// The change that an event is or comes after, among the recorded ones.
  func last(through seq: Int64) throws -> Found? {
    try recorded("WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [seq], limit: 1).first
  }

  /// The last recorded change that belongs to a step or an earlier one.
  ///
  /// - Complexity: O(log changes).
  func last(throughStep step: Int, seq: Int64) throws -> Found? {
    let found = try recorded(
      "WHERE step <= ? ORDER BY step DESC, seq DESC LIMIT 1", [step], limit: 1
    ).first
    guard let found, found.seq > seq else { return found }
    return try last(through: seq)
  }

  /// Recorded changes in an order.
  func recorded(
    _ condition: String, _ arguments: StatementArguments, limit: Int = .max
  ) throws -> [Found] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT seq, step, ranks FROM rank_changes \(condition)"),
      arguments: arguments)
    var all: [Found] = []
    while all.count < limit, let row = try rows.next() {
      let seq = row.integer(0) ?? 0
      guard let step = row.integer(1), let ranks = try row.array(2, of: UInt16.self) else {
        throw UnreadableRow(table: "rank_changes", seq: seq, column: 2)
      }
      all.append(Found(seq: seq, step: Int(step), ranks: ranks))
    }
    return all
  }

  // MARK: Files without recorded changes

  /// What statistics, decisions and seams up to an event say; nil before the first of them.
  func implied(through seq: Int64, _ layout: ComponentLayout) throws -> Found? {
    var best: Found?
    for source in try sources() {
      let found = try said(
        by: source, "WHERE seq <= ? AND seq > ? ORDER BY seq DESC", [seq, best?.seq ?? 0], layout,
        limit: 1)
      best = found.first ?? best
    }
    return best
  }

  /// What they say in a range of events, in order.
  func implied(
    after seq: Int64, through last: Int64, _ layout: ComponentLayout
  ) throws -> [Found] {
    var all: [Found] = []
    for source in try sources() {
      all += try said(
        by: source, "WHERE seq > ? AND seq <= ? ORDER BY seq", [seq, last], layout, limit: .max)
    }
    return all.sorted { $0.seq < $1.seq }
  }

  /// Bytes that ``implied(after:through:_:)`` would read, roughly, at least as far as `most`.
  func impliedBytes(atMost most: Int, _ layout: ComponentLayout) throws -> Int {
    var bytes = 0
    for (table, size) in [("statistics", 14 * layout.moduleCount), ("decisions", 5 * layout.count)]
    {
      let limit = most / max(1, size) + 1
      let count = try db.integer(
        "SELECT count(*) FROM (SELECT 1 FROM \(table) LIMIT ?)", [limit])
      bytes += Int(count ?? 0) * size
    }
    return bytes
  }

  private enum Source: String {
    case statistics, decisions, seams
  }

  private func sources() throws -> [Source] {
    try Schema.version(of: db) >= 2
      ? [.statistics, .decisions, .seams] : [.statistics, .decisions]
  }

  private func said(
    by source: Source, _ condition: String, _ arguments: StatementArguments,
    _ layout: ComponentLayout, limit: Int
  ) throws -> [Found] {
    let column = source == .statistics ? "ranks" : "alive"
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT seq, step, \(column) FROM \(source.rawValue) \(condition)"),
      arguments: arguments)
    var all: [Found] = []
    while all.count < limit, let row = try rows.next() {
      let seq = row.integer(0) ?? 0
      guard let step = row.integer(1) else {
        throw UnreadableRow(table: source.rawValue, seq: seq, column: 1)
      }
      // Arrays of another length say nothing; see `DashboardState.apply`.
      let ranks: [UInt16]? =
        if source == .statistics {
          try row.array(2, of: UInt16.self).flatMap { $0.count == layout.moduleCount ? $0 : nil }
        } else {
          try row.withUnsafeData(atIndex: 2) { data in
            data?.withUnsafeBytes { layout.ranks(ofBytes: $0) }
          }
        }
      if let ranks { all.append(Found(seq: seq, step: Int(step), ranks: ranks)) }
    }
    return all
  }
}
