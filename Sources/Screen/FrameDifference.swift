/// What changed from one frame to the next, as runs of neighbouring cells in a row.
public struct FrameDifference: Sendable, Hashable {
  /// Neighbouring cells of one row that changed.
  public struct Run: Sendable, Hashable {
    /// Column of the first one.
    public let x: Int
    /// Row.
    public let y: Int
    /// How many; at least 1.
    public let count: Int

    /// Creates a run.
    public init(x: Int, y: Int, count: Int) {
      self.x = x
      self.y = y
      self.count = count
    }
  }

  /// Runs from top to bottom, left to right, never touching one another.
  public let runs: [Run]

  /// Whether the frames are the same.
  public var isEmpty: Bool { runs.isEmpty }

  /// Compares two frames.
  ///
  /// Frames of different sizes have nothing in common: every row of the next one is a run, and so it
  /// is when nothing has been shown yet.
  ///
  /// - Complexity: O(cells); O(1) when both frames share their storage. Allocates the runs only.
  public init(from shown: Frame?, to next: Frame) {
    let width = next.width
    guard let shown, shown.width == width, shown.height == next.height else {
      runs = width == 0 ? [] : (0..<next.height).map { Run(x: 0, y: $0, count: width) }
      return
    }
    var found: [Run] = []
    shown.cells.withUnsafeBufferPointer { old in
      next.cells.withUnsafeBufferPointer { new in
        guard old.baseAddress != new.baseAddress else { return }
        for y in 0..<next.height {
          var x = 0
          while x < width {
            let start = x
            while x < width && old[y * width + x] != new[y * width + x] { x += 1 }
            if x > start { found.append(Run(x: start, y: y, count: x - start)) }
            x += 1
          }
        }
      }
    }
    runs = found
  }
}
