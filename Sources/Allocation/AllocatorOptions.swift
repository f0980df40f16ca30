import RunEvents

/// Everything a person may set about an allocator; the command line fills it.
public struct AllocatorOptions: Sendable, Hashable, Codable {
  /// Mean rank of a module at the end of the run, `--rank`.
  public var rank = 8
  /// Rank of every module at the start; nil for the method's own (``AdapterRecipe/startRank(for:)``).
  public var initialRank: Int?
  /// Budget at the end, `--budget`, in ``budgetUnit``; nil for `rank` components in every module.
  public var targetBudget: Int?
  /// What budgets count.
  public var budgetUnit = BudgetUnit.components
  /// Steps before the first decision; nil for the method's own (``AllocatorKind/warmup``).
  public var warmup: PhaseLength?
  /// Steps after the last decision; nil for the method's own (``AllocatorKind/final``).
  public var final: PhaseLength?
  /// Steps between decisions; nil for 10, or a tenth of a budget phase shorter than 100 steps.
  public var interval: Int?
  /// Cut everything at or below the threshold, as the published code does, so that ties may prune
  /// more than was asked. Off, ties go by slot order and counts are exact.
  public var officialTies = false
  /// What was set of the allocators' own parameters, by name; see ``AllocatorParameter``.
  public var values: [String: Double] = [:]

  /// Creates the defaults.
  public init() {}

  /// Value of an allocator's own parameter: as set, else its default.
  public subscript(parameter: AllocatorParameter) -> Double {
    get { values[parameter.name] ?? parameter.defaultValue }
    set { values[parameter.name] = newValue }
  }

  /// Budget at the end of a run that begins with an allocator: as asked for, else that of the mean rank in
  /// every module, as far as its start (or, where the method grows from less, its slots) reaches.
  ///
  /// An allocator that prunes nothing may leave it unmet; one that the run switches to later takes it up.
  public func target(for kind: AllocatorKind, modules: [AdaptedModule]) -> Int {
    if let targetBudget { return targetBudget }
    return modules.reduce(0) { sum, module in
      let most = kind.recipe.startsBelowTarget ? module.capacity : module.startRank
      return sum + min(rank, most) * module.cost(in: budgetUnit)
    }
  }

  /// Checks every number that does not depend on the run.
  func validate(for kind: AllocatorKind) throws(AllocationError) {
    func check(
      _ isFine: Bool, _ option: String, _ value: any CustomStringConvertible, _ allowed: String
    ) throws(AllocationError) {
      if isFine { return }
      throw .optionOutOfRange(option: option, value: "\(value)", allowed: allowed)
    }
    let length = "a share in 0 ..< 1 or a number of steps"
    try check(rank >= 1, "--rank", rank, "1 or more")
    try check((initialRank ?? 1) >= 1, "initial rank", initialRank ?? 0, "1 or more")
    for (option, value) in [("--warmup", warmup), ("--final", final)] {
      if let value { try check(value.isValid, option, value, length) }
    }
    try check((interval ?? 1) >= 1, "--interval", interval ?? 0, "1 or more steps")
    for parameter in kind.parameters {
      let value = self[parameter]
      try check(parameter.allows(value), parameter.label, value, parameter.allowed)
    }
  }
}
