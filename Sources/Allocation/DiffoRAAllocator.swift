import Foundation
import RunEvents

/// DiffoRA: learns which modules need an adapter at all, then trains those.
///
/// From the paper's abstract, all of it that could be read: modules are selected, and the rank inside a
/// selected one is fixed; a differential adaptation matrix says which; it is relaxed, learned by bi-level
/// optimisation, made discrete with a selection ratio rho, and the weights found on the way are shared
/// with what follows. **Everything below that is more exact is our reconstruction**, after DARTS and
/// Flexora: relaxation, optimiser, rates, ratio, split, phases, what "shared" means.
///
///     y = W0 x + g_m s B A x,   g = sigmoid(theta) or softmax(theta)    (``GateRelaxation``), theta = 0 at first
///     search   after every training step on the training part:  theta <- Adam(theta, d L_val / d theta)
///     select   once, at its end: the modules with the highest theta     (``ModuleSelection``)
///     final    the selected modules alone, g = 1, on all training data
///
/// The outer gradient is of the first order, at the present weights, or DARTS' unrolled one (`order`).
/// Adam has DARTS' and AutoLoRA's betas 0.5 and 0.999: the gradient turns as the weights move under it,
/// so its average must forget fast. A step whose gradient is not finite leaves theta alone.
///
/// rho sets the start: rank r / rho in every module, so that the budget of r in every module holds rho
/// of the modules: K = rho N of the N of a layer. Where a budget or a start rank is set, the budget
/// decides how many are kept. Pinned modules are kept, a cap of 0 rules one out. The selected keep their
/// factors; with `inherit` fold their last gate is multiplied onto the components, so that their output
/// stays as it is, with snap it becomes 1 as in DARTS. What was dead at a live switch stays dead. "Weight sharing" could
/// also mean one pair of factors tied over all unselected modules of a kind; that reading is not offered.
///
/// Sources: Jiang, Wang, Yuan 2025, arXiv:2502.08905 (abstract); Liu et al. 2019, arXiv:1806.09055; Wei et al.
/// 2025, arXiv:2408.10774; Zhang et al. 2024, arXiv:2403.09113. Checked by `DiffoRATests`, `GateGradientTests`.
public struct DiffoRAAllocator: Allocator {
  /// `diffora`.
  public static var kind: AllocatorKind { .diffora }
  /// Relaxed selection of every module before the sigmoid or softmax.
  public private(set) var theta: [Float]
  /// Components alive, flat.
  public private(set) var alive: [Bool]
  /// True once the modules are selected.
  public private(set) var holdsMask = false
  /// Components dead since before a live switch, flat; empty when there are none.
  public let excluded: [Bool]
  /// Step after which the modules are selected.
  public let searchEnd: Int
  private let start: RunStart
  private let relaxation: GateRelaxation
  private let selectsByLayer: Bool
  private let inheritsByFolding: Bool
  private let isUnrolled: Bool
  private let interval: Int
  private let rate: Double
  private let share: Double
  private var first: [Float]
  private var second: [Float]
  private var updates = 0
  private var isSelected: [Bool] = []
  private var target: Int
  private var constraints = RankConstraints()
  private var fromStep: Int
  /// Step of one more selection, for a target changed after the search.
  private var reselection: Int?

  /// Creates the allocator for a run, or for the rest of one.
  ///
  /// - Throws: ``AllocationError`` when an option is out of range or the search does not fit.
  public init(start: RunStart, options: AllocatorOptions = .init()) throws(AllocationError) {
    try options.validate(for: Self.kind)
    self.start = start
    target = min(try start.target(options), start.aliveCost)
    searchEnd = start.startStep + (try Self.searchLength(start, options))
    interval = Int(options[.outerInterval])
    guard interval <= searchEnd - start.startStep else {
      throw .impossibleRequest(
        "outer-interval \(interval) is longer than the search of "
          + "\(searchEnd - start.startStep) steps: lower it, or raise --warmup")
    }
    relaxation = GateRelaxation(
      function: options[.relaxation] == 0 ? .sigmoid : .softmax, layers: start.modulesByLayer)
    selectsByLayer = options[.scope] == 0
    inheritsByFolding = options[.inherit] == 0
    isUnrolled = options[.order] == 1
    rate = options[.thetaRate]
    share = options[.validation]
    theta = [Float](repeating: 0, count: start.layout.moduleCount)
    first = theta
    second = theta
    alive = start.alive
    excluded = start.alive.contains(false) ? start.alive.map { !$0 } : []
    fromStep = start.startStep + 1
  }

