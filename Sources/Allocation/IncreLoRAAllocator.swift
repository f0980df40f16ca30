import Foundation
import RunEvents

/// IncreLoRA: starts every module at rank 1 and grows those to whose whole update the loss is most
/// sensitive.
///
///     I     = sum |dW o dL/dW| / sqrt(out in),    dW = s B diag(c) A, before the optimiser's step
///     Ibar <- beta1 Ibar + (1 - beta1) I
///     U    <- beta2 U    + (1 - beta2) |I - Ibar|                    (the new Ibar)
///     score = Ibar U
///
/// At every interval after the warm-up the `h` modules with the highest scores grow by `max(1, rank / 2)`
/// components (published: 1, 2, 3, 4 for a mean rank of 2, 4, 6, 8), until the target budget is reached; the
/// last round is exact. A full module is passed over. The next components of every module are a reserve: with gate
/// 1e-5, which is not trained, their factors are trained in advance (`advance`); a decision makes them alive.
///
/// Our choices: the scale stays `alpha / mean rank at the end` (the published code divides by the current
/// rank, so that its output jumps at growth); a module has room for three times the mean rank at the end;
/// `h` and the interval are such that the target is reached by the end of the budget phase, where whatever
/// is missing grows at once, and not much before it; the orthogonality term is AdaLoRA's, over all slots of a module together.
/// It prunes nothing: where more is alive than the target asks for, all of it stays.
///
/// Source: Zhang et al. 2023, arXiv:2308.12043, in the form of its code (`increlora.py`). Checked by
/// `IncreLoRATests` and `UpdateSensitivityTests`.
public struct IncreLoRAAllocator: Allocator {
  /// `incre`.
  public static var kind: AllocatorKind { .incre }
  /// Components alive, flat.
  public private(set) var alive: [Bool]
  /// Dead components whose factors are trained in advance, flat.
  public private(set) var reserve: [Bool] = []
  /// The published code's.
  public var reserveGate: Float { 1e-5 }
  /// True: what is dead and no reserve stays closed.
  public var holdsMask: Bool { true }
  /// Empty: every slot may grow.
  public var excluded: [Bool] { [] }
  /// The schedule as it stands; of its shape only the steps count.
  public private(set) var schedule: BudgetSchedule
  private let start: RunStart
  private let layout: ComponentLayout
  private let growth: Int
  private let topModules: Int
  private let advances: Bool
  private let beta1: Float
  private let beta2: Float
  private let orthogonalityWeight: Float
  private var sensitivity: [Float]
  private var uncertainty: [Float]
  private var measured = false
  private var constraints = RankConstraints()
  /// Step after which the budget curve begins, and the budget taken up there.
  private var originStep: Int
  private var originBudget: Int
  /// Step of one more decision after the budget phase.
  private var revision: Int?
  private var isRevised = false
  /// Whether the budget phase has taken its last decision.
  private var hasEnded = false

  /// Creates the allocator for a run, or for the rest of one.
  ///
  /// - Throws: ``AllocationError`` when an option is out of range or the schedule does not fit.
  public init(start: RunStart, options: AllocatorOptions = .init()) throws(AllocationError) {
    schedule = try BudgetSchedule(
      fitting: .step, start: start, options: options, for: Self.kind, grows: true)
    if !start.isLive, let asked = options.targetBudget, asked < start.aliveCost {
      throw .impossibleRequest(
        "--budget \(asked): incre never prunes and begins with \(start.aliveCost) "
          + "\(start.unit.rawValue): raise --budget")
    }
    self.start = start
    layout = start.layout
    alive = start.alive
    growth = Self.growth(rank: options.rank)
    topModules = Int(options[.topModules])
    advances = options[.advance] == 1
    beta1 = Float(options[.beta1])
    beta2 = Float(options[.beta2])
    orthogonalityWeight = Float(options[.increOrthogonality])
    sensitivity = [Float](repeating: 0, count: layout.moduleCount)
    uncertainty = sensitivity
    originStep = start.startStep
    originBudget = start.aliveCost
    schedule.target = max(schedule.target, originBudget)
    if options.interval == nil { spread() }
    markReserve()
  }

