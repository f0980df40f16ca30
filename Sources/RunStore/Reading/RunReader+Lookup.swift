internal import GRDB
import RunEvents

extension RunReader {
  /// Last step recorded: that of the last report, or of a seam after it; 0 before the first.
  public func lastStep() throws(StoreError) -> Int {
    try read { db in
      let search = StepSearch(db: db)
      return try search.lastStep(through: search.lastSeq())
    }
  }

  /// Last step whose training time is not above so many seconds; 0 when there is none.
  public func step(atElapsed seconds: Double) throws(StoreError) -> Int {
    try read { try StepSearch(db: $0).step(atElapsed: seconds) }
  }

  /// Loss of each step of a range, one entry a step; NaN where it is not finite or not recorded.
  ///
  /// - Complexity: O(log steps of the run + steps asked for).
  public func losses(of steps: ClosedRange<Int>) throws(StoreError) -> [Double] {
    try read { db in
      let search = StepSearch(db: db)
      let first = try search.seq(throughStep: max(steps.lowerBound, .min + 1) - 1)
      let rows = try RawRows(
        db,
        "SELECT step, ifnull(loss, 9e999) FROM steps WHERE seq > ? ORDER BY seq LIMIT ?",
        [first, steps.count])
      var losses = [Double](repeating: .nan, count: steps.count)
      while try rows.next() {
        let (step, loss) = (rows.int(0), rows.double(1))
        if steps.contains(step), loss.isFinite { losses[step - steps.lowerBound] = loss }
      }
      return losses
    }
  }
}
