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
}
