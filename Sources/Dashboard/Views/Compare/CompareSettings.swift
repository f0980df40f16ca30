/// What the person at the keys has set about the comparison.
struct CompareSettings: Sendable, Hashable {
  /// What the curves are drawn over.
  enum Axis: Sendable, Hashable {
    /// Optimiser steps.
    case steps
    /// Tokens computed, as recorded; by the mean a step in files that are sampled.
    case tokens
  }

  /// What the curves are drawn over.
  var axis = Axis.steps
  /// Which pair of runs is compared, counted in the order AB, AC, AD, BC, BD, CD.
  var pair = 0
  /// First row of the differences.
  var firstRow = 0
  /// Where the runs of each pair part.
  var partings: [Parting] = []

  /// All pairs of `count` runs.
  static func pairs(_ count: Int) -> [(first: Int, second: Int)] {
    (0..<max(0, count)).flatMap { a in ((a + 1)..<max(a + 1, count)).map { (a, $0) } }
  }
}

/// Keys of the comparison.
enum CompareCommand: Sendable, Hashable {
  case nextAxis, nextPair(Int), scroll(Int)
}

extension DashboardModel {
  mutating func perform(_ command: CompareCommand) {
    switch command {
    case .nextAxis: compare.axis = compare.axis == .steps ? .tokens : .steps
    case .nextPair(let count):
      let total = max(1, CompareSettings.pairs(comparison.count).count)
      compare.pair = ((compare.pair + count) % total + total) % total
      compare.firstRow = 0
    case .scroll(let count):
      compare.firstRow = min(max(0, compare.firstRow + count), 1 << 20)
    }
  }

  /// Works out what does not depend on the size of the screen.
  mutating func beginComparison() {
    compare.partings = CompareSettings.pairs(comparison.count).map {
      Parting(comparison[$0.first], comparison[$0.second])
    }
    compare.pair = 0
    compare.firstRow = 0
  }
}
