import Foundation
import RunEvents

/// ALoRA: in rounds, prunes the components that the network misses least and grows as many where none was pruned.
///
///     IS(r) = S(M) - S(M\r) + S(M_r)
///
/// with S the negative loss on one fixed validation batch, M all live components, `M\r` without r, `M_r`
/// with r alone (AB-LoRA). Training begins at the final budget. After K1 epochs, and then every K2 epochs,
/// up to N_A times: the n_A live components with the lowest IS of the whole network are pruned for good,
/// and n_A new ones grow, spread as evenly as possible over the modules that lost none, the remainder
/// by descending mean IS. A new component starts with B = 0, so the output stays.
/// If every module lost one, nothing grows, and the total ends below the start (footnote 4).
///
/// The paper leaves open and we chose: n_A as the number of module kinds (`moves`; its other reading is the number
/// of modules, its evidence for the former is in the reported parameter count); moments of new components start at
/// 0, those of the others stay, and the optimiser's step count too, so that a new component's first steps are up to a few
/// learning rates long; a module has a fixed number of slots and is passed over when full; K1 and K2 shrink
/// to a quarter and a sixteenth of a run that is shorter than four epochs; early stopping counts rounds
/// without a better S(M) (`patience`), since the rounds are where S is measured.
///
/// Source: Liu et al. 2024, arXiv:2403.16187, eq. 6, algorithm 1, footnotes 2-4. Checked against plain loops by
/// `ALoRATests`.
public struct ALoRAAllocator: Allocator {
  /// `alora`.
  public static var kind: AllocatorKind { .alora }

  /// Components alive, flat.
  public private(set) var alive: [Bool]
  /// IS of the last round, flat, NaN for what was dead; empty before the first.
  public private(set) var importance: [Float] = []
  /// Pins and caps that rounds keep.
  private var constraints = RankConstraints()
  private let start: RunStart
  /// Components moved in a round.
  private let moves: Int
  private let patience: Int
  private let firstRound: Int
  private let interval: Int
  private var lastRound: Int
  private var target: Int
  private var fromStep: Int
  /// A round of no moves that brings a changed target about, after the last one.
  private var extraRound: Int?
  /// Whether a person raised the target and the next round is to grow up to it.
  private var growsToTarget = false
  private var bestScore = -Double.infinity
  private var roundsWithoutGain = 0

  /// Creates the allocator for a run, or for the rest of one.
  ///
  /// - Throws: ``AllocationError`` when an option is out of range or no round fits the run.
  public init(start: RunStart, options: AllocatorOptions) throws(AllocationError) {
    try options.validate(for: Self.kind)
    self.start = start
    alive = start.alive
    target = try start.target(options)
    fromStep = start.startStep + 1
    let count = Int(options[.moveCount])
    moves = count > 0 ? count : options[.moves] == 0 ? start.kindCount : start.layout.moduleCount
    patience = Int(options[.patience])
    let remaining = start.remaining
    let total = start.totalSteps
    let first =
      options.warmup.map { Int($0.steps(remaining: remaining, total: total).rounded()) }
      ?? min(start.stepsPerEpoch, remaining / 4)
    let window = remaining - Int((options.final?.steps(remaining: remaining, total: total) ?? 0))
    interval = options.interval ?? max(1, min(start.stepsPerEpoch / 4, remaining / 16))
    firstRound = start.startStep + max(1, first)
    guard firstRound <= start.startStep + window, firstRound < total else {
      throw .noBudgetPhase(warmup: first, final: remaining - window, steps: remaining)
    }
    // A component grown by the very last step would never be trained.
    let end = min(start.startStep + window, total - 1)
    let rounds = min(Int(options[.rounds]), (end - firstRound) / interval + 1)
    lastRound = firstRound + (rounds - 1) * interval
    growsToTarget = start.isLive && target > start.aliveCost
  }

