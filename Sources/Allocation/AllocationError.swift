import RunEvents

/// Why an allocator cannot be made: what does not fit, and which option to change.
public enum AllocationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No allocator has this name.
  case unknownAllocator(String)
  /// A target budget outside `1 ... capacity`.
  case budgetOutOfRange(budget: Int, least: Int = 1, capacity: Int, unit: BudgetUnit)
  /// A target above what is alive at the start of a run.
  case targetAboveInitial(target: Int, initial: Int, unit: BudgetUnit)
  /// A target for an allocator that prunes nothing.
  case budgetIsFixed(target: Int, alive: Int, unit: BudgetUnit = .components)
  /// Warm-up and final phase leave no step for the budget phase.
  case noBudgetPhase(warmup: Int, final: Int, steps: Int)
  /// The interval between decisions exceeds the budget phase.
  case intervalTooLong(interval: Int, window: Int)
  /// A pin, a cap or a switch that cannot be, in words.
  case impossibleRequest(String)
  /// A number outside its range; `allowed` completes "choose ...".
  case optionOutOfRange(option: String, value: String, allowed: String)

  /// What does not fit, and what to do, in one sentence.
  public var description: String {
    switch self {
    case .unknownAllocator(let name):
      "no allocator is called '\(name)': choose one of "
        + AllocatorKind.allCases.map(\.rawValue).joined(separator: ", ")
    case .budgetOutOfRange(let budget, let least, let capacity, let unit):
      "--budget \(budget): choose \(least) ... \(capacity) \(unit.rawValue)"
    case .targetAboveInitial(let target, let initial, let unit):
      "--budget \(target) is more than the \(initial) \(unit.rawValue) the run starts with: "
        + "lower --budget or raise --rank"
    case .budgetIsFixed(let target, let alive, let unit):
      "lora prunes nothing, so --budget \(target) cannot be reached from \(alive) \(unit.rawValue): "
        + "leave --budget out, set --rank, or choose another --allocator"
    case .noBudgetPhase(let warmup, let final, let steps):
      "a warm-up of \(warmup) and a final phase of \(final) leave no step of \(steps) for the "
        + "budget: lower --warmup or --final, or train longer"
    case .intervalTooLong(let interval, let window):
      "--interval \(interval) is longer than the budget phase of \(window) steps: "
        + "lower --interval, --warmup or --final"
    case .impossibleRequest(let reason): reason
    case .optionOutOfRange(let option, let value, let allowed):
      "\(option) \(value): choose \(allowed)"
    }
  }
}
