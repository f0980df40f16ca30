import RunEvents

/// AdaLoRA: prunes the triplets whose entries the loss is least sensitive to.
///
/// Importance of a triplet is `s(c_i) + mean_j s(B_ji) + mean_j s(A_ij)`, with `s` the smoothed
/// sensitivity `|w * dL/dw|` times its smoothed uncertainty. It arrives reduced in
/// ``Statistics/sensitivity``; ``SensitivityMeter`` is its reference.
///
///     b(t) = b0                                             t <= t_i
///     b(t) = int((b0 - bT) (1 - (t - t_i)/(T - t_f - t_i))^3 + bT)
///     b(t) = bT                                             t >= T - t_f
///
/// In the middle phase, at every multiple of the interval, the `b0 - b(t)` lowest triplets of the whole
/// network get gate 0 and go on training: they may come back at the next decision. At `T - t_f`
/// the mask is fixed by the importance of the step before, and held from then on. Importance is
/// measured until then. The orthogonality term stays on to the end.
///
/// Source: Zhang et al. 2023, arXiv:2303.10512, eq. 8-14, in the form of PEFT's `RankAllocator`.
/// Checked step by step against PEFT by `AdaLoRAGoldenTests`.
public struct AdaLoRAAllocator: RankingAllocator {
  /// `adalora`.
  public static var kind: AllocatorKind { .adalora }
  /// Triplet scores as last measured, flat; empty before the first step.
  public private(set) var importance: [Float] = []
  /// Schedule, mask and candidates.
  public var state: RankedBudget
  private let orthogonalityWeight: Float
  /// What the importance is made of, where it was kept.
  private var terms: TripletTerms?

  /// Creates the allocator for a run, or for the rest of one.
  ///
  /// - Throws: ``AllocationError`` when an option is out of range or the schedule does not fit.
  public init(start: RunStart, options: AllocatorOptions = .init()) throws(AllocationError) {
    state = try RankedBudget(shape: .front, start: start, options: options, allocator: Self.kind)
    orthogonalityWeight = options.orthogonalityWeight
  }

  /// Sensitivity until the importance is frozen, one step before the last decision.
  public func needs(at step: Int) -> StatisticsNeeds {
    step < schedule.budgetEnd ? .sensitivity : []
  }

  /// The orthogonality term, at every step.
  public func regularizer(at step: Int) -> Regularizer {
    orthogonalityWeight == 0 ? .none : .orthogonality(weight: orthogonalityWeight)
  }

  /// Takes the step's importance and, where the schedule says so, cuts to the budget.
  public mutating func update(_ statistics: Statistics) -> Decision? {
    let step = statistics.step
    if needs(at: step).contains(.sensitivity) {
      precondition(
        statistics.sensitivity.count == alive.count,
        "\(statistics.sensitivity.count) sensitivities for \(alive.count) components")
      importance = statistics.sensitivity
      terms = statistics.sensitivityTerms
    }
    guard state.isDue(at: step) else { return nil }
    if importance.isEmpty { importance = [Float](repeating: 0, count: alive.count) }
    return state.decide(
      at: step, scores: importance, measure: "AdaLoRA sensitivity",
      parts: terms?.parts("sensitivity") ?? [])
  }
}

extension AllocatorKind {
  /// Gradient sensitivity, budget falling fast at first (Zhang et al. 2023).
  ///
  /// Start of the adapters: PEFT's `AdaLoraLayer`.
  public static let adalora = AllocatorKind(
    "adalora", summary: "prunes by gradient sensitivity, most at first (AdaLoRA)",
    recipe: AdapterRecipe(
      initialGate: 0, trainsGate: true, weightDecayOnGate: true,
      factorStart: .gaussian(standardDeviation: 0.02), startRankFactor: 1.5, scaleOffset: 1e-5),
    parameters: [.beta1, .beta2, .orthogonality], defaultRate: 2e-3, type: AdaLoRAAllocator.self)
}

extension AllocatorParameter {
  /// Smoothing of the sensitivity.
  public static let beta1 = AllocatorParameter(
    "beta1", 0.85, .share, help: "smoothing of the sensitivity")
  /// Smoothing of the uncertainty.
  public static let beta2 = AllocatorParameter(
    "beta2", 0.85, .share, help: "smoothing of the sensitivity's uncertainty")
  /// Weight of the orthogonality term (PEFT's default).
  public static let orthogonality = AllocatorParameter(
    "orthogonality", 0.5, .notNegative, label: "orthogonality weight",
    help: "weight of the orthogonality term")
}

extension AllocatorOptions {
  /// AdaLoRA: smoothing of the sensitivity, `0 ..< 1`. Read by the engine's meter.
  public var beta1: Float {
    get { Float(self[.beta1]) }
    set { self[.beta1] = Double(newValue) }
  }
  /// AdaLoRA: smoothing of the uncertainty, `0 ..< 1`. Read by the engine's meter.
  public var beta2: Float {
    get { Float(self[.beta2]) }
    set { self[.beta2] = Double(newValue) }
  }
  /// AdaLoRA: weight of the orthogonality term.
  public var orthogonalityWeight: Float {
    get { Float(self[.orthogonality]) }
    set { self[.orthogonality] = Double(newValue) }
  }
}