  /// True: what is pruned stays pruned.
  public var holdsMask: Bool { true }
  /// Empty: every dead slot may grow again.
  public var excluded: [Bool] { [] }
  /// The target, from the start on.
  public func budget(at step: Int) -> Int { target }
  /// Nothing.
  public func regularizer(at step: Int) -> Regularizer { .none }
  /// Ablation, in the rounds only.
  public func needs(at step: Int) -> StatisticsNeeds { isRound(step) ? .ablation : [] }

  private func isRound(_ step: Int) -> Bool {
    if step == extraRound { return true }
    return step >= firstRound && step <= lastRound && (step - firstRound) % interval == 0
  }

  /// Holds a round where one is due.
  public mutating func update(_ statistics: Statistics) -> Decision? {
    let step = statistics.step
    guard isRound(step), let round = statistics.ablation else { return nil }
    precondition(
      round.importance.count == alive.count,
      "\(round.importance.count) scores for \(alive.count) components")
    importance = round.importance
    let isExtra = step == extraRound
    if isExtra { extraRound = nil }
    if !isExtra && stopsEarly(round.full) {
      lastRound = step
      return decision(
        step, round, Ranking.Selection.none(count: alive.count), grown: [],
        note: "stopped early, no better for \(patience) rounds")
    }
    // A round that follows a raised target only grows, so every module may.
    let moves = isExtra || growsToTarget ? 0 : self.moves
    let (selection, grown) = ComponentMoves(
      start: start, constraints: constraints, target: target, alive: alive,
      importance: importance, growsToTarget: growsToTarget
    ).move(moves)
    for index in alive.indices where selection.isCut[index] { alive[index] = false }
    for id in grown { alive[start.layout.index(of: id)] = true }
    growsToTarget = false
    return decision(step, round, selection, grown: grown, note: nil)
  }

  private mutating func stopsEarly(_ score: Double) -> Bool {
    if score > bestScore {
      bestScore = score
      roundsWithoutGain = 0
    } else {
      roundsWithoutGain += 1
    }
    return patience > 0 && roundsWithoutGain >= patience
  }

  private func decision(
    _ step: Int, _ round: AblationRound, _ selection: Ranking.Selection, grown: [ComponentID],
    note: String?
  ) -> Decision {
    let pruned = alive.indices.filter { selection.isCut[$0] }.map(start.layout.id)
    let number = step > lastRound ? nil : (step - firstRound) / interval + 1
    let rounds = (lastRound - firstRound) / interval + 1
    var reason = number.map { "round \($0) of \(rounds): " } ?? "after the rounds: "
    let threshold = selection.threshold.map { String(format: "%.4g", Double($0)) }
    reason += "\(pruned.count) pruned"
    if let threshold { reason += " at or below \(threshold) (AB-LoRA)" }
    reason += ", \(grown.count) grown in \(Set(grown.map(\.module)).count) modules"
    reason += ", validation loss \(String(format: "%.4g", -round.full))"
    if let note { reason += "; \(note)" }
    if selection.protected > 0 { reason += "; lower but pinned: \(selection.protected)" }
    return Decision(
      number: 0, step: step, allocator: name, budget: target, threshold: selection.threshold,
      scores: round.importance, alive: alive, pruned: pruned, grown: grown,
      isFinal: step >= lastRound, reason: reason, parts: parts(round))
  }

  /// The terms of `IS = S(M) - S(M\r) + S(M_r)`.
  private func parts(_ round: AblationRound) -> [ScorePart] {
    guard !round.without.isEmpty, !round.only.isEmpty else { return [] }
    let full = Float(round.full)
    return [
      ScorePart(name: "S(M)", values: round.without.map { $0.isNaN ? .nan : full }),
      ScorePart(name: "S(M\\r)", values: round.without),
      ScorePart(name: "S(M_r)", values: round.only),
    ]
  }

  /// The changed mask is what the next round measures; it prunes what is above the target, and grows no more
  /// than it prunes.
  public mutating func amend(_ decision: inout Decision) { alive = decision.alive }

  // MARK: Steering

