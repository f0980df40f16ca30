import RunEvents

/// One round of ALoRA: which components go, and where as many grow; see ``ALoRAAllocator``.
struct ComponentMoves: Sendable {
  let start: RunStart
  /// Pins and caps that the round keeps.
  let constraints: RankConstraints
  /// Budget that is not exceeded.
  let target: Int
  /// Alive before the round, flat.
  let alive: [Bool]
  /// IS of the round, flat; NaN for what is dead.
  let importance: [Float]
  /// Whether the round grows up to the target, however many that takes.
  let growsToTarget: Bool

  /// What a round cuts and grows: `moves` components, or as many as the modules that lose none have room for, so
  /// that full modules lose no budget (our choice; the paper's have no bound). Where every module loses
  /// one, nothing grows, as the paper has it.
  func move(_ moves: Int) -> (Ranking.Selection, [ComponentID]) {
    let ranking = ConstrainedRanking(
      layout: start.layout, costs: start.costs, constraints: constraints)
    var count = moves
    while true {
      let selection = ranking.cut(
        toBudget: min(start.cost(of: alive), target), scores: importance, among: alive,
        atLeast: count)
      let grown = grow(count, selection)
      let isBounded = growsToTarget || grown.count >= count || start.unit == .parameters
      if isBounded || unharmed(selection).isEmpty { return (selection, grown) }
      count = grown.count
    }
  }

  /// Modules that lose no component.
  private func unharmed(_ selection: Ranking.Selection) -> [Int] {
    (0..<start.layout.moduleCount).filter { module in
      !start.layout.range(of: module).contains { selection.isCut[$0] }
    }
  }

  /// New components: one after the other to the modules that lost none, those with the highest mean IS first.
  private func grow(_ moves: Int, _ selection: Ranking.Selection) -> [ComponentID] {
    let layout = start.layout
    let means = meanImportance
    let order = unharmed(selection).sorted { (means[$1], $0) < (means[$0], $1) }
    var cost = start.cost(of: alive.indices.map { alive[$0] && !selection.isCut[$0] })
    var wanted = growsToTarget ? Int.max : moves
    var free = order.map { module in
      let range = layout.range(of: module)
      let dead = range.filter { !alive[$0] }.map {
        ComponentID(module: module, slot: $0 - range.lowerBound)
      }
      let room = (constraints.caps[module] ?? range.count) - (range.count - dead.count)
      return Array(dead.prefix(max(0, room)).reversed())
    }
    var grown: [ComponentID] = []
    var goesOn = true
    while goesOn && wanted > 0 {
      goesOn = false
      for (place, module) in order.enumerated() where wanted > 0 {
        guard cost + start.costs[module] <= target, let id = free[place].popLast() else { continue }
        grown.append(id)
        cost += start.costs[module]
        wanted -= 1
        goesOn = true
      }
    }
    return grown.sorted()
  }

  /// Mean IS over a module's components in this round; a module without any comes last.
  private var meanImportance: [Float] {
    (0..<start.layout.moduleCount).map { module in
      let scores = start.layout.range(of: module).map { importance[$0] }.filter { !$0.isNaN }
      return scores.isEmpty ? -.infinity : scores.reduce(0, +) / Float(scores.count)
    }
  }
}
