import RunEvents

extension RecordedDecision {
  /// The cases of a rule that moves rounds of components or whole modules, under a budget.
  typealias BudgetRule = (_ budget: Int) -> [() -> Judgement]

  /// That of the allocator that decided; nil where it ranks components, or the manifest lacks what it needs.
  ///
  /// ALoRA's rounds are of several cases, of which the record does not say the one: the usual one, growth up
  /// or pruning down to a target that was changed, none (stopped early).
  var moduleRule: BudgetRule? {
    switch decision.allocator {
    case AllocatorKind.alora.rawValue: return rounds
    case AllocatorKind.diffora.rawValue: return { budget in [{ select(budget) }] }
    case AllocatorKind.incre.rawValue:
      guard let rank = hyperparameters["rank"].flatMap({ Int($0) }) else { return nil }
      return { budget in [{ grow(budget, rank) }] }
    default: return nil
    }
  }

  /// Works the decision out by a module rule: the first case that gives what was recorded counts, else the usual.
  func judged(budget: Int?, by rule: BudgetRule) throws(JudgingError) -> Judgement {
    let budget = budget ?? decision.budget
    if budget != decision.budget, let refusal = start(aliveBefore).refusal(ofBudget: budget) {
      throw JudgingError(description: refusal)
    }
    let proposed = proposedAlive
    var usual: Judgement?
    for (index, judge) in rule(decision.budget).enumerated() {
      let judgement = judge()
      if judgement.alive == proposed {
        return budget == decision.budget ? judgement : rule(budget)[index]()
      }
      usual = usual ?? judgement
    }
    return budget == decision.budget ? usual! : rule(budget)[0]()
  }

  /// Alive after the decision, before what a person changed.
  private var proposedAlive: [Bool] {
    let layout = ComponentLayout(modules)
    var alive = decision.alive
    for id in decision.edited where modules.indices.contains(id.module) {
      if (0..<modules[id.module].capacity).contains(id.slot) {
        alive[layout.index(of: id)].toggle()
      }
    }
    return alive
  }

  private func start(_ alive: [Bool]) -> RunStart {
    RunStart(
      layout: ComponentLayout(modules), totalSteps: max(1, decision.step), alive: alive,
      parameters: unit == .parameters ? modules.map(\.parametersPerComponent) : nil,
      layers: modules.map(\.layer), names: modules.map(\.name))
  }

  private func rounds(_ budget: Int) -> [() -> Judgement] {
    let start = start(aliveBefore)
    let count = hyperparameters["move-count"].flatMap { Int($0) } ?? 0
    let perRound =
      hyperparameters["moves"] == "modules" ? start.layout.moduleCount : start.kindCount
    func round(_ moves: Int, growsToTarget: Bool) -> Judgement {
      let (selection, grown) = ComponentMoves(
        start: start, constraints: constraints, target: budget, alive: aliveBefore,
        importance: decision.scores, growsToTarget: growsToTarget
      ).move(moves)
      var alive = aliveBefore.indices.map { aliveBefore[$0] && !selection.isCut[$0] }
      for id in grown { alive[start.layout.index(of: id)] = true }
      return Judgement(alive: alive, threshold: selection.threshold, scores: decision.scores)
    }
    let isBelow = start.aliveCost < budget
    var cases = [
      { round(count > 0 ? count : perRound, growsToTarget: false) },
      { round(0, growsToTarget: isBelow) },
    ]
    if decision.isFinal {
      cases.append({ Judgement(alive: aliveBefore, threshold: nil, scores: decision.scores) })
    }
    return cases
  }

  /// DiffoRA's selection; its search began with what has a score.
  private func select(_ budget: Int) -> Judgement {
    let start = start(decision.scores.map { !$0.isNaN })
    let theta = moduleScores(0)
    let isByLayer = hyperparameters["scope"] != "network"
    let result = ModuleSelection(
      start: start, groups: isByLayer ? start.modulesByLayer : [], constraints: constraints
    ).keep(budget: budget, scores: theta)
    return Judgement(
      alive: result.alive,
      threshold: isByLayer || !constraints.isEmpty ? nil : result.highestCut(theta),
      scores: decision.scores)
  }

  private func grow(_ budget: Int, _ rank: Int) -> Judgement {
    let start = start(aliveBefore)
    let result = ModuleGrowth(
      start: start, constraints: constraints, growth: IncreLoRAAllocator.growth(rank: rank)
    ).grow(aliveBefore, scores: moduleScores(.nan), taken: start.aliveCost, to: budget)
    return Judgement(alive: result.alive, threshold: nil, scores: decision.scores)
  }

  /// Score of each module, which all its scored slots have in common.
  private func moduleScores(_ none: Float) -> [Float] {
    let layout = ComponentLayout(modules)
    return (0..<layout.moduleCount).map { module in
      layout.range(of: module).lazy.map { decision.scores[$0] }.first { !$0.isNaN } ?? none
    }
  }
}
