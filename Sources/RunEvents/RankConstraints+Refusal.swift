extension RankConstraints {
  /// Why components of a proposed decision cannot get the opposite fate; nil when pins, caps and the
  /// modules allow it.
  ///
  /// The trainer asks this before it takes an answer, the dashboard before a person gives one. What an
  /// allocator itself refuses is not in it.
  ///
  /// - Parameters:
  ///   - components: All that get the opposite fate.
  ///   - proposal: The decision as proposed, with one entry a component slot in `alive`.
  ///   - modules: The run's modules.
  /// - Returns: A sentence for a person.
  /// - Complexity: O(component slots).
  public func refusal(
    ofToggling components: [ComponentID], in proposal: Decision, modules: [AdaptedModule]
  ) -> String? {
    let layout = ComponentLayout(modules)
    precondition(
      proposal.alive.count == layout.count,
      "a proposal over \(proposal.alive.count) slots, modules with \(layout.count)")
    var alive = proposal.alive
    for id in Set(components).sorted() {
      if let refusal = id.refusal(modules) { return refusal }
      let index = layout.index(of: id)
      if alive[index], pinned.contains(id) {
        return "\(modules[id.module].name)#\(id.slot) is pinned: release it first"
      }
      alive[index].toggle()
    }
    guard alive.contains(true) else { return "one component at least must stay alive" }
    let least = leastRanks(moduleCount: modules.count)
    for module in Set(components.map(\.module)).sorted() {
      let range = layout.range(of: module)
      let (before, rank) = (range.count { proposal.alive[$0] }, range.count { alive[$0] })
      if rank < min(least[module], before) {
        return "\(modules[module].name) is pinned to rank \(least[module]): release it first"
      }
      if let cap = caps[module], rank > max(cap, before) {
        return "\(modules[module].name) is capped at rank \(cap): release it first"
      }
    }
    return nil
  }
}

extension ComponentID {
  /// Why there is no such component; nil when there is.
  fileprivate func refusal(_ modules: [AdaptedModule]) -> String? {
    guard modules.indices.contains(module) else {
      return "there is no module \(module): choose 0 ... \(modules.count - 1)"
    }
    guard (0..<modules[module].capacity).contains(slot) else {
      return "\(modules[module].name) has slots 0 ... \(modules[module].capacity - 1), not \(slot)"
    }
    return nil
  }
}
