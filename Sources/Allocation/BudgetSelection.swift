import RunEvents

/// What a ranking decision keeps within a budget, given every component's score.
///
/// Live decisions and those that are worked out again from a record choose by this one rule.
struct BudgetSelection: Sendable {
  let layout: ComponentLayout
  /// What budgets count.
  let unit: BudgetUnit
  /// Budget that a component of each module takes up.
  let costs: [Int]
  let constraints: RankConstraints
  let officialTies: Bool

  /// Whether counting the lowest is all there is to it.
  var isPlain: Bool { constraints.isEmpty && unit == .components }

  /// Cuts the lowest competitors until the rest is within the budget.
  ///
  /// - Parameters:
  ///   - scores: Of every component, flat.
  ///   - budget: In the unit.
  ///   - competitors: Components that may be kept, flat; nil for all. The others do not count.
  func select(
    _ scores: [Float], budget: Int, among competitors: [Bool]?
  ) -> Ranking.Selection {
    let competing = competitors?.count { $0 } ?? layout.count
    if isPlain {
      return Ranking.lowest(
        max(0, competing - max(0, budget)), of: scores, among: competitors,
        officialTies: officialTies)
    }
    return ConstrainedRanking(layout: layout, costs: costs, constraints: constraints)
      .cut(toBudget: budget, scores: scores, among: competitors)
  }
}