  /// The search takes the warm-up's place; the final phase is what is left.
  private static func searchLength(
    _ start: RunStart, _ options: AllocatorOptions
  ) throws(AllocationError) -> Int {
    func steps(_ length: PhaseLength) -> Int {
      Int(length.steps(remaining: start.remaining, total: start.totalSteps).rounded())
    }
    let final = options.final.map(steps)
    let search = options.warmup.map(steps) ?? final.map { start.remaining - $0 }
    let length = search ?? max(1, steps(kind.warmup))
    guard length >= 1, length + max(1, final ?? 1) <= start.remaining else {
      throw .impossibleRequest(
        "a search (--warmup) of \(length) steps and a final phase of \(final ?? 1) or more do "
          + "not fit into \(start.remaining): change --warmup or --final, or train longer")
    }
    return length
  }

  // MARK: What the engine asks

  /// The outer gradient, in the search.
  public func needs(at step: Int) -> StatisticsNeeds {
    guard step > start.startStep, step <= searchEnd, !holdsMask,
      (step - start.startStep) % interval == 0
    else { return [] }
    return isUnrolled ? .unrolledGateGradient : .gateGradient
  }

  /// Nothing.
  public func regularizer(at step: Int) -> Regularizer { .none }
  /// In the search, the relaxed selection; then 0 or 1.
  public var moduleGates: [Float] {
    holdsMask ? isSelected.map { $0 ? 1 : 0 } : relaxation.gates(theta)
  }
  /// True with `inherit` fold.
  public var foldsModuleGates: Bool { inheritsByFolding }
  /// In the search, the share of validation data.
  public func validationShare(at step: Int) -> Double {
    holdsMask || step > searchEnd ? 0 : share
  }
  /// Theta of the component's module, flat; empty before the first update.
  public var importance: [Float] { updates == 0 ? [] : expandedTheta }
  /// All that is alive in the search, then the target.
  public func budget(at step: Int) -> Int { step < searchEnd ? start.aliveCost : target }

  /// Phases, budget and the one decision.
  public var plan: Plan {
    var budgets = [Plan.BudgetPoint(step: fromStep, budget: budget(at: fromStep))]
    if fromStep < searchEnd { budgets.append(Plan.BudgetPoint(step: searchEnd, budget: target)) }
    return Plan(
      allocator: Self.kind.rawValue, fromStep: fromStep,
      phases: [
        Plan.Phase(name: "search", start: start.startStep + 1, end: searchEnd),
        Plan.Phase(name: "final", start: searchEnd + 1, end: start.totalSteps),
      ], budgets: budgets, targetBudget: target, firstDecision: reselection ?? searchEnd,
      decisionInterval: 0, lastDecision: reselection ?? searchEnd)
  }

  // MARK: The search

  /// Takes one step on theta and, at the end of the search, selects.
  public mutating func update(_ statistics: Statistics) -> Decision? {
    let step = statistics.step
    if holdsMask { return step == reselection ? select(at: step) : nil }
    if !needs(at: step).isEmpty { learn(statistics.gateGradients) }
    return step >= searchEnd ? select(at: step) : nil
  }