  /// Components by which a module grows at a time, for a mean rank at the end.
  static func growth(rank: Int) -> Int { max(1, rank / 2) }

  /// Lengthens the interval as far as one module a round still reaches the target.
  private mutating func spread() {
    let share = growth * max(1, start.costs.reduce(0, +) / max(1, layout.moduleCount))
    let rounds = (schedule.target - originBudget + share - 1) / share
    let longest = (schedule.budgetEnd - schedule.warmupEnd) / max(1, rounds)
    guard rounds > 0, longest > schedule.interval else { return }
    schedule = BudgetSchedule(
      shape: schedule.shape, warmupEnd: schedule.warmupEnd, budgetEnd: schedule.budgetEnd,
      interval: longest, initial: schedule.initial, target: schedule.target)
  }

  // MARK: What it asks for

  /// Sensitivity of every module's update, until the target is reached.
  public func needs(at step: Int) -> StatisticsNeeds {
    step <= schedule.budgetEnd && cost < schedule.target ? .updateSensitivity : []
  }

  /// The orthogonality term, at every step.
  public func regularizer(at step: Int) -> Regularizer {
    orthogonalityWeight == 0 ? .none : .orthogonality(weight: orthogonalityWeight)
  }

  /// Score of each component's module, flat; empty before the first step.
  public var importance: [Float] {
    measured ? layout.moduleOfComponent.map { sensitivity[$0] * uncertainty[$0] } : []
  }

  // MARK: The budget

  /// Budget taken up now.
  private var cost: Int { start.cost(of: alive) }

  /// What the curve begins with, then `h` times the growth for every decision, and at last the target.
  public func budget(at step: Int) -> Int {
    if let revision { return step < revision ? originBudget : schedule.target }
    if step >= schedule.budgetEnd { return schedule.target }
    let grown = rounds(through: step) * growthPerRound
    return min(schedule.target, originBudget + grown)
  }

  /// Decisions of the grid after the curve's origin up to a step.
  private func rounds(through step: Int) -> Int {
    let first = schedule.nextOnGrid(after: originStep)
    return step < first ? 0 : (min(step, schedule.budgetEnd) - first) / schedule.interval + 1
  }

  /// What a round adds, in the run's unit: `h` modules by the growth of each.
  private var growthPerRound: Int {
    let mean = max(1, start.costs.reduce(0, +) / max(1, layout.moduleCount))
    if topModules > 0 { return topModules * growth * mean }
    let end = schedule.budgetEnd
    let decisions = max(1, rounds(through: end) + (end % schedule.interval == 0 ? 0 : 1))
    let share = decisions * growth * mean
    return max(1, (schedule.target - originBudget + share - 1) / share) * growth * mean
  }

  private var isFinished: Bool { hasEnded || cost >= schedule.target }

  private func isDue(at step: Int) -> Bool {
    if let revision { return !isRevised && step >= revision }
    return !isFinished && (step >= schedule.budgetEnd || schedule.isDecision(step))
  }

  /// Phases, budget curve and decision steps.
  public var plan: Plan {
    let end = schedule.budgetEnd
    let window = max(start.startStep, schedule.warmupEnd) + 1
    let phases = [
      Plan.Phase(name: "warm-up", start: start.startStep + 1, end: window - 1),
      Plan.Phase(name: "budget", start: window, end: end),
      Plan.Phase(name: "final", start: end + 1, end: start.totalSteps),
    ].filter { $0.start <= $0.end }
    let from = originStep + 1
    var budgets = [Plan.BudgetPoint(step: from, budget: budget(at: from))]
    func add(_ step: Int) {
      let budget = budget(at: step)
      guard step > from, budget != budgets.last!.budget else { return }
      budgets.append(Plan.BudgetPoint(step: step, budget: budget))
    }
    let first = schedule.nextOnGrid(after: originStep)
    let stride = schedule.interval * max(1, (end - first) / schedule.interval / 200)
    for step in Swift.stride(from: first, to: end, by: stride) { add(step) }
    add(end)
    if let revision { add(revision) }

    let missing = schedule.target - originBudget
    let needed = (missing + growthPerRound - 1) / growthPerRound
    let reached = first + (needed - 1) * schedule.interval
    return Plan(
      allocator: Self.kind.rawValue, fromStep: from, phases: phases, budgets: budgets,
      targetBudget: schedule.target,
      firstDecision: missing > 0 ? revision ?? min(first, end) : nil,
      decisionInterval: schedule.interval,
      lastDecision: missing > 0 ? revision ?? min(reached, end) : nil)
  }

