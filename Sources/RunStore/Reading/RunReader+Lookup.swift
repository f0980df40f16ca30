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
}
