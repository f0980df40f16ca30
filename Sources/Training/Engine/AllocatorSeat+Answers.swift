import Allocation
import RunEvents

/// Why an answer to a proposed decision is not taken, as a sentence for a person.
struct AnswerRefusal: Error {
  var sentence: String
}

extension AllocatorSeat {
  /// The decision as a person wants it, which the allocator has taken over then.
  ///
  /// - Parameters:
  ///   - answer: What the person wants.
  ///   - proposal: What the allocator has just decided.
  ///   - author: Who it is.
  func answer(
    _ answer: DecisionAnswer, to proposal: Decision, author: String
  ) throws(AnswerRefusal) -> Decision {
    guard answer.number == proposal.number else {
      throw AnswerRefusal(
        sentence: "decision \(proposal.number) waits for an answer, not \(answer.number)")
    }
    var decision = proposal
    switch answer.verdict {
    case .apply: return proposal
    case .veto:
      decision.toggle(Set(proposal.pruned + proposal.grown), layout)
      decision.reason =
        "vetoed by \(author), nothing pruned or grown; proposed: \(proposal.reason)"
    case .toggle(let components):
      if let refusal = refusal(ofToggling: components, in: proposal) {
        throw AnswerRefusal(sentence: refusal)
      }
      decision.toggle(Set(components), layout)
      decision.reason =
        "\(decision.edited.count) changed by \(author) (\(names(of: decision.edited))), "
        + "\(decision.alive.count { $0 }) alive; proposed: \(proposal.reason)"
    }
    if decision.edited.isEmpty { return proposal }
    allocator.amend(&decision)
    return decision
  }

  /// Why components cannot get the opposite fate; nil when they can.
  private func refusal(ofToggling components: [ComponentID], in proposal: Decision) -> String? {
    for id in components {
      guard modules.indices.contains(id.module) else {
        return "there is no module \(id.module): choose 0 ... \(modules.count - 1)"
      }
      guard (0..<modules[id.module].capacity).contains(id.slot) else {
        return "\(modules[id.module].name) has slots 0 ... \(modules[id.module].capacity - 1), not "
          + "\(id.slot)"
      }
      let index = layout.index(of: id)
      if proposal.alive[index] {
        if constraints.pinned.contains(id) {
          return "\(name(of: id)) is pinned: release it first"
        }
      } else if !allocator.excluded.isEmpty && allocator.excluded[index] {
        return "\(name(of: id)) was dead before \(allocator.name) took over and does not compete: "
          + "raise the budget first"
      }
    }
    if let refusal = allocator.refusal(ofToggling: components, in: proposal) { return refusal }
    var edited = proposal
    edited.toggle(Set(components), layout)
    guard edited.alive.contains(true) else { return "one component at least must stay alive" }
    let (before, ranks) = (layout.ranks(alive: proposal.alive), layout.ranks(alive: edited.alive))
    let least = constraints.leastRanks(moduleCount: modules.count)
    for module in modules.indices where ranks[module] != before[module] {
      if ranks[module] < min(least[module], before[module]) {
        return "\(modules[module].name) is pinned to rank \(least[module]): release it first"
      }
      if let cap = constraints.caps[module], ranks[module] > max(cap, before[module]) {
        return "\(modules[module].name) is capped at rank \(cap): release it first"
      }
    }
    return nil
  }

  private func name(of id: ComponentID) -> String { "\(modules[id.module].name)#\(id.slot)" }

  /// The first components by name, and how many more.
  private func names(of components: [ComponentID]) -> String {
    let shown = components.prefix(3).map(name).joined(separator: ", ")
    return components.count > 3 ? "\(shown) and \(components.count - 3) more" : shown
  }
}

extension Decision {
  /// Gives components the opposite of what is decided for them, and notes them as edited.
  mutating func toggle(_ components: Set<ComponentID>, _ layout: ComponentLayout) {
    var before = alive
    for id in pruned { before[layout.index(of: id)] = true }
    for id in grown { before[layout.index(of: id)] = false }
    for id in components { alive[layout.index(of: id)].toggle() }
    pruned = alive.indices.filter { before[$0] && !alive[$0] }.map(layout.id)
    grown = alive.indices.filter { !before[$0] && alive[$0] }.map(layout.id)
    edited = components.sorted()
  }
}
