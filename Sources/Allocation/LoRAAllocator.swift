import RunEvents

/// LoRA: every module keeps the rank it has. No statistics, no decisions.
///
/// It rejects target budgets: without importance there is nothing to choose by.
///
/// Source: Hu et al. 2021, arXiv:2106.09685.
public struct LoRAAllocator: Allocator {
  /// `lora`.
  public static var kind: AllocatorKind { .lora }
  /// Components alive, flat: those of the start.
  public let alive: [Bool]
  /// The single phase `fixed`.
  public let plan: Plan
  /// True: what was dead at a live switch stays dead.
  public var holdsMask: Bool { true }
  private let start: RunStart

  /// Creates the allocator for a run, or for the rest of one.
  ///
  /// - Throws: ``AllocationError/budgetIsFixed(target:alive:)`` when a fresh run asks for a target
  ///   other than what it starts with.
  public init(start: RunStart, options: AllocatorOptions = .init()) throws(AllocationError) {
    try options.validate(for: Self.kind)
    self.start = start
    let count = start.aliveCost
    if !start.isLive, let target = options.targetBudget, target != count {
      throw .budgetIsFixed(target: target, alive: count, unit: start.unit)
    }
    alive = start.alive
    let first = start.startStep + 1
    plan = Plan(
      allocator: Self.kind.rawValue, fromStep: first,
      phases: [Plan.Phase(name: "fixed", start: first, end: max(first, start.totalSteps))],
      budgets: [Plan.BudgetPoint(step: first, budget: count)], targetBudget: count,
      firstDecision: nil, decisionInterval: 0, lastDecision: nil)
  }

  /// Nothing.
  public func needs(at step: Int) -> StatisticsNeeds { [] }
  /// Nothing.
  public func regularizer(at step: Int) -> Regularizer { .none }
  /// Empty: nothing is ranked.
  public var importance: [Float] { [] }
  /// Empty: no decision considers anything.
  public var excluded: [Bool] { [] }
  /// The components alive at the start.
  public func budget(at step: Int) -> Int { plan.targetBudget }
  /// Never decides.
  public mutating func update(_ statistics: Statistics) -> Decision? { nil }
  /// Never called: there is no decision to change.
  public mutating func amend(_ decision: inout Decision) {}
  /// Rejects every target but the present one.
  public mutating func setTarget(budget: Int, at step: Int) -> String? {
    budget == plan.targetBudget
      ? nil
      : "lora ranks nothing and cannot choose what to prune: switch to an allocator that prunes first"
  }

  /// Takes what already holds: it prunes nothing, so every pin does, and a cap does where no rank is above it.
  public mutating func setConstraints(_ constraints: RankConstraints, at step: Int) -> String? {
    let ranks = start.layout.ranks(alive: alive)
    let least = constraints.leastRanks(moduleCount: ranks.count)
    for (module, rank) in ranks.enumerated() {
      let isWithin =
        rank >= least[module] && rank <= constraints.caps[module] ?? rank
      if !isWithin {
        return
          "lora keeps every rank as it is and cannot bring \(start.name(of: module)) from \(rank) "
          + "within its bounds: switch to an allocator that prunes first"
      }
    }
    return nil
  }
}

extension AllocatorKind {
  /// Fixed rank.
  ///
  /// Start of the adapters: PEFT's `LoraLayer`.
  public static let lora = AllocatorKind(
    "lora", summary: "fixed rank in every module (LoRA)",
    recipe: AdapterRecipe(
      initialGate: 1, trainsGate: false, weightDecayOnGate: false, factorStart: .loraDefault),
    defaultRate: 1e-3, type: LoRAAllocator.self)
}
