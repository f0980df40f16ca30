/// What a budget counts.
public enum BudgetUnit: String, Sendable, Hashable, Codable, CaseIterable {
  /// Rank-one components.
  case components
  /// Parameters of components: `inputs + outputs` of the module each.
  case parameters
}
