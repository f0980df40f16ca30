internal import GRDB
import RunEvents

/// Reads decisions without their scores: of a row with a hundred thousand numbers only the beginning.
struct OutlineRows {
  let reader: RunReader
  let db: Database

  init(_ reader: RunReader, _ db: Database) {
    self.reader = reader
    self.db = db
  }

  private static let unknown = Int.min

  /// The newest decisions before an event, the newest first.
  func newest(
    before seq: Int64, limit: Int
  ) throws -> [(seq: Int64, outline: DecisionOutline)] {
    // The same columns in the same places as in an event row, so that they are decoded alike. All of them
    // are in an index of a file of version 4, or else each row costs a page.
    let takenUp = try Schema.version(of: db) >= 4 ? "taken_up" : "NULL"
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT seq, number, step, allocator, budget, ranked, threshold, is_final, reason, \(takenUp)
          FROM decisions WHERE seq < ? ORDER BY seq DESC LIMIT ?
          """), arguments: [seq, limit])
    var found: [(seq: Int64, outline: DecisionOutline)] = []
    while let row = try rows.next() {
      let row = EventRow(table: .decisions, row: row)
      found.append(
        (
          row.seq,
          DecisionOutline(
            number: try row.int(1), step: try row.int(2), allocator: try row.text(3),
            budget: try row.int(4), alive: row.optionalInt(9) ?? Self.unknown,
            threshold: try row.int(5) != 0 ? Float(row.double(6)) : nil, pruned: [], grown: [],
            isFinal: try row.int(7) != 0, reason: try row.text(8))
        ))
    }
    try addChanges(to: &found)
    for index in found.indices where found[index].outline.alive == Self.unknown {
      found[index].outline.alive = try alive(found[index].seq, step: found[index].outline.step)
    }
    return found
  }

  private func addChanges(to found: inout [(seq: Int64, outline: DecisionOutline)]) throws {
    guard let newest = found.first, let oldest = found.last else { return }
    let rows = try RawRows(
      db,
      """
      SELECT seq, module, slot, change FROM changes
      WHERE seq >= ? AND seq <= ? ORDER BY seq, position
      """, [oldest.seq, newest.seq])
    var index = found.count - 1
    while try rows.next() {
      while index >= 0, found[index].seq < rows.integer(0) { index -= 1 }
      guard index >= 0, found[index].seq == rows.integer(0) else { continue }
      let id = ComponentID(module: rows.int(1), slot: rows.int(2))
      if rows.integer(3) < 0 {
        found[index].outline.pruned.append(id)
      } else {
        found[index].outline.grown.append(id)
      }
    }
  }

  /// Budget taken up after a decision: the report of its step says it; without one, the mask does.
  private func alive(_ seq: Int64, step: Int) throws -> Int {
    for (condition, order) in [("seq < ?", "DESC"), ("seq > ?", "ASC")] {
      let alive = try db.first(
        "SELECT step, alive FROM steps WHERE \(condition) ORDER BY seq \(order) LIMIT 1", [seq]
      ) { $0.integer(0) == Int64(step) ? $0.integer(1) : nil }
      if let alive { return Int(alive) }
    }
    let mask = try db.first("SELECT alive FROM decisions WHERE seq = ?", [seq]) {
      try $0.array(0, of: UInt8.self)
    }
    guard let mask else { return 0 }
    let manifest = try reader.manifest(db)
    guard let manifest, manifest.checkedLayout.count == mask.count else {
      return mask.count { $0 != 0 }
    }
    let ranks = mask.withUnsafeBytes { manifest.checkedLayout.ranks(ofBytes: $0) } ?? []
    return ranks.cost(manifest.componentCosts)
  }
}