  /// Changes the target; the next round prunes or grows up to it, and one more round is held after the last.
  public mutating func setTarget(budget: Int, at step: Int) -> String? {
    if let refusal = start.refusal(ofBudget: budget) { return refusal }
    if budget == target { return nil }
    if let refusal = start.pinsExceed(budget, constraints) { return refusal }
    if let refusal = needsRound(after: step) { return refusal }
    growsToTarget = budget > start.cost(of: alive)
    target = budget
    fromStep = step + 1
    return nil
  }

  /// Changes pins and caps, from the next round on.
  public mutating func setConstraints(_ wanted: RankConstraints, at step: Int) -> String? {
    if let refusal = start.pinsExceed(target, wanted) { return refusal }
    let ranks = start.layout.ranks(alive: alive)
    let least = wanted.leastRanks(moduleCount: ranks.count)
    for (module, rank) in ranks.enumerated() where rank < least[module] {
      return
        "\(start.name(of: module)) has rank \(rank): alora keeps what is alive, but grows where it "
        + "prunes least; pin at most rank \(rank)"
    }
    let isWithin = ranks.indices.allSatisfy { ranks[$0] <= wanted.caps[$0] ?? .max }
    if !isWithin, let refusal = needsRound(after: step) { return refusal }
    constraints = wanted
    return nil
  }

  /// Makes sure that another round comes; returns why not, if not.
  private mutating func needsRound(after step: Int) -> String? {
    if step < lastRound || extraRound != nil { return nil }
    let next = step + interval
    guard next < start.totalSteps else {
      return "the next round would fall on step \(next), too late in a run of \(start.totalSteps)"
    }
    extraRound = next
    return nil
  }

  /// Phases and rounds; the budget is the target throughout.
  public var plan: Plan {
    let begin = start.startStep + 1
    return Plan(
      allocator: name, fromStep: fromStep,
      phases: [
        Plan.Phase(name: "warm-up", start: begin, end: firstRound - 1),
        Plan.Phase(name: "rounds", start: firstRound, end: lastRound),
        Plan.Phase(name: "final", start: lastRound + 1, end: start.totalSteps),
      ].filter { $0.start <= $0.end },
      budgets: [Plan.BudgetPoint(step: fromStep, budget: target)], targetBudget: target,
      firstDecision: extraRound ?? firstRound, decisionInterval: interval,
      lastDecision: extraRound ?? lastRound)
  }
}

extension AllocatorKind {
  /// Ablation on a validation batch, components moved in rounds (Liu et al. 2024).
  public static let alora = AllocatorKind(
    "alora", summary: "moves components in rounds, by ablation on held-out examples (ALoRA)",
    recipe: AdapterRecipe(
      initialGate: 1, trainsGate: false, weightDecayOnGate: false, factorStart: .loraDefault,
      capacityFactor: 2, growth: .zeroUp),
    parameters: [.rounds, .moves, .moveCount, .patience, .ablationBatch], defaultRate: 1e-3,
    // K1 is an epoch where the run has four or more; nothing is set aside at the end.
    warmup: .fraction(0.25), final: .fraction(0), type: ALoRAAllocator.self)
}

extension AllocatorParameter {
  /// N_A.
  static let rounds = AllocatorParameter(
    "rounds", 8, .wholeNumber(from: 1), help: "most rounds (N_A)")
  /// How n_A is read.
  static let moves = AllocatorParameter(
    "moves", 0, .choice(["kinds", "modules"]),
    help: "components moved in a round (n_A): one a kind of module, or one a module")
  /// n_A as a number.
  static let moveCount = AllocatorParameter(
    "move-count", 0, .wholeNumber(from: 0), help: "n_A as a number instead; 0 leaves it to moves")
  /// Early stopping.
  static let patience = AllocatorParameter(
    "patience", 4, .wholeNumber(from: 0),
    help: "rounds without a better validation score after which no more are held; 0 for never")
  /// Size of the validation batch.
  public static let ablationBatch = AllocatorParameter(
    "ablation-batch", 32, .wholeNumber(from: 1),
    help: "training examples held out as the validation batch")
}
