import RunEvents

/// One round of IncreLoRA: which modules grow, and by what; see ``IncreLoRAAllocator``.
struct ModuleGrowth: Sendable {
  let start: RunStart
  let constraints: RankConstraints
  /// Components by which a module grows at a time.
  let growth: Int

  /// What a round left.
  struct Result {
    /// Components alive, flat.
    var alive: [Bool]
    /// Budget taken up.
    var cost: Int
    /// New components, in order.
    var grown: [ComponentID] = []
    /// Lowest score of a module that grew for its score.
    var lowest: Float?
  }

  /// Grows what pins ask for, then the modules with the highest scores, until the budget is met or nothing has room.
  ///
  /// - Parameters:
  ///   - alive: Before the round, flat.
  ///   - scores: One a module; equal ones by module order, what is not a number last.
  ///   - cost: Budget that `alive` takes up.
  ///   - budget: In the run's unit.
  func grow(_ alive: [Bool], scores: [Float], taken cost: Int, to budget: Int) -> Result {
    let layout = start.layout
    let descending = Ranking.ascending(scores.map { $0.isNaN ? .infinity : -$0 }, among: nil)
    var result = Result(alive: alive, cost: cost)
    let least = constraints.leastRanks(moduleCount: layout.moduleCount)
    for (module, rank) in layout.ranks(alive: alive).enumerated() {
      grow(module, by: least[module] - rank, to: .max, &result)
    }
    var goesOn = true
    while goesOn && result.cost < budget {
      goesOn = false
      for module in descending where result.cost < budget {
        let count = result.grown.count
        grow(module, by: growth, to: budget, &result)
        if result.grown.count > count {
          goesOn = true
          result.lowest = min(result.lowest ?? scores[module], scores[module])
        }
      }
    }
    result.grown.sort()
    return result
  }

  /// Makes up to `count` components of a module alive, as far as room, cap and budget allow.
  private func grow(_ module: Int, by count: Int, to budget: Int, _ result: inout Result) {
    let range = start.layout.range(of: module)
    let limit = constraints.caps[module] ?? .max
    var rank = range.count { result.alive[$0] }
    var left = count
    for index in range where left > 0 && !result.alive[index] && rank < limit {
      guard budget == .max || result.cost + start.costs[module] <= budget else { return }
      result.alive[index] = true
      result.cost += start.costs[module]
      rank += 1
      left -= 1
      result.grown.append(ComponentID(module: module, slot: index - range.lowerBound))
    }
  }
}
