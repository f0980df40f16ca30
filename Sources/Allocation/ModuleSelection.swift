import RunEvents

/// Selects whole modules by one score each, under a budget.
///
/// The budget is a number of components or parameters, so it says how many modules are kept. Order:
/// pinned modules first, then by score, equal scores by module number. In the layer scope the best
/// module of every layer comes before the second best of any, and so on: with a budget of K modules in
/// each layer these are the K best of each. A module is kept whole; only the one at the edge of the
/// budget gets what is left of it, and a capped one its cap: pinned slots first, then the lowest.
struct ModuleSelection: Sendable {
  let start: RunStart
  /// Modules of each layer; one group of all for the network scope.
  let groups: [[Int]]
  let constraints: RankConstraints

  /// What was kept.
  struct Result {
    /// Components, flat.
    var alive: [Bool]
    /// Modules of which anything is kept.
    var isSelected: [Bool]
    /// Selected modules that had more components than were kept.
    var cut: Int

    /// The best score of a module that was not selected; nil when all were.
    func highestCut(_ scores: [Float]) -> Float? {
      scores.indices.filter { !isSelected[$0] }.map { scores[$0] }.max()
    }
  }

  /// Keeps what the budget holds.
  ///
  /// - Parameters:
  ///   - budget: In the run's unit.
  ///   - scores: One a module; higher is kept.
  /// - Complexity: O(n log n) in modules.
  func keep(budget: Int, scores: [Float]) -> Result {
    let ranks = start.layout.ranks(alive: start.alive)
    let most = ranks.indices.map { min(ranks[$0], constraints.caps[$0] ?? ranks[$0]) }
    // What pins demand is set aside before any module is completed.
    let least = constraints.leastRanks(moduleCount: ranks.count)
    var kept = ranks.indices.map { min(most[$0], least[$0]) }
    var left = budget - kept.indices.reduce(0) { $0 + kept[$1] * start.costs[$1] }
    for module in order(scores, most: most, pinned: kept) {
      let wanted = most[module] - kept[module]
      let fitting = min(wanted, max(0, left) / start.costs[module])
      kept[module] += fitting
      left -= fitting * start.costs[module]
      if fitting < wanted { break }
    }
    var result = Result(
      alive: [Bool](repeating: false, count: start.layout.count),
      isSelected: kept.map { $0 > 0 },
      cut: kept.indices.count { kept[$0] > 0 && kept[$0] < ranks[$0] })
    for module in kept.indices {
      for index in slots(of: module).prefix(kept[module]) { result.alive[index] = true }
    }
    return result
  }

  /// Modules that may be kept, best first.
  private func order(_ scores: [Float], most: [Int], pinned: [Int]) -> [Int] {
    func isBefore(_ a: Int, _ b: Int) -> Bool {
      if (pinned[a] > 0) != (pinned[b] > 0) { return pinned[a] > 0 }
      return scores[a] != scores[b] ? scores[a] > scores[b] : a < b
    }
    var round = [Int](repeating: 0, count: most.count)
    for group in groups where groups.count > 1 {
      let ranked = group.filter { most[$0] > 0 }.sorted(by: isBefore)
      for (place, module) in ranked.enumerated() { round[module] = place }
    }
    return most.indices.filter { most[$0] > 0 }.sorted { a, b in
      if (pinned[a] > 0) != (pinned[b] > 0) { return pinned[a] > 0 }
      return round[a] != round[b] ? round[a] < round[b] : isBefore(a, b)
    }
  }

  /// Live slots of a module, flat, in the order in which they are kept.
  private func slots(of module: Int) -> [Int] {
    let live = start.layout.range(of: module).filter { start.alive[$0] }
    let isPinned = { (index: Int) in
      constraints.pinned.contains(start.layout.id(at: index))
    }
    return live.filter(isPinned) + live.filter { !isPinned($0) }
  }
}

extension RunStart {
  /// Modules of each layer, by rising layer; one group of all where layers are not known.
  var modulesByLayer: [[Int]] {
    Set(layers).sorted().map { layer in layers.indices.filter { layers[$0] == layer } }
  }
}
