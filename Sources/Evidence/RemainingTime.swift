/// How long a sweep still takes, from how long its finished cells took.
public struct RemainingTime: Sendable {
  /// A cell at work.
  public struct Running: Sendable {
    /// Which one.
    public var cell: SweepCell
    /// Seconds since it was started.
    public var elapsed: Double
    /// Share of its steps that are done, 0 ... 1.
    public var progress: Double

    /// Creates an entry.
    public init(cell: SweepCell, elapsed: Double, progress: Double) {
      self.cell = cell
      self.elapsed = elapsed
      self.progress = progress
    }

    /// Seconds in all if it goes on as it went; nil before its first steps.
    var extrapolated: Double? { progress > 0 ? elapsed / progress : nil }
  }

  private var durations: [SweepCell: Double] = [:]

  /// Creates the state before any cell has finished.
  public init() {}

  /// Takes in how long a cell took, in seconds.
  public mutating func add(_ cell: SweepCell, seconds: Double) { durations[cell] = seconds }

  /// Seconds that a cell will take: the mean of those with its allocator and rank, else of those with its rank, else of
  /// all; nil when none has finished.
  public func estimate(for cell: SweepCell) -> Double? {
    mean { $0.allocator == cell.allocator && $0.rank == cell.rank }
      ?? mean { $0.rank == cell.rank } ?? mean { _ in true }
  }

  /// Seconds until the last cell ends; nil while nothing can be said.
  ///
  /// - Parameters:
  ///   - waiting: Cells that have not begun.
  ///   - running: Cells at work.
  ///   - jobs: Cells at a time.
  public func seconds(waiting: [SweepCell], running: [Running], jobs: Int) -> Double? {
    let guesses = running.compactMap(\.extrapolated)
    let fallback = guesses.isEmpty ? nil : guesses.reduce(0, +) / Double(guesses.count)
    var work = 0.0
    var longest = 0.0
    for item in running {
      // What it does itself says more about a cell than what others did.
      guard let total = item.extrapolated ?? estimate(for: item.cell) ?? fallback else {
        return nil
      }
      let left = max(0, total - item.elapsed)
      work += left
      longest = max(longest, left)
    }
    for cell in waiting {
      guard let total = estimate(for: cell) ?? fallback else { return nil }
      work += total
    }
    return max(longest, work / Double(max(1, jobs)))
  }

  private func mean(where matches: (SweepCell) -> Bool) -> Double? {
    let values = durations.filter { matches($0.key) }.map(\.value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
