/// A comparison as a person reads it, at most 100 columns wide for up to three metrics a table.
public struct ComparisonTable {
  /// Columns that a line fills at most, long names aside.
  public static let width = 100
  private static let metricsInARow = 3
  private let comparison: Comparison

  /// Creates the table of a comparison.
  public init(_ comparison: Comparison) { self.comparison = comparison }

  /// Plain lines without escape codes.
  public var lines: [String] {
    heading + spreads + differences + kinds + notes + missing
  }

  private var heading: [String] {
    let done = comparison.cells.count
    let all = done + comparison.missing.count
    return [
      "sweep \(comparison.task): \(done) of \(all) cells finished",
      "metrics: mean ± standard deviation over the seeds; time: training steps only",
    ]
  }

  /// The ranks that have a result, in the grid's order.
  private var ranks: [Int?] {
    comparison.groups.reduce(into: []) { ranks, group in
      if !ranks.contains(group.rank) { ranks.append(group.rank) }
    }
  }

  private func title(_ rank: Int?) -> String { rank.map { "rank \($0)" } ?? "allocator" }

  private var spreads: [String] {
    ranks.flatMap { rank in
      chunks.enumerated().flatMap { index, metrics in
        spreadTable(rank, metrics, isLast: index == chunks.count - 1)
      }
    }
  }

  /// The metrics in pieces that fit side by side.
  private var chunks: [[String]] {
    let all = comparison.metrics
    let pieces = stride(from: 0, to: all.count, by: Self.metricsInARow).map {
      Array(all[$0..<min($0 + Self.metricsInARow, all.count)])
    }
    return pieces.isEmpty ? [[]] : pieces
  }

  private func spreadTable(_ rank: Int?, _ metrics: [String], isLast: Bool) -> [String] {
    var table = TextTable(leftAligned: Set([0] + metrics.indices.map { $0 + 2 }))
    table.add(
      [title(rank), "seeds"] + metrics
        + (isLast ? ["components", "params", "time"] : []))
    for group in comparison.groups where group.rank == rank {
      let sizes = [
        NumberForm.count(group.components.mean),
        NumberForm.count(group.parameters.mean?.rounded()),
        NumberForm.duration(group.seconds.mean),
      ]
      table.add(
        [group.allocator, "\(group.seeds.count)"]
          + metrics.map { spread(group.metrics[$0]) } + (isLast ? sizes : []))
    }
    return [""] + table.lines
  }

  private func spread(_ spread: Spread?) -> String {
    guard let spread, let mean = spread.mean else { return NumberForm.none }
    return NumberForm.fixed(mean, decimals: 4) + " ± "
      + NumberForm.fixed(spread.standardDeviation, decimals: 4)
  }

  private var differences: [String] {
    guard !comparison.differences.isEmpty else { return [] }
    var lines = [
      "",
      "difference from \(comparison.baseline) over the same seeds, with a 95 % bootstrap interval",
    ]
    for rank in ranks {
      var table = TextTable(leftAligned: [0, 1, 5])
      table.add([title(rank), "metric", "pairs", "mean", "interval", "verdict"])
      var last: String?
      for difference in comparison.differences where difference.rank == rank {
        table.add([
          difference.allocator == last ? "" : difference.allocator, difference.metric,
          "\(difference.pairs)", NumberForm.signed(difference.mean, decimals: 4),
          difference.pairs < 2
            ? NumberForm.none
            : NumberForm.signed(difference.lower, decimals: 4) + " … "
              + NumberForm.signed(difference.upper, decimals: 4),
          difference.verdict.rawValue,
        ])
        last = difference.allocator
      }
      lines += [""] + table.lines
    }
    return lines
  }

  private var kinds: [String] {
    guard !comparison.kinds.isEmpty, !comparison.groups.isEmpty else { return [] }
    var lines = ["", "mean final rank of the modules of each kind"]
    for rank in ranks {
      var table = TextTable()
      table.add(
        [title(rank)]
          + comparison.kinds.map { String(repeating: " ", count: max(0, 5 - $0.count)) + $0 })
      for group in comparison.groups where group.rank == rank {
        table.add(
          [group.allocator]
            + comparison.kinds.map { NumberForm.fixed(group.kindRanks[$0], decimals: 2) })
      }
      lines += [""] + table.lines
    }
    return lines
  }

  private var notes: [String] {
    comparison.notes.isEmpty ? [] : [""] + comparison.notes.flatMap { wrap("- " + $0) }
  }

  private var missing: [String] {
    guard !comparison.missing.isEmpty else { return [] }
    return ["", "not in the table:"]
      + comparison.missing.flatMap { wrap("- \($0.name): \($0.reason)") }
  }

  /// A sentence in lines of at most ``width`` columns; the later ones two columns in.
  private func wrap(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty && line.count + word.count + 1 > Self.width {
        lines.append(line)
        line = "  \(word)"
      } else {
        line += line.isEmpty ? String(word) : " \(word)"
      }
    }
    return lines + [line]
  }
}