  // MARK: Steps

  /// Smooths the step's sensitivities and, where the schedule says so, grows the highest modules.
  public mutating func update(_ statistics: Statistics) -> Decision? {
    let step = statistics.step
    if needs(at: step).contains(.updateSensitivity) { smooth(statistics.updateSensitivity) }
    guard isDue(at: step) else { return nil }
    return decide(at: step)
  }

  private mutating func smooth(_ now: [Float]) {
    precondition(
      now.count == layout.moduleCount,
      "\(now.count) sensitivities for \(layout.moduleCount) modules")
    measured = true
    for module in now.indices {
      sensitivity[module] = beta1 * sensitivity[module] + (1 - beta1) * now[module]
      uncertainty[module] =
        beta2 * uncertainty[module] + (1 - beta2) * abs(now[module] - sensitivity[module])
    }
  }

  private mutating func decide(at step: Int) -> Decision {
    let before = cost
    // Worked out once: it is a walk over all slots.
    let cost: Int
    let grown: [ComponentID]
    let lowest: Float?
    let budget = budget(at: step)
    let scores = sensitivity.indices.map { sensitivity[$0] * uncertainty[$0] }
    let round = ModuleGrowth(start: start, constraints: constraints, growth: growth)
      .grow(alive, scores: scores, taken: before, to: budget)
    alive = round.alive
    (cost, grown, lowest) = (round.cost, round.grown, round.lowest)
    if step >= schedule.budgetEnd { hasEnded = true }
    isRevised = revision != nil
    markReserve()
    let grownModules = Set(grown.map(\.module)).count
    var reason =
      "\(alive.count { $0 }) of \(alive.count) alive: \(grown.count) grown in \(grownModules) modules"
    if let lowest { reason += String(format: ", sensitivity from %.3g up", Double(lowest)) }
    reason += before == cost ? ", budget \(budget)" : ", budget \(before) -> \(budget)"
    if isFinished { reason += ", held from here on" }
    if cost < budget { reason += "; no module has room for \(budget - cost) more" }
    let modules = layout.moduleOfComponent
    return Decision(
      number: 0, step: step, allocator: Self.kind.rawValue, budget: budget, threshold: nil,
      scores: modules.map { scores[$0] }, alive: alive, pruned: [], grown: grown,
      isFinal: isFinished, reason: reason,
      parts: [
        ScorePart(name: "sensitivity", values: modules.map { sensitivity[$0] }),
        ScorePart(name: "uncertainty", values: modules.map { uncertainty[$0] }),
      ])
  }

  /// The budget curve begins anew at what is alive, so that what was not grown may be later.
  public mutating func amend(_ decision: inout Decision) {
    alive = decision.alive
    if !hasEnded && revision == nil {
      originStep = decision.step
      originBudget = cost
    }
    markReserve()
    decision.isFinal = isFinished
  }

  /// Refuses to prune.
  public func refusal(ofToggling components: [ComponentID], in decision: Decision) -> String? {
    let grown = Set(decision.grown)
    let isPruned = components.contains {
      decision.alive[layout.index(of: $0)] && !grown.contains($0)
    }
    return isPruned
      ? "incre never prunes: toggle what it grows, or what is dead, or switch to a method that prunes"
      : nil
  }

  /// The next components of every module, while there is growth to come.
  private mutating func markReserve() {
    guard advances, !isFinished || (revision != nil && !isRevised) else {
      reserve = []
      return
    }
    reserve = [Bool](repeating: false, count: layout.count)
    for module in 0..<layout.moduleCount {
      for index in layout.range(of: module).filter({ !alive[$0] }).prefix(growth) {
        reserve[index] = true
      }
    }
  }

