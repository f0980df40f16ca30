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
    if let refusal = constraints.refusal(ofToggling: components, in: proposal, modules: modules) {
      return refusal
    }
    if !allocator.excluded.isEmpty {
      for id in components {
        let index = layout.index(of: id)
        if !proposal.alive[index] && allocator.excluded[index] {
          return "\(name(of: id)) was dead before \(allocator.name) took over and does not "
            + "compete: raise the budget first"
        }
      }
    }
    return allocator.refusal(ofToggling: components, in: proposal)
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
