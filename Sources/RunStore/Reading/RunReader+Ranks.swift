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
}