  /// Adam (Kingma and Ba 2015, algorithm 1) on theta.
  private mutating func learn(_ gateGradients: [Float]) {
    precondition(
      gateGradients.count == theta.count,
      "gradients of \(gateGradients.count) gates for \(theta.count) modules")
    let gradient = relaxation.pullBack(gateGradients, theta: theta)
    guard gradient.allSatisfy(\.isFinite) else { return }
    updates += 1
    let (beta1, beta2, epsilon): (Float, Float, Float) = (0.5, 0.999, 1e-8)
    let correction1 = Float(1 - pow(Double(beta1), Double(updates)))
    let correction2 = Float(1 - pow(Double(beta2), Double(updates)))
    for (module, slope) in gradient.enumerated() {
      first[module] = beta1 * first[module] + (1 - beta1) * slope
      second[module] = beta2 * second[module] + (1 - beta2) * slope * slope
      let spread = (second[module] / correction2).squareRoot() + epsilon
      theta[module] -= Float(rate) * (first[module] / correction1) / spread
    }
  }

  private mutating func select(at step: Int) -> Decision {
    let result = ModuleSelection(
      start: start, groups: selectsByLayer ? start.modulesByLayer : [], constraints: constraints
    ).keep(budget: target, scores: theta)
    let before = alive
    let gates = relaxation.gates(theta)
    alive = result.alive
    isSelected = result.isSelected
    holdsMask = true
    let pruned = alive.indices.filter { before[$0] && !alive[$0] }.map(start.layout.id)
    let grown = alive.indices.filter { !before[$0] && alive[$0] }.map(start.layout.id)
    let scores = zip(expandedTheta, start.alive).map { $1 ? $0 : Float.nan }
    return Decision(
      number: 0, step: step, allocator: Self.kind.rawValue, budget: target,
      threshold: selectsByLayer || !constraints.isEmpty ? nil : result.highestCut(theta),
      scores: scores,
      alive: alive, pruned: pruned, grown: grown, isFinal: true,
      reason: reason(result, before: start.cost(of: before)),
      parts: [ScorePart(name: "module gate", values: expanded(gates))])
  }

  /// A module stays selected while anything of it is alive.
  ///
  /// Taking the selection back leaves the old one, or all modules of the search, whose gates then are 1.
  public mutating func amend(_ decision: inout Decision) {
    alive = decision.alive
    isSelected = start.layout.ranks(alive: alive).map { $0 > 0 }
  }

  /// Refused: modules are selected whole.
  public func refusal(ofToggling components: [ComponentID], in decision: Decision) -> String? {
    components.isEmpty
      ? nil
      : "diffora selects whole modules, so that a single component has no score of its own: apply "
        + "the selection, or take all of it back"
  }

  private func reason(_ result: ModuleSelection.Result, before: Int) -> String {
    let selected = isSelected.count { $0 }
    var text = "\(selected) of \(isSelected.count) modules selected by theta"
    text += selectsByLayer ? ", the best of each layer" : ", the best of the network"
    text += ": \(alive.count { $0 }) of \(start.aliveCount) components kept, "
    text += "budget \(before) -> \(target), held from here on"
    if updates == 0 { text += "; no gradient was finite, so all theta are 0" }
    if result.cut > 0 { text += "; kept in part, by the budget's edge or a cap: \(result.cut)" }
    let pinned = constraints.leastRanks(moduleCount: isSelected.count).count { $0 > 0 }
    if pinned > 0 { text += "; pinned: \(pinned)" }
    return text
  }

  private var expandedTheta: [Float] { expanded(theta) }

  private func expanded(_ values: [Float]) -> [Float] {
    start.layout.moduleOfComponent.map { values[$0] }
  }

  // MARK: Interventions

