import RunEvents

/// DoRA (dynamic rank distribution): prunes the components with the smallest share of their
/// module's update. Not the weight-decomposed DoRA.
///
///     s_i    = ||c_i b_i a_i^T||_F / (||B diag(c) A||_F + eps)
///     S_i(t) = beta S_i(t-1) + (1 - beta) s_i(t),   S_i(0) = 0
///     q      = floor(t - t_s) / (t_e - t_s)
///     cut(t) = max(1, int((b0 - bT) q^3))
///
/// `S` is updated at every step from the first to `t_e`, the end of the window. Inside the window, at
/// every interval counted from `t_s`, the `cut(t)` lowest components of the whole network get gate 0 and
/// go on training; at `t_e` the same cut becomes the mask that is held. Until then the loss carries
/// the DEM term, which evens out the entries inside each vector. The shares of a module need not
/// add up to 1. A norm that is not finite makes its component's `S` NaN for good: lowest of all.
///
/// Source: Mao et al. 2024, arXiv:2405.17357, eq. 6-10, and its code. Checked by `DoRAGoldenTests`.
public struct DoRAAllocator: RankingAllocator {
  /// `dora`.
  public static var kind: AllocatorKind { .dora }
  /// Smoothed norm shares `S`, flat; empty before the first step.
  public private(set) var importance: [Float] = []
  /// Schedule, mask and candidates.
  public var state: RankedBudget
  private let layout: ComponentLayout
  private let smoothing: Float
  private let epsilon: Float
  private let equilibriumWeight: Float

  /// Creates the allocator for a run, or for the rest of one.
  ///
  /// - Throws: ``AllocationError`` when an option is out of range or the schedule does not fit.
  public init(start: RunStart, options: AllocatorOptions = .init()) throws(AllocationError) {
    state = try RankedBudget(shape: .back, start: start, options: options, allocator: Self.kind)
    layout = start.layout
    smoothing = options.smoothing
    epsilon = options.epsilon
    equilibriumWeight = options.equilibriumWeight
  }

  /// Norms, until the end of the window.
  public func needs(at step: Int) -> StatisticsNeeds { step <= schedule.budgetEnd ? .norms : [] }

  /// The DEM term, until the end of the window.
  public func regularizer(at step: Int) -> Regularizer {
    step <= schedule.budgetEnd && equilibriumWeight > 0
      ? .equilibrium(weight: equilibriumWeight) : .none
  }

  /// Smooths the step's norm shares and, where the schedule says so, cuts to the budget.
  public mutating func update(_ statistics: Statistics) -> Decision? {
    let step = statistics.step
    if importance.isEmpty { importance = [Float](repeating: 0, count: layout.count) }
    if needs(at: step).contains(.norms) { smooth(statistics) }
    guard state.isDue(at: step) else { return nil }
    return state.decide(
      at: step, scores: importance, measure: "DoRA norm share", parts: parts(statistics))
  }

  /// This step's shares, which the score smooths, where they were measured.
  private func parts(_ statistics: Statistics) -> [ScorePart] {
    if statistics.componentNorms.count != layout.count { return [] }
    var shares = statistics.componentNorms
    for module in 0..<layout.moduleCount {
      let whole = statistics.moduleNorms[module] + epsilon
      for index in layout.range(of: module) { shares[index] /= whole }
    }
    return [ScorePart(name: "share", values: shares)]
  }

  private mutating func smooth(_ statistics: Statistics) {
    let norms = statistics.componentNorms
    precondition(
      norms.count == layout.count && statistics.moduleNorms.count == layout.moduleCount,
      "norms of \(norms.count) components and \(statistics.moduleNorms.count) modules for "
        + "\(layout.count) and \(layout.moduleCount)")
    for module in 0..<layout.moduleCount {
      let whole = statistics.moduleNorms[module] + epsilon
      for index in layout.range(of: module) {
        importance[index] =
          smoothing * importance[index] + (1 - smoothing) * (norms[index] / whole)
      }
    }
  }
}

extension AllocatorKind {
  /// Share of the update's norm, budget falling fast at last (Mao et al. 2024).
  ///
  /// Start of the adapters and alpha of 8 for every rank: the published code.
  public static let dora = AllocatorKind(
    "dora", summary: "prunes by share of the update's norm, most at last (DoRA)",
    recipe: AdapterRecipe(
      initialGate: 0, trainsGate: true, weightDecayOnGate: true,
      factorStart: .kaimingUniform(a: 0), startRankFactor: 1.5),
    parameters: [.smoothing, .epsilon, .equilibrium], defaultRate: 3e-3,
    defaultAlpha: { _ in 8 }, type: DoRAAllocator.self)
}

extension AllocatorParameter {
  /// Smoothing of the norm shares.
  public static let smoothing = AllocatorParameter(
    "smoothing", 0.9, .share, help: "smoothing of the norm shares")
  /// Added to a module's norm before dividing by it.
  public static let epsilon = AllocatorParameter(
    "epsilon", 1e-8, .positive, help: "added to a module's norm before dividing by it")
  /// Weight eta of the DEM term, 0.1 to 0.5 in the paper's table 8.
  public static let equilibrium = AllocatorParameter(
    "equilibrium", 0.3, .notNegative, label: "equilibrium weight",
    help: "weight eta of the variance term (DEM)")
}

extension AllocatorOptions {
  /// DoRA: weight eta of the DEM term.
  public var equilibriumWeight: Float {
    get { Float(self[.equilibrium]) }
    set { self[.equilibrium] = Double(newValue) }
  }
  /// DoRA: smoothing of the norm shares, `0 ..< 1`.
  public var smoothing: Float {
    get { Float(self[.smoothing]) }
    set { self[.smoothing] = Double(newValue) }
  }
  /// DoRA: added to a module's norm before dividing by it.
  public var epsilon: Float {
    get { Float(self[.epsilon]) }
    set { self[.epsilon] = Double(newValue) }
  }
}
