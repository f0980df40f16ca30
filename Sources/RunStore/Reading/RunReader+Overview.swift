internal import GRDB
import RunEvents

extension RunReader {
  /// The whole course of the run in outline.
  ///
  /// A run of at most 32 768 steps has one stretch a step; a longer one those that its recorder summed up,
  /// then its last steps one by one. In a long file without sums about 2000 places are looked at.
  ///
  /// - Complexity: O(min(steps, 32 768) + steps / 32).
  public func overview() throws(StoreError) -> RunOverview {
    try overview(throughSeq: try lastSeq())
  }

  /// The course of the run up to event number `seq`.
  public func overview(throughSeq seq: Int64) throws(StoreError) -> RunOverview {
    try read { try OverviewRows(reader: self, db: $0, seq: seq).overview() }
  }

  /// What happened over the steps of a range: step by step in at most 2048 steps, else as summed up.
  ///
  /// - Returns: Stretches by rising step; nil for a long range of a file without sums. Running means and
  ///   tokens of what is not summed up count from the range's beginning.
  /// - Complexity: O(log steps of the run + min(steps asked for, 2048) + steps asked for / 32).
  public func stretches(
    of steps: ClosedRange<Int>
  ) throws(StoreError) -> [RunOverview.Stretch]? {
    try read { db in
      let last = try StepSearch(db: db).lastSeq()
      return try OverviewRows(reader: self, db: db, seq: last).stretches(of: steps)
    }
  }
}
