import RunEvents
import Testing

/// What pins and caps say to a person's edits of a proposal.
struct ToggleRefusalTests {
  private let modules = (0..<3).map { index in
    AdaptedModule(
      name: "m\(index)", layer: index, kind: "q", inputs: 4, outputs: 4, capacity: 3)
  }

  private func proposal(_ alive: [Bool]) -> Decision {
    Decision(
      number: 1, step: 1, allocator: "dora", budget: 4, threshold: nil, scores: [], alive: alive,
      pruned: [], grown: [], isFinal: false, reason: "")
  }

  /// By the definition alone: toggle, count, compare.
  private func isAllowed(
    _ constraints: RankConstraints, _ alive: [Bool], _ toggled: Set<Int>
  ) -> Bool {
    var after = alive
    for index in toggled { after[index].toggle() }
    if !after.contains(true) { return false }
    for index in toggled where alive[index] {
      if constraints.pinned.contains(ComponentID(module: index / 3, slot: index % 3)) {
        return false
      }
    }
    for module in Set(toggled.map { $0 / 3 }) {
      var (before, now, pins) = (0, 0, 0)
      for slot in 0..<3 {
        if alive[3 * module + slot] { before += 1 }
        if after[3 * module + slot] { now += 1 }
        if constraints.pinned.contains(ComponentID(module: module, slot: slot)) { pins += 1 }
      }
      let least = max(pins, constraints.floors[module] ?? 0)
      if now < before && now < least { return false }
      if let cap = constraints.caps[module], now > before && now > cap { return false }
    }
    return true
  }

  @Test func `every set of edits is judged as the definition has it`() {
    let constraints = RankConstraints(
      pinned: [ComponentID(module: 0, slot: 1)], floors: [1: 1], caps: [2: 1])
    var outcomes: Set<Bool> = []
    for mask in stride(from: 2, to: 512, by: 7) {
      let alive = (0..<9).map { mask >> $0 & 1 == 1 }
      for edit in 1..<512 {
        let toggled = Set((0..<9).filter { edit >> $0 & 1 == 1 })
        let refusal = constraints.refusal(
          ofToggling: toggled.map { ComponentID(module: $0 / 3, slot: $0 % 3) },
          in: proposal(alive), modules: modules)
        let isAllowed = isAllowed(constraints, alive, toggled)
        #expect((refusal == nil) == isAllowed, "\(alive) \(toggled.sorted()) \(refusal ?? "")")
        outcomes.insert(isAllowed)
      }
    }
    #expect(outcomes == [true, false])
  }

  @Test func `what does not exist is said`() {
    let all = proposal(Array(repeating: true, count: 9))
    func refusal(_ id: ComponentID) -> String? {
      RankConstraints().refusal(ofToggling: [id], in: all, modules: modules)
    }
    #expect(refusal(ComponentID(module: 3, slot: 0)) == "there is no module 3: choose 0 ... 2")
    #expect(refusal(ComponentID(module: 1, slot: -1)) == "m1 has slots 0 ... 2, not -1")
    #expect(refusal(ComponentID(module: 2, slot: 2)) == nil)
  }
}
