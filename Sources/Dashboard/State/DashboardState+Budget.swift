import RunEvents
import Screen

extension DashboardState {
  /// What budgets count in this run.
  public var unit: BudgetUnit { manifest?.budgetUnit ?? .components }

  /// Budget that one component of each module takes up.
  var costs: [Int] {
    guard let manifest else { return [] }
    return manifest.modules.map { unit == .components ? 1 : $0.parametersPerComponent }
  }

  /// Budget that these ranks take up, one entry a module.
  func cost(of ranks: [Int]) -> Int {
    // Wrapping, because a damaged manifest may hold any widths.
    zip(ranks, costs).reduce(0) { $0 &+ $1.0 &* $1.1 }
  }

  /// Parameters of the adapters' components that are alive: `inputs + outputs` each.
  public var parametersAlive: Int {
    guard let manifest, ranks.count == manifest.modules.count else { return 0 }
    return zip(ranks, manifest.modules).reduce(0) {
      $0 &+ Int($1.0) &* $1.1.parametersPerComponent
    }
  }

  /// Budget that all component slots together take up.
  var largestBudget: Int {
    cost(of: manifest?.modules.map(\.capacity) ?? [])
  }

  /// What one component takes up on average: the step by which a person changes a budget.
  var budgetStep: Int {
    grid.capacity > 0 ? max(1, largestBudget / grid.capacity) : 1
  }

  /// Top of the budget's bar: a method that grows ends above its start.
  var budgetScale: Int { max(manifest?.initialBudget ?? 1, targetBudget ?? 1, 1) }

  /// The allocator that took over during the run and has not decided yet, with its first decision.
  var warmUp: (allocator: String, firstDecision: Int)? {
    guard let plan, let start = plan.phases.first?.start, start > 1, !isStopped,
      (lastDecision?.step ?? 0) < start, let next = plan.nextDecision(after: step)
    else { return nil }
    return (plan.allocator, next)
  }
}

/// Budgets as people read them.
enum BudgetText {
  /// Components as they are; parameters in three significant digits: `9216`, `221k`, `1.23M`.
  static func short(_ budget: Int, _ unit: BudgetUnit) -> String {
    if unit == .components || budget < 10_000 { return "\(budget)" }
    var value = Double(budget)
    for suffix in ["", "k", "M", "G", "T"] {
      if value < 999.5 || suffix == "T" {
        let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        return NumberText.fixed(value, decimals: decimals) + suffix
      }
      value /= 1000
    }
    return "\(budget)"
  }

  /// The unit after a budget: nothing for components, which every label names.
  static func suffix(_ unit: BudgetUnit) -> String { unit == .parameters ? " parameters" : "" }

  /// Every digit and the unit, for what a person asks.
  static func exact(_ budget: Int, _ unit: BudgetUnit) -> String {
    unit == .components ? "\(budget)" : NumberText.grouped(budget) + suffix(unit)
  }
}
