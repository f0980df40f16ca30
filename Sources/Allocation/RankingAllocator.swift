import RunEvents

/// An allocator that scores every component and keeps the best within a scheduled budget.
///
/// It says which statistics it needs, makes scores of them, and hands them to its ``RankedBudget`` when
/// a decision is due; everything else follows from the schedule.
public protocol RankingAllocator: Allocator {
  /// Schedule, mask and candidates.
  var state: RankedBudget { get set }
}

extension RankingAllocator {
  /// The schedule as it stands.
  public var schedule: BudgetSchedule { state.schedule }
  /// Phases, budget curve and decision steps.
  public var plan: Plan { state.plan }
  /// Components alive, flat.
  public var alive: [Bool] { state.alive }
  /// True from the last decision of the budget phase on.
  public var holdsMask: Bool { state.holdsMask }
  /// Components dead since before a live switch, flat; empty when there are none.
  public var excluded: [Bool] { state.excluded }
  /// Budget wanted at this step.
  public func budget(at step: Int) -> Int { state.budget(at: step) }
  /// Nothing.
  public func regularizer(at step: Int) -> Regularizer { .none }

  /// The changed mask is held, or the next decision chooses anew among the same candidates.
  public mutating func amend(_ decision: inout Decision) { state.amend(alive: decision.alive) }

  /// Changes the target budget, from the next decision on.
  public mutating func setTarget(budget: Int, at step: Int) -> String? {
    state.setTarget(budget: budget, at: step)
  }

  /// Pins and caps, from the next decision on.
  public mutating func setConstraints(_ constraints: RankConstraints, at step: Int) -> String? {
    state.setConstraints(constraints, at: step)
  }
}