  /// Changes how many modules are selected: at the end of the search or, where it has ended, after the next step.
  ///
  /// Modules that a later selection adds begin anew (B = 0), for theirs were closed; our choice.
  public mutating func setTarget(budget: Int, at step: Int) -> String? {
    if let refusal = start.refusal(ofBudget: budget) { return refusal }
    if budget == target { return nil }
    guard budget <= start.aliveCost else {
      return "diffora selects among the \(start.aliveCost) \(start.unit.rawValue) of its search "
        + "and cannot reach \(budget)"
    }
    if let refusal = start.pinsExceed(budget, constraints) { return refusal }
    if holdsMask, let refusal = reselect(after: step) { return refusal }
    target = budget
    fromStep = step + 1
    return nil
  }

  /// Makes the selection once more after the next step; returns why not, if not.
  private mutating func reselect(after step: Int) -> String? {
    guard step + 1 < start.totalSteps else {
      return "a selection after step \(step + 1) comes too late in a run of \(start.totalSteps)"
    }
    reselection = step + 1
    return nil
  }

  /// Pins and caps for the selection; where it is made and does not fulfil them, it is made once more.
  public mutating func setConstraints(_ constraints: RankConstraints, at step: Int) -> String? {
    if let refusal = start.pinsExceed(target, constraints) { return refusal }
    let searched = start.layout.ranks(alive: start.alive)
    let least = constraints.leastRanks(moduleCount: searched.count)
    for (module, rank) in searched.enumerated() where least[module] > rank {
      return "diffora selects among what its search began with, and \(start.name(of: module)) had "
        + "rank \(rank): pin at most that"
    }
    if holdsMask {
      let isKept = constraints.allow(start.layout.ranks(alive: alive))
      if !isKept, let refusal = reselect(after: step) { return refusal }
    }
    self.constraints = constraints
    return nil
  }
}

extension AllocatorKind {
  /// Module selection by gradients on validation data (Jiang et al. 2025, reconstructed).
  ///
  /// Start of the adapters: PEFT's `LoraLayer`. A third of the run is search: our choice.
  public static let diffora = AllocatorKind(
    "diffora", summary: "selects whole modules by gradients on validation data (DiffoRA)",
    recipe: AdapterRecipe(
      initialGate: 1, trainsGate: false, weightDecayOnGate: false, factorStart: .loraDefault,
      startRankFactor: 2, growth: .zeroUp),
    parameters: [
      .rho, .relaxation, .scope, .order, .outerInterval, .thetaRate, .validation, .inherit,
    ], defaultRate: 4e-3, warmup: .fraction(0.33), final: .fraction(0.67), startShare: .rho,
    type: DiffoRAAllocator.self)
}

extension AllocatorParameter {
  /// Selection ratio.
  public static let rho = AllocatorParameter(
    "rho", 0.5, .fraction, help: "share of the modules that are selected; sets the start rank")
  /// Function of the relaxed selection.
  public static let relaxation = AllocatorParameter(
    "relaxation", 0, .choice(["sigmoid", "softmax"]),
    help: "gate of a module as a function of theta"
  )
  /// Where modules compete.
  public static let scope = AllocatorParameter(
    "scope", 0, .choice(["layer", "network"]), help: "modules compete in a layer or in the network")
  /// Order of the outer gradient.
  public static let order = AllocatorParameter(
    "order", 0, .choice(["first", "second"]),
    help:
      "outer gradient at the present weights, or one step ahead as in DARTS (five times the work)"
  )
  /// Training steps between steps on theta.
  public static let outerInterval = AllocatorParameter(
    "outer-interval", 1, .wholeNumber(from: 1), help: "training steps between steps on theta")
  /// Learning rate of theta (Flexora's).
  public static let thetaRate = AllocatorParameter(
    "theta-lr", 0.01, .notNegative, help: "learning rate of theta")
  /// Share of validation data in the search (AutoLoRA's).
  public static let validation = AllocatorParameter(
    "validation", 0.3, .fraction,
    help: "share of the training data that the search keeps for validation")
  /// What the gates of selected modules become.
  public static let inherit = AllocatorParameter(
    "inherit", 0, .choice(["fold", "snap"]),
    help: "selected modules keep their last gate (fold), or their gate becomes 1 (snap)")
}
