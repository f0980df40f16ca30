internal import GRDB
import RunEvents

// What a time cursor asks: answered by a few look-ups, however long the run is. A step that does not
// exist stands for the last one before it.

extension RunReader {
  /// Last step recorded: that of the last report, or of a seam after it; 0 before the first.
  public func lastStep() throws(StoreError) -> Int {
    try read { db in
      let report = try Self.newest(in: "steps", db)
      guard try Schema.version(of: db) >= 2, let seam = try Self.newest(in: "seams", db) else {
        return report?.step ?? 0
      }
      return seam.seq > report?.seq ?? 0 ? seam.step : report?.step ?? 0
    }
  }

  /// What still mattered just after a step and all that belongs to it, in the order in which it happened.
  ///
  /// Summed up, its entries give what all events up to there give, but for what an ``overview()`` tells.
  /// At the end of the run the requests that nobody has taken up follow.
  ///
  /// - Complexity: O(log steps) look-ups and at most ``RunDigest/mostOfAKind`` rows of a kind; in a file
  ///   without outline its totals are counted, O(events).
  public func digest(through step: Int) throws(StoreError) -> RunDigest {
    try digestAndSeq(through: step).digest
  }

  /// The digest of the whole run as it is now, and the number of the last event in it: where to follow on.
  public func digestNow() throws(StoreError) -> (digest: RunDigest, seq: Int64) {
    try digestAndSeq(through: .max)
  }

  private func digestAndSeq(
    through step: Int
  ) throws(StoreError) -> (digest: RunDigest, seq: Int64) {
    try read { db in
      let seq = try StepSearch(db: db).seq(throughStep: step)
      var rows = try DigestRows(self, db, through: seq)
      return (try rows.digest(), seq)
    }
  }

  /// Ranks of every module just after each of some steps; nil where they are not known.
  public func ranks(at steps: [Int]) throws(StoreError) -> [[UInt16]?] {
    try read { db in
      let rows = RankRows(db: db)
      let search = StepSearch(db: db)
      guard try rows.areRecorded() else {
        guard let layout = try self.manifest(db)?.checkedLayout else { return steps.map { _ in nil } }
        return try steps.map {
          try self.impliedRanks(through: search.seq(throughStep: $0), layout, db)
        }
      }
      return try steps.map { step in
        try rows.recorded(
          "WHERE step <= ? ORDER BY step DESC, seq DESC LIMIT 1", [step], limit: 1
        ).first?.ranks
      }
    }
  }

  /// Last step whose training time is not above so many seconds; 0 when there is none.
  public func step(atElapsed seconds: Double) throws(StoreError) -> Int {
    try read { try StepSearch(db: $0).step(atElapsed: seconds) }
  }

  /// Ranks as statistics, decisions and seams say, or else as the run began.
  func impliedRanks(
    through seq: Int64, _ layout: ComponentLayout, _ db: Database
  ) throws -> [UInt16]? {
    if let found = try RankRows(db: db).implied(through: seq, layout) { return found.ranks }
    let start = try manifest(db)?.startRanks
    return start?.isEmpty == true ? nil : start
  }

  private static func newest(
    in table: String, _ db: Database
  ) throws -> (seq: Int64, step: Int)? {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT seq, step FROM \(table) ORDER BY seq DESC LIMIT 1"))
    guard let row = try rows.next(), let seq = row.integer(0), let step = row.integer(1) else {
      return nil
    }
    return (seq, Int(step))
  }
}
