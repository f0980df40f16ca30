import RunEvents
import Screen

/// A comparison in plain words and tables.
public enum ComparisonText {
  /// How the ranks of a module differ between two runs.
  public struct Difference: Sendable, Hashable {
    /// Its name in the checkpoint.
    public var module: String
    /// Ranks in the first and in the second run; nil where a run has no such module.
    public var first: Int?, second: Int?
  }

  /// The modules of two runs, matched by name, with their ranks just after a step.
  public static func differences(
    _ first: ComparedRun, _ second: ComparedRun, step: Int? = nil
  ) -> [Difference] {
    let pairs = ModulePairs(
      first.state.manifest?.modules ?? [], second.state.manifest?.modules ?? [])
    let ranks = [first, second].map { $0.figures(at: step).ranks }
    func rank(_ side: Int, _ module: Int?) -> Int? {
      module.flatMap { ranks[side].indices.contains($0) ? Int(ranks[side][$0]) : nil }
    }
    return pairs.pairs.map {
      Difference(module: $0.name, first: rank(0, $0.first), second: rank(1, $0.second))
    }
  }

  /// The comparison of two to four runs: their numbers, then each pair.
  ///
  /// - Parameters:
  ///   - step: Where they are compared; nil for where each stands.
  public static func lines(_ runs: [ComparedRun], step: Int? = nil) -> [String] {
    let theme = Theme(depth: .none, glyphs: .ascii)
    let width = 160
    var legend = Frame(width: width, height: runs.count)
    CompareLegend(runs: runs, step: step, theme: theme).draw(into: &legend, in: legend.area)
    var lines = legend.rows
    for pair in CompareSettings.pairs(runs.count) {
      let (first, second) = (runs[pair.first], runs[pair.second])
      let signs = [ComparedRun.sign(pair.first), ComparedRun.sign(pair.second)]
      lines.append("")
      lines += PartingText.lines(Parting(first, second), signs: signs)
      let view = RankDifferenceView(
        first: first, second: second, signs: signs, step: step, firstRow: 0, theme: theme)
      // The line above the grid says more than a narrow grid has room for.
      var table = Frame(width: max(width, view.width), height: view.height)
      view.draw(into: &table, in: table.area)
      lines += table.rows
    }
    return lines
  }
}