  // MARK: Requests

  /// Changes the target budget, from the next decision on; what is alive is never pruned.
  public mutating func setTarget(budget: Int, at step: Int) -> String? {
    if let refusal = start.refusal(ofBudget: budget) { return refusal }
    if budget == schedule.target { return nil }
    guard budget >= cost else {
      return "incre only grows and \(cost) \(start.unit.rawValue) are alive: choose at least that, "
        + "or switch to a method that prunes"
    }
    if let refusal = pinsExceed(budget, constraints) { return refusal }
    if step >= schedule.budgetEnd {
      guard revise(after: step) else {
        return "the next decision would fall on step \(schedule.nextOnGrid(after: step)), after "
          + "the run's last, \(start.totalSteps): the budget stays \(schedule.target)"
      }
    }
    schedule.target = budget
    originStep = step
    originBudget = cost
    markReserve()
    return nil
  }

  /// Pins, floors and caps, from the next decision on; a cap below a rank is refused.
  public mutating func setConstraints(_ constraints: RankConstraints, at step: Int) -> String? {
    if let refusal = pinsExceed(schedule.target, constraints) { return refusal }
    let ranks = layout.ranks(alive: alive)
    for (module, cap) in constraints.caps.sorted(by: { $0.key < $1.key }) where ranks[module] > cap
    {
      return
        "incre only grows and \(start.name(of: module)) has rank \(ranks[module]), above the cap of "
        + "\(cap): switch to a method that prunes"
    }
    let isMet = constraints.allow(ranks)
    if !isMet && isFinished {
      return "incre has grown all it may: raise the budget, or switch to a method that prunes"
    }
    self.constraints = constraints
    return nil
  }

  /// Why pins cannot be under a budget, given that nothing alive is pruned; nil when they can.
  private func pinsExceed(_ budget: Int, _ constraints: RankConstraints) -> String? {
    if let refusal = start.pinsExceed(budget, constraints) { return refusal }
    let least = constraints.leastRanks(moduleCount: layout.moduleCount)
    let floors = zip(layout.ranks(alive: alive), least).map(max)
    let needed = zip(start.costs, floors).reduce(0) { $0 + $1.0 * $1.1 }
    return needed <= max(budget, cost)
      ? nil
      : "the pins need \(needed) \(start.unit.rawValue) with what is alive, more than the budget of "
        + "\(budget): incre never prunes; release some, or raise the budget"
  }

  /// Sets one more decision on the next step of the grid; false when the run ends before it.
  private mutating func revise(after step: Int) -> Bool {
    let next = schedule.nextOnGrid(after: step)
    guard next <= start.totalSteps else { return false }
    revision = next
    isRevised = false
    return true
  }
}

extension AllocatorKind {
  /// Growth by the sensitivity of whole updates (Zhang et al. 2023).
  ///
  /// Start of the adapters: the published code's.
  public static let incre = AllocatorKind(
    "incre", summary: "grows from rank 1 where the loss is most sensitive (IncreLoRA)",
    recipe: AdapterRecipe(
      initialGate: 0, trainsGate: true, weightDecayOnGate: true,
      factorStart: .gaussian(standardDeviation: 0.02), capacityFactor: 3, scaleOffset: 1e-5,
      growth: .fromReserve, fixedStartRank: 1),
    parameters: [.beta1, .beta2, .increOrthogonality, .topModules, .advance], defaultRate: 5e-3,
    type: IncreLoRAAllocator.self)
}

extension AllocatorParameter {
  /// Modules that grow in a round.
  public static let topModules = AllocatorParameter(
    "top-h", 0, .wholeNumber(from: 0),
    help: "modules that grow in a round; 0 for as many as the target needs")
  /// Whether the reserve is trained in advance.
  public static let advance = AllocatorParameter(
    "advance", 1, .choice(["off", "on"]), help: "train the next components in advance")
  /// Weight of the orthogonality term (the published scripts').
  public static let increOrthogonality = AllocatorParameter(
    "orthogonality", 0.1, .notNegative, label: "orthogonality weight",
    help: "weight of the orthogonality term")
}
