import RunEvents

/// Bayesian AdaLoRA: prunes the triplets whose size is least certain not to be noise.
///
/// Adapters, schedule and masking are AdaLoRA's; the optimiser is IVON, which keeps a posterior
/// `N(theta, sigma^2)` of every parameter, `sigma = 1 / sqrt(ess (h + decay))`. The score of an entry is the
/// signal-to-noise ratio of its size,
///
///     E = theta erf(theta / (sigma sqrt 2)) + sigma sqrt(2 / pi) exp(-theta^2 / (2 sigma^2))
///     s = E / sqrt(theta^2 + sigma^2 - E^2)
///
/// and of a triplet `s(c_i) + mean_j s(B_ji) + mean_j s(A_ij)`. It arrives in ``Statistics/posterior`` and is
/// taken at mask steps only, without smoothing: ``PosteriorScore`` is its reference. The published code does not
/// take it anew at the last mask step where that lies off the grid; here it is taken at every one.
/// It starts the gates at N(0, 0.02^2); here they start at 0, as AdaLoRA's, so that the start
/// changes no output.
///
/// Source: Chen and Garner 2024, arXiv:2409.10673, and its code (idiap/vilora). Checked by
/// `BayesianTests`, `IVONTests` and `PosteriorScoreTests`.
public struct BayesianAllocator: RankingAllocator {
  /// `bayesian`.
  public static var kind: AllocatorKind { .bayesian }
  /// Triplet scores as of the last mask step, flat; empty before the first.
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
    orthogonalityWeight = Float(options[.bayesianOrthogonality])
  }

  /// The posterior's scores, at mask steps.
  public func needs(at step: Int) -> StatisticsNeeds {
    step <= schedule.budgetEnd && schedule.isDecision(step) ? .posterior : []
  }

  /// The orthogonality term, at every step.
  public func regularizer(at step: Int) -> Regularizer {
    orthogonalityWeight == 0 ? .none : .orthogonality(weight: orthogonalityWeight)
  }

  /// At a mask step takes the scores and cuts to the budget.
  public mutating func update(_ statistics: Statistics) -> Decision? {
    let step = statistics.step
    if needs(at: step).contains(.posterior) {
      precondition(
        statistics.posterior.count == alive.count,
        "\(statistics.posterior.count) posterior scores for \(alive.count) components")
      importance = statistics.posterior
      terms = statistics.posteriorTerms
    }
    guard state.isDue(at: step) else { return nil }
    if importance.isEmpty { importance = [Float](repeating: 0, count: alive.count) }
    return state.decide(
      at: step, scores: importance, measure: "signal-to-noise ratio",
      parts: terms?.parts("signal to noise") ?? [])
  }
}

extension AllocatorKind {
  /// Signal-to-noise ratio under IVON's posterior (Chen and Garner 2024).
  ///
  /// Start of the adapters: PEFT's `AdaLoraLayer`; alpha 32 for rank 2, the published runs'. The
  /// learning rate is in IVON's unit, of which the clip radius makes a step of at most
  /// `rate * h0 * radius`; published are 0.4 to 2, for runs many times as long as ours.
  public static let bayesian = AllocatorKind(
    "bayesian", summary: "prunes by signal-to-noise ratio, trained with IVON (Bayesian AdaLoRA)",
    recipe: AdapterRecipe(
      initialGate: 0, trainsGate: true, weightDecayOnGate: true,
      factorStart: .gaussian(standardDeviation: 0.02), startRankFactor: 1.5, scaleOffset: 1e-5,
      optimizer: .ivon),
    parameters: [
      .bayesianOrthogonality, .ivonStart, .ivonBeta1, .ivonBeta2, .ivonDecay, .ivonExamples,
      .ivonClip,
    ],
    defaultRate: 5, demonstrationRate: 10, defaultAlpha: { Float(16 * $0) },
    type: BayesianAllocator.self)
}

extension AllocatorParameter {
  /// Weight of the orthogonality term; 0.1 to 0.3 in the published runs.
  public static let bayesianOrthogonality = AllocatorParameter(
    "orthogonality", 0.1, .notNegative, label: "orthogonality weight",
    help: "weight of the orthogonality term")
  /// Hessian at the start.
  public static let ivonStart = AllocatorParameter(
    "ivon-h0", 1, .positive, help: "IVON: Hessian of every parameter at the start")
  /// Smoothing of the gradient.
  public static let ivonBeta1 = AllocatorParameter(
    "ivon-beta1", 0.9, .share, help: "IVON: smoothing of the gradient")
  /// Smoothing of the Hessian.
  public static let ivonBeta2 = AllocatorParameter(
    "ivon-beta2", 0.99999, .share, help: "IVON: smoothing of the Hessian")
  /// Weight decay, the prior's precision over `ess`.
  public static let ivonDecay = AllocatorParameter(
    "ivon-decay", 1e-8, .positive, help: "IVON: weight decay")
  /// Effective sample size.
  public static let ivonExamples = AllocatorParameter(
    "ivon-ess", 0, .notNegative, help: "IVON: effective sample size; 0 for the training examples")
  /// Clip radius of the update.
  public static let ivonClip = AllocatorParameter(
    "ivon-clip", 1e-3, .positive, help: "IVON: largest update of an entry, before the rate")
}
