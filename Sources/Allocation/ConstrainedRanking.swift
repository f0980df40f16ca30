import RunEvents

/// Selects what to cut where a plain count of the lowest is not enough: components with unlike costs,
/// pins, floors and caps.
///
/// Two walks from the lowest score up (equal scores by slot order, NaN lowest): first what exceeds a
/// module's cap goes, then whatever neither a pin nor a floor protects, until the budget is met. Where no
/// constraint holds and all cost 1, this is ``Ranking/lowest(_:of:among:officialTies:)``.
struct ConstrainedRanking: Sendable {
  let layout: ComponentLayout
  /// Budget that a component of each module takes up.
  let costs: [Int]
  let constraints: RankConstraints

  /// Cuts candidates until they take up at most `budget` and at least so many are cut, or nothing more may go.
  ///
  /// - Complexity: O(n log n).
  func cut(
    toBudget budget: Int, scores: [Float], among candidates: [Bool]?, atLeast least: Int = 0
  ) -> Ranking.Selection {
    let ascending = Ranking.ascending(scores, among: candidates)
    let moduleOf = layout.moduleOfComponent
    var ranks = [Int](repeating: 0, count: layout.moduleCount)
    var cost = 0
    var selection = Ranking.Selection.none(count: layout.count)
    for index in ascending {
      ranks[moduleOf[index]] += 1
      cost += costs[moduleOf[index]]
      if scores[index].isNaN { selection.notANumber += 1 }
    }
    func cut(_ index: Int) {
      selection.isCut[index] = true
      selection.count += 1
      ranks[moduleOf[index]] -= 1
      cost -= costs[moduleOf[index]]
    }
    let pinned = pinnedMask
    if !constraints.caps.isEmpty {
      for index in ascending where !pinned[index] {
        if ranks[moduleOf[index]] > constraints.caps[moduleOf[index]] ?? .max { cut(index) }
      }
    }
    let floors = constraints.leastRanks(moduleCount: layout.moduleCount)
    for index in ascending where !selection.isCut[index] {
      if cost <= budget && selection.count >= least { break }
      if pinned[index] || ranks[moduleOf[index]] <= floors[moduleOf[index]] {
        selection.protected += 1
        continue
      }
      cut(index)
      if !scores[index].isNaN { selection.threshold = scores[index] }
    }
    return selection
  }

  private var pinnedMask: [Bool] {
    var mask = [Bool](repeating: false, count: layout.count)
    for id in constraints.pinned { mask[layout.index(of: id)] = true }
    return mask
  }
}

extension Ranking.Selection {
  /// Nothing is cut of `count` entries.
  static func none(count: Int) -> Self {
    Self(
      isCut: [Bool](repeating: false, count: count), count: 0, threshold: nil, notANumber: 0,
      tiesKept: 0)
  }
}

extension ComponentLayout {
  /// Module of every component, flat.
  var moduleOfComponent: [Int] {
    (0..<moduleCount).flatMap { [Int](repeating: $0, count: range(of: $0).count) }
  }
}
