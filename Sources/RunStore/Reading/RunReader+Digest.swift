internal import GRDB
import RunEvents

extension RunReader {
  /// How the run stood just after a step, with everything that belongs to the step.
  ///
  /// The step is found by bisection and only the rows that matter are read: the same few milliseconds
  /// in a run of a million steps. At the run's very end requests that wait are in it too.
  ///
  /// - Parameter step: Counted from 1; 0 for what was known before the first, beyond the last for all.
  /// - Throws: ``StoreError``, as every method here.
  public func digest(through step: Int) throws(StoreError) -> RunDigest {
    try read { db in
      try self.digest(db, through: try StepSearch(db: db).seq(throughStep: step))
    }
  }

  /// How the run stood just after event number `seq`; go on from there with ``follow(after:pollEvery:waitsForResumption:)``.
  public func digest(throughSeq seq: Int64) throws(StoreError) -> RunDigest {
    try read { try self.digest($0, through: seq) }
  }

  private func digest(_ db: Database, through seq: Int64) throws -> RunDigest {
    var rows = try DigestRows(self, db, through: seq)
    var digest = try rows.digest()
    if try seq >= StepSearch(db: db).lastSeq() {
      digest.entries += try waiting(db).map { .event(.intervention($0)) }
    }
    return digest
  }

  /// Requests that nobody has taken up, oldest first.
  private func waiting(_ db: Database) throws -> [InterventionRecord] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT 0, \(EventTable.interventions.columns) FROM interventions
          WHERE seq IS NULL ORDER BY id
          """))
    var records: [InterventionRecord] = []
    while let row = try rows.next() {
      records.append(try EventRow(table: .interventions, row: row).intervention())
    }
    return records
  }
}
