internal import GRDB
import RunEvents

extension RunReader {
  /// Ranks of all modules at steps, one look for each; nil where they are not known yet.
  ///
  /// - Parameter steps: In any order; each stands for everything that belongs to it.
  /// - Complexity: O(steps asked for · log changes).
  public func ranks(at steps: [Int]) throws(StoreError) -> [[UInt16]?] {
    try read { db in
      let rows = RankRows(db: db)
      let search = StepSearch(db: db)
      if try rows.areRecorded() {
        let last = try search.lastSeq()
        return try steps.map { try rows.last(throughStep: $0, seq: last)?.ranks }
      }
      guard let manifest = try self.manifest(db) else { return steps.map { _ in nil } }
      let layout = manifest.checkedLayout
      return try steps.map { step in
        let seq = try search.seq(throughStep: step)
        return try rows.implied(through: seq, layout)?.ranks ?? manifest.startRanks
      }
    }
  }

  /// Step of the next decision after a step that pruned or grew components of a module; nil without one.
  ///
  /// - Complexity: O(log changes); O(changes) in a file of an earlier version.
  public func nextChange(of module: Int, after step: Int) throws(StoreError) -> Int? {
    try read { db in
      let seq = try StepSearch(db: db).seq(throughStep: step)
      return try db.integer(
        """
        SELECT d.step FROM changes c JOIN decisions d USING (seq)
        WHERE c.module = ? AND c.seq > ? ORDER BY c.seq LIMIT 1
        """, [module, seq]
      ).map(Int.init)
    }
  }

  /// Step of the last decision before a step that pruned or grew components of a module; nil without one.
  public func previousChange(of module: Int, before step: Int) throws(StoreError) -> Int? {
    try read { db in
      let seq = try StepSearch(db: db).seq(throughStep: max(step, .min + 1) - 1)
      return try db.integer(
        """
        SELECT d.step FROM changes c JOIN decisions d USING (seq)
        WHERE c.module = ? AND c.seq <= ? ORDER BY c.seq DESC LIMIT 1
        """, [module, seq]
      ).map(Int.init)
    }
  }

  /// The first step after a step at which ranks change to such that satisfy a condition; nil without one.
  ///
  /// Only changes are looked at, in the order in which they happened.
  ///
  /// - Parameter condition: Of the ranks of all modules, in manifest order.
  public func firstStep(
    after step: Int, whereRanks condition: ([UInt16]) -> Bool
  ) throws(StoreError) -> Int? {
    try read { db in
      let rows = RankRows(db: db)
      let search = StepSearch(db: db)
      var (seq, last) = (try search.seq(throughStep: step), try search.lastSeq())
      let areRecorded = try rows.areRecorded()
      let layout = try self.manifest(db)?.checkedLayout ?? ComponentLayout(capacities: [])
      var before = areRecorded ? nil : try rows.implied(through: seq, layout)?.ranks
      // In pieces: what is found early costs little.
      while seq < last {
        let end = areRecorded ? last : min(last, seq + 256)
        let found =
          areRecorded
          ? try rows.recorded("WHERE seq > ? ORDER BY seq", [seq], limit: 256)
          : try rows.implied(after: seq, through: end, layout)
        for next in found where next.ranks != before {
          if condition(next.ranks) { return next.step }
          before = next.ranks
        }
        if areRecorded, found.count < 256 { return nil }
        seq = areRecorded ? found[found.count - 1].seq : end
      }
      return nil
    }
  }

  /// The first step after a step whose report satisfies a condition; nil without one.
  ///
  /// - Parameter condition: Of a step's report, e.g. of its loss or budget.
  /// - Complexity: O(steps) looked at, a microsecond each.
  public func firstStep(
    after step: Int, whereReport condition: (StepReport) -> Bool
  ) throws(StoreError) -> Int? {
    var seq = try seq(throughStep: step)
    while true {
      // In pieces, so that other calls are not held up.
      let reports = try events(after: seq, of: .steps, limit: 8192)
      for case .step(let report) in reports.lazy.map(\.event) where condition(report) {
        return report.step
      }
      guard let last = reports.last?.seq else { return nil }
      seq = last
    }
  }

  /// What happened to the components of a module, in order.
  ///
  /// - Parameters:
  ///   - module: Its index in the manifest.
  ///   - step: The last step looked at; nil for all.
  public func componentHistory(
    module: Int, through step: Int? = nil
  ) throws(StoreError) -> [ComponentChange] {
    try read { db in
      let search = StepSearch(db: db)
      let seq = try step.map { try search.seq(throughStep: $0) } ?? search.lastSeq()
      let rows = try RawRows(
        db,
        """
        SELECT d.step, d.number, c.slot, c.change FROM changes c JOIN decisions d USING (seq)
        WHERE c.module = ? AND c.seq <= ? ORDER BY c.seq, c.position
        """, [module, seq])
      var changes: [ComponentChange] = []
      while try rows.next() {
        changes.append(
          ComponentChange(
            step: rows.int(0), decision: rows.int(1), slot: rows.int(2),
            isGrown: rows.integer(3) >= 0))
      }
      return changes
    }
  }
}

/// A component was pruned or grown.
public struct ComponentChange: Sendable, Hashable {
  /// Step of the decision that did it.
  public var step: Int
  /// Number of the decision.
  public var decision: Int
  /// Slot inside the module.
  public var slot: Int
  /// True for grown or revived, false for pruned.
  public var isGrown: Bool

  /// Creates a change.
  public init(step: Int, decision: Int, slot: Int, isGrown: Bool) {
    self.step = step
    self.decision = decision
    self.slot = slot
    self.isGrown = isGrown
  }
}
