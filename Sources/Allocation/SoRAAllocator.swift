import RunEvents

/// SoRA: gates with a proximal step that sets the needless ones to 0.
///
///     y  = W x + (alpha / r) B (g o (A x))
///     g <- T_xi(AdamW(g)),   T_xi(x) = sign(x) max(|x| - xi, 0),   xi = rate * lambda2
///     loss + lambda mean |g|
///
/// The sparsifying schedule raises xi in linear levels over the budget phase, from 0 to its full
/// height. Inside the phase the proximal step prunes freely: a component is alive while its gate is
/// not 0, which is recorded as a decision at every interval, and a gate that was 0 may come back.
///
/// SoRA has no budget. For a fair comparison it gets one here, our choice: at the end of the budget phase
/// the target's largest `|g|` become the mask that is held (fewer where fewer are left), and both the proximal
/// step and the L1 term end, so that the final phase trains what is kept. So are our choice the start
/// rank of 1.5 times the rank, as the other pruning methods have it (SoRA: 8 for every run), and a
/// threshold that follows the learning rate, as the paper's step size does (the code has optimisers of both
/// kinds; its runs import the one with a constant xi). What a pin or a floor keeps is exempt from
/// the proximal step.
///
/// Source: Ding et al. 2023, arXiv:2311.11696, and its code. Checked by `SoRATests` and `ProximalStepTests`.
public struct SoRAAllocator: RankingAllocator {
  /// `sora`.
  public static var kind: AllocatorKind { .sora }
  /// `|g|` as last measured, flat; empty before the first step.
  public private(set) var importance: [Float] = []
  /// Schedule, mask and candidates.
  public var state: RankedBudget
  private let sparsity: Float
  private let lambda2: Float
  private let levels: Int
  /// What the proximal step does to a gate.
  public let proximalOperator: ProximalOperator
  /// Peak learning rate of the gates; nil for that of the factors.
  public let gateRate: Float?

  /// Creates the allocator for a run, or for the rest of one.
  ///
  /// - Throws: ``AllocationError`` when an option is out of range or the schedule does not fit.
  public init(start: RunStart, options: AllocatorOptions = .init()) throws(AllocationError) {
    state = try RankedBudget(shape: .step, start: start, options: options, allocator: Self.kind)
    sparsity = Float(options[.sparsity])
    lambda2 = Float(options[.lambda2])
    levels = Int(options[.levels])
    proximalOperator = options[.quirk] == 1 ? .sequentialMasks : .softThreshold
    gateRate = options[.gateRate] > 0 ? Float(options[.gateRate]) : nil
  }

  /// Gates, until the end of the budget phase.
  public func needs(at step: Int) -> StatisticsNeeds { step <= schedule.budgetEnd ? .gates : [] }

  /// The L1 term, until the end of the budget phase.
  public func regularizer(at step: Int) -> Regularizer {
    step <= schedule.budgetEnd && sparsity > 0 ? .sparsity(weight: sparsity) : .none
  }

  /// `rate * lambda2 * level / (levels - 1)` inside the budget phase, 0 outside.
  public func proximalThreshold(at step: Int, rate: Float) -> Float {
    guard step > schedule.warmupEnd, step <= schedule.budgetEnd else { return 0 }
    guard levels > 1 else { return rate * lambda2 }
    let window = schedule.budgetEnd - schedule.warmupEnd
    let level = (step - schedule.warmupEnd - 1) * levels / window
    return rate * lambda2 * Float(level) / Float(levels - 1)
  }

  /// Takes the step's gates and, where the schedule says so, records which are 0 or fixes the mask.
  public mutating func update(_ statistics: Statistics) -> Decision? {
    let step = statistics.step
    if needs(at: step).contains(.gates) {
      precondition(
        statistics.gates.count == alive.count,
        "\(statistics.gates.count) gates for \(alive.count) components")
      importance = statistics.gates.map(abs)
    }
    guard state.isDue(at: step) else { return nil }
    if importance.isEmpty { importance = [Float](repeating: 0, count: alive.count) }
    // After the mask is fixed a person's request may open components that were at 0.
    if holdsMask { return state.decide(at: step, scores: importance, measure: "SoRA gate |g|") }
    let open = Self.open(
      importance, alive: alive, constraints: state.constraints, layout: state.start.layout)
    return state.decide(
      at: step, scores: importance,
      measure: step < schedule.budgetEnd
        ? "SoRA gate at 0 after the proximal step" : "SoRA gate |g|", open: open)
  }

  /// Components that the proximal step has left open, and those that a pin keeps.
  static func open(
    _ sizes: [Float], alive: [Bool], constraints: RankConstraints, layout: ComponentLayout
  ) -> [Bool] {
    var open = sizes.map { $0 != 0 }
    for id in constraints.pinned {
      let index = layout.index(of: id)
      if alive[index] { open[index] = true }
    }
    return open
  }
}

extension AllocatorKind {
  /// Sparse gates by a proximal gradient (Ding et al. 2023).
  ///
  /// Start of the adapters: the published code, `g ~ N(0, 1)`. No weight decay on the gates.
  public static let sora = AllocatorKind(
    "sora", summary: "prunes gates that an L1 term brings to 0 (SoRA)",
    recipe: AdapterRecipe(
      initialGate: 0, trainsGate: true, weightDecayOnGate: false, factorStart: .loraDefault,
      startRankFactor: 1.5, gateDeviation: 1),
    parameters: [.sparsity, .lambda2, .levels, .gateRate, .quirk], defaultRate: 5e-3,
    type: SoRAAllocator.self)
}

extension AllocatorParameter {
  /// Weight of the L1 term; the published runs take 1e-3 to 10.
  public static let sparsity = AllocatorParameter(
    "sparsity", 1e-3, .notNegative, help: "weight of the L1 term on the gates")
  /// The proximal step's threshold in learning rates, at its full height.
  ///
  /// Our choice, from runs on a held-out part of a training set: below 1, so that a gate that the loss
  /// pulls steadily, which AdamW moves by about a learning rate a step, withstands it. (The published runs
  /// have 3e-4 for a rate of 8e-4, and up to 7e-4 for 1.2e-3.)
  public static let lambda2 = AllocatorParameter(
    "lambda2", 0.9, .notNegative, help: "threshold of the proximal step, in learning rates")
  /// Levels of the sparsifying schedule; the published run has 7.
  public static let levels = AllocatorParameter(
    "levels", 7, .wholeNumber(from: 1), help: "levels in which the threshold rises from 0")
  /// Peak learning rate of the gates.
  public static let gateRate = AllocatorParameter(
    "gate-lr", 0, .notNegative, help: "learning rate of the gates; 0 for that of the factors")
  /// The published code's proximal step.
  public static let quirk = AllocatorParameter(
    "quirk", 0, .choice(["off", "on"]),
    help: "the published code's proximal step, which cuts up to twice the threshold")
}
