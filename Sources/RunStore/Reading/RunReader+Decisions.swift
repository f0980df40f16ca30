internal import GRDB
import RunEvents

extension RunReader {
  /// Step of the first decision after a step; nil when there is none.
  public func decisionStep(after step: Int) throws(StoreError) -> Int? {
    try read { db in
      try Self.firstDecision(beyond: { $0 > step }, db).flatMap { try Self.step(of: $0, db) }
    }
  }

  /// Step of the last decision before a step; nil when there is none.
  public func decisionStep(before step: Int) throws(StoreError) -> Int? {
    try read { db in
      let first = try Self.firstDecision(beyond: { $0 >= step }, db)
      return try db.integer(
        "SELECT step FROM decisions WHERE seq < ? ORDER BY seq DESC LIMIT 1", [first ?? .max]
      ).map { Int($0) }
    }
  }

  /// The last decision at or before a step in full, with what was alive before it (flat; empty where that
  /// is not known); nil when there is none.
  public func decision(
    atOrBefore step: Int
  ) throws(StoreError) -> RecordedChoice? {
    try read { db -> RecordedChoice? in
      let seq = try StepSearch(db: db).seq(throughStep: step)
      let version = try Schema.version(of: db)
      let found = try db.first(EventTable.decisions.newest(version: version), [seq, 1]) { row in
        let row = EventRow(table: .decisions, row: row)
        return (seq: row.seq, event: try row.event(db))
      }
      guard let found, case .decision(let decision) = found.event else { return nil }
      return RecordedChoice(decision: decision, aliveBefore: try self.alive(before: found.seq, db))
    }
  }

  /// Every decision in order, without its scores, and what was alive before the first (flat; nil for what
  /// the manifest says). Of a fork only what it decided itself.
  ///
  /// - Complexity: O(decisions + their changes); the scores are not read.
  public func outlines() throws(StoreError) -> (startAlive: [Bool]?, decisions: [DecisionOutline]) {
    try read { db in
      let fork =
        try Schema.version(of: db) < 2
        ? nil
        : try db.first(
          "SELECT seq, alive FROM seams WHERE source IS NOT NULL ORDER BY seq DESC LIMIT 1"
        ) { (seq: $0.integer(0) ?? 0, alive: try $0.array(1, of: UInt8.self)) }
      let found = try OutlineRows(self, db).newest(before: .max, limit: .max)
      return (
        fork?.alive?.map { $0 != 0 },
        found.reversed().filter { $0.seq > fork?.seq ?? 0 }.map(\.outline)
      )
    }
  }

  /// When components of a module came and went, up to a step, in order.
  public func changes(
    of module: Int, through step: Int
  ) throws(StoreError) -> [ComponentChange] {
    try read { db in
      let end = try Self.firstDecision(beyond: { $0 > step }, db) ?? .max
      let rows = try RawRows(
        db,
        """
        SELECT seq, slot, change FROM changes WHERE module = ? AND seq < ?
        ORDER BY seq, position
        """, [module, end])
      var changes: [ComponentChange] = []
      var last: (seq: Int64, step: Int) = (-1, 0)
      while try rows.next() {
        let seq = rows.integer(0)
        if seq != last.seq { last = (seq, try Self.step(of: seq, db) ?? 0) }
        changes.append(
          ComponentChange(step: last.step, slot: rows.int(1), isGrown: rows.integer(2) > 0))
      }
      return changes
    }
  }

  /// First step after another from which ranks fulfil a condition that they did not fulfil before; nil
  /// when there is none.
  ///
  /// - Parameter holds: Of the rank of every module; of an empty array before they are known.
  /// - Complexity: O(changes of ranks).
  public func firstStep(
    after step: Int, where holds: ([UInt16]) -> Bool
  ) throws(StoreError) -> Int? {
    let start = try ranks(at: [step])[0]
    return try read { db in
      var search = ConditionSearch(held: holds(start ?? []))
      let rows = RankRows(db: db)
      var seq = try StepSearch(db: db).seq(throughStep: step)
      let last = try StepSearch(db: db).lastSeq()
      let layout =
        try rows.areRecorded()
        ? nil : self.manifest(db)?.checkedLayout ?? ComponentLayout(capacities: [])
      // In pieces: what is found early costs little, and the masks of a large model are long.
      while seq < last {
        let end: Int64
        let found: [RankRows.Found]
        if let layout {
          end = min(last, seq + 512)
          found = try rows.implied(after: seq, through: end, layout)
        } else {
          found = try rows.recorded("WHERE seq > ? ORDER BY seq LIMIT 256", [seq])
          end = found.count < 256 ? last : found[found.count - 1].seq
        }
        for change in found { if let step = search.take(change, holds) { return step } }
        seq = end
      }
      return search.end(holds)
    }
  }

  // MARK: Details

  private static func firstDecision(
    beyond isBeyond: (Int) -> Bool, _ db: Database
  ) throws -> Int64? {
    let search = StepSearch(db: db)
    let last = try db.integer("SELECT max(seq) FROM decisions") ?? 0
    return try search.first(in: "decisions", through: min(last, .max - 1), where: "step") { value in
      guard case .int64(let step) = value.storage else { return true }
      return isBeyond(Int(step))
    }
  }

  /// Asked as a range it is found in the index of outlines, where there is one; the row itself is large.
  private static func step(of decision: Int64, _ db: Database) throws -> Int? {
    try db.integer(
      "SELECT step FROM decisions WHERE seq >= ? ORDER BY seq LIMIT 1", [decision]
    ).map { Int($0) }
  }

  /// Components alive before an event, as the last decision or seam says, or as the run began.
  private func alive(before seq: Int64, _ db: Database) throws -> [Bool] {
    guard let manifest = try manifest(db) else { return [] }
    let count = manifest.checkedLayout.count
    var best: (seq: Int64, mask: [Bool])?
    let tables = try Schema.version(of: db) >= 2 ? ["decisions", "seams"] : ["decisions"]
    for table in tables {
      let found = try db.first(
        """
        SELECT seq, alive FROM \(table) WHERE seq < ? AND seq > ? AND length(alive) = ?
        ORDER BY seq DESC LIMIT 1
        """, [seq, best?.seq ?? 0, count]
      ) { row in
        try row.array(1, of: UInt8.self).map { (row.integer(0) ?? 0, $0.map { $0 != 0 }) }
      }
      best = found ?? best
    }
    if let best, count > 0 { return best.mask }
    guard count > 0, manifest.startRanks != nil else { return [] }
    return manifest.aliveAtStart
  }
}

/// Looks for the step after which a condition begins to hold.
///
/// Several changes after one step count as one: the last of them is what holds.
private struct ConditionSearch {
  private var held: Bool
  private var last: RankRows.Found?

  init(held: Bool) { self.held = held }

  /// The next change; returns the step where the condition began to hold before it.
  mutating func take(_ change: RankRows.Found, _ holds: ([UInt16]) -> Bool) -> Int? {
    defer { last = change }
    guard let last, last.step != change.step else { return nil }
    return judge(last, holds)
  }

  /// There are no more changes.
  mutating func end(_ holds: ([UInt16]) -> Bool) -> Int? { last.flatMap { judge($0, holds) } }

  private mutating func judge(_ change: RankRows.Found, _ holds: ([UInt16]) -> Bool) -> Int? {
    let holdsNow = holds(change.ranks)
    defer { held = holdsNow }
    return holdsNow && !held ? change.step : nil
  }
}
