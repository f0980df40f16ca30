import Allocation
import RunEvents
import Testing
import Training

/// Answers to a proposed decision that cannot be taken.
@Suite(.timeLimit(.minutes(1))) struct AnswerRefusalTests {
  private func name(_ module: Int) -> String {
    ToyLearner(rank: 1).adapters.adapters[module].site.name
  }

  private func id(_ index: Int) -> ComponentID {
    ComponentID(module: index / WatchedRun.slots, slot: index % WatchedRun.slots)
  }

  @Test func `it goes on waiting`() throws {
    let proposal = try Decision(of: .adalora)
    func toggle(_ ids: [ComponentID]) -> Intervention { proposal.answer(.toggle(ids)) }
    let kept = try #require(
      proposal.alive.indices.first { index in
        proposal.before[index] && proposal.alive[index]
          && !proposal.pruned.contains { $0.module == id(index).module }
      })
    let alive = proposal.alive.indices.filter { proposal.alive[$0] }.map(id)
    let asked: [(Intervention, String)] = [
      (.decide(DecisionAnswer(number: proposal.number + 1, verdict: .veto)), "waits for an answer"),
      (toggle([ComponentID(module: 99, slot: 0)]), "no module 99"),
      (toggle([ComponentID(module: 0, slot: 4)]), "slots 0 ... 3"),
      (toggle([id(kept)]), "#\(kept % 4) is pinned: release it first"),
      (toggle(alive.filter { $0 != id(kept) } + [id(kept)]), "is pinned: release it first"),
    ]
    let pin = try #require(ModuleRule("\(name(kept / 4))#\(kept % 4)"))
    let requests =
      [.init(after: proposal.step - 2, ask: .pin(pin))]
      + proposal.requests(asked.map(\.0) + [.runOn])
    let run = try WatchedRun(.adalora, requests)
    let outcomes = run.events.interventions.map(\.outcome)
    try #require(outcomes.count == asked.count + 3, "\(run.events.interventions)")
    #expect(outcomes.prefix(2) == [.applied, .applied] && outcomes.last == .applied)
    for (index, (_, words)) in asked.enumerated() {
      #expect(run.rejection(index + 2)?.contains(words) == true, "\(words)")
    }
    #expect(run.stop.reason == .finished && run.events.proposals.count == 1)
  }

  @Test func `caps, floors and the last component are kept`() throws {
    let proposal = try Decision(of: .dora)
    let ranks = ComponentLayout(
      capacities: [Int](repeating: 4, count: proposal.alive.count / 4)
    ).ranks(alive: proposal.alive)
    let module = try #require(ranks.firstIndex { $0 > 0 && $0 < 4 })
    let own = module * 4..<module * 4 + 4
    let dead = try #require(own.first { !proposal.alive[$0] })
    let live = try #require(own.first { proposal.alive[$0] })
    let alive = proposal.alive.indices.filter { proposal.alive[$0] }.map(id)
    for (ask, chosen, words) in [
      (Intervention.cap(ModuleRule("\(name(module)):\(ranks[module])")!), [id(dead)], "capped"),
      (.pin(ModuleRule("\(name(module)):\(ranks[module])")!), [id(live)], "pinned to rank"),
      (.resume, alive, "one component at least"),
    ] {
      let requests =
        [.init(after: proposal.step - 2, ask: ask)]
        + proposal.requests([proposal.answer(.toggle(chosen)), .runOn])
      let run = try WatchedRun(.dora, requests)
      #expect("\(run.events.proposals.map(\.alive))" == "\([proposal.alive])")
      #expect(run.rejection(2)?.contains(words) == true, "\(run.rejection(2) ?? words)")
    }
  }

  @Test(arguments: [(AllocatorKind.diffora, "whole modules"), (.incre, "never prunes")])
  func `what a method has no place for`(kind: AllocatorKind, words: String) throws {
    let proposal = try Decision(of: kind)
    let kept = try #require(
      proposal.alive.indices.first { proposal.before[$0] && proposal.alive[$0] })
    let run = try WatchedRun(
      kind,
      proposal.requests([proposal.answer(.toggle([id(kept)])), proposal.answer(.apply)]))
    #expect(run.rejection(1)?.contains(words) == true)
    #expect(run.others == (try WatchedRun(kind)).others)
  }

  @Test func `what was dead before a switch does not compete`() throws {
    let toDora = RunScript.Request(after: 35, ask: .allocator("dora"))
    let proposal = try #require(
      try WatchedRun(.adalora, [toDora]).events.decisions.first { $0.step > 36 })
    let dead = try #require(proposal.before.firstIndex(of: false))
    let run = try WatchedRun(
      .adalora,
      [toDora] + proposal.requests([proposal.answer(.toggle([id(dead)])), .runOn]))
    #expect(run.rejection(2)?.contains("was dead before dora took over") == true)
  }

  @Test(arguments: [(AllocatorKind.lora, 3), (.adalora, 45)])
  func `there is nothing to show where nothing is decided`(
    kind: AllocatorKind, after: Int
  ) throws {
    let answer = Intervention.decide(DecisionAnswer(number: 1, verdict: .veto))
    let run = try WatchedRun(
      kind, [.init(after: after, ask: .propose), .init(after: after, ask: answer)])
    #expect(run.events.interventions.count == 2 && run.events.proposals.isEmpty)
    for index in 0..<2 { #expect(run.rejection(index)?.contains("no decision") == true) }
  }
}
