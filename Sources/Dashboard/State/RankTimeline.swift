/// The ranks of all modules over the run, one column each time they changed.
///
/// When there are more columns than `capacity`, every second one is dropped, the first and the newest
/// excepted. Columns share their arrays when the timeline is copied.
public struct RankTimeline: Sendable, Hashable {
  /// The ranks from a step on.
  public struct Column: Sendable, Hashable {
    /// First step for which the ranks hold.
    public var step: Int
    /// One entry a module.
    public var ranks: [UInt16]
  }

  /// Most columns kept.
  public static let capacity = 1024
  /// Columns by rising step.
  public private(set) var columns: [Column] = []

  /// The ranks at a step: those of the last column at or before it; nil before the first.
  public func ranks(at step: Int) -> [UInt16]? {
    var low = 0
    var high = columns.count
    while low < high {
      let middle = (low + high) / 2
      if columns[middle].step <= step { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? columns[low - 1].ranks : nil
  }

  mutating func add(_ ranks: [UInt16], at step: Int) {
    guard let last = columns.last else {
      columns.append(Column(step: step, ranks: ranks))
      return
    }
    if last.ranks == ranks { return }
    if last.step >= step {
      columns[columns.count - 1].ranks = ranks
      return
    }
    columns.append(Column(step: step, ranks: ranks))
    if columns.count > Self.capacity { halve() }
  }

  /// Forgets the columns after a step.
  mutating func cut(after step: Int) { columns.removeAll { $0.step > step } }

  private mutating func halve() {
    let newest = columns.count - 1
    columns = columns.indices
      .filter { $0 == 0 || (newest - $0) % 2 == 0 }
      .map { columns[$0] }
  }
}
