import Allocation
import RunEvents
import Testing
import Training

/// What becomes of a decision that is shown before it is applied.
@Suite(.timeLimit(.minutes(2))) struct ProposalTests {
  @Test(arguments: WatchedRun.deciding)
  func `to look at a decision and apply it changes nothing`(kind: AllocatorKind) throws {
    let control = try WatchedRun(kind)
    let decision = try Decision(of: kind)
    let looked = try WatchedRun(kind, decision.requests([decision.answer(.apply)]))
    #expect(looked.others == control.others)
    #expect(
      looked.learner.adapters.parameters.array == control.learner.adapters.parameters.array)
    #expect(looked.events.interventions.map(\.outcome) == [.applied, .applied])
    #expect("\(looked.events.proposals)" == "\([decision])")
    // The proposal comes before the decision and everything that follows from it.
    let place = try #require(
      looked.events.firstIndex { if case .proposed = $0 { true } else { false } })
    #expect(Array(looked.events[place...]).steps.first?.step == decision.step)
  }

  @Test(arguments: WatchedRun.deciding)
  func `a veto leaves alive what was alive`(kind: AllocatorKind) throws {
    let proposal = try Decision(of: kind)
    let vetoed = try WatchedRun(kind, proposal.requests([proposal.answer(.veto)]))
    let decision = try #require(
      vetoed.events.decisions.first { $0.number == proposal.number })
    #expect(decision.pruned.isEmpty && decision.grown.isEmpty)
    #expect(decision.alive == proposal.before)
    #expect(decision.edited == (proposal.pruned + proposal.grown).sorted())
    #expect(decision.reason.hasPrefix("vetoed by test"))
    #expect("\(decision.scores) \(decision.parts)" == "\(proposal.scores) \(proposal.parts)")
    let report = try #require(vetoed.events.steps.first { $0.step == proposal.step })
    #expect(report.alive == decision.alive.count { $0 })
    try expectSound(vetoed, kind)
    // Whatever comes later brings the budget about all the same.
    let later = vetoed.events.decisions.last { $0.number > proposal.number }
    if let later, ![.alora, .sora].contains(kind) {
      #expect(later.alive.count { $0 } == later.budget)
    }
  }

  @Test(arguments: WatchedRun.deciding.filter { $0 != .diffora })
  func `single components get the opposite fate`(kind: AllocatorKind) throws {
    let proposal = try Decision(of: kind)
    let chosen = proposal.someOfEachSort
    #expect(chosen.count >= 2)
    let edited = try WatchedRun(kind, proposal.requests([proposal.answer(.toggle(chosen))]))
    #expect(edited.events.interventions.map(\.outcome) == [.applied, .applied])
    let decision = try #require(
      edited.events.decisions.first { $0.number == proposal.number })
    let alive = proposal.toggling(chosen)
    #expect(decision.alive == alive && decision.edited == chosen.sorted())
    #expect(decision.before == proposal.before)
    #expect(Set(decision.pruned).isDisjoint(with: decision.grown))
    #expect(decision.reason.contains("\(chosen.count) changed by test"))
    let ranks = try #require(
      edited.events.statistics.first { $0.step == proposal.step }?.ranks)
    let layout = ComponentLayout(capacities: ranks.map { _ in WatchedRun.slots })
    #expect(ranks.map(Int.init) == layout.ranks(alive: alive))
    try expectSound(edited, kind)
  }

  /// Gates and masks say the same to the end.
  private func expectSound(_ run: WatchedRun, _ kind: AllocatorKind) throws {
    #expect(run.stop.reason == .finished && run.stop.step == WatchedRun.steps)
    let last = try #require(run.events.decisions.last)
    let open = run.learner.adapters.openGates
    #expect(zip(open, last.alive).allSatisfy { !$0 || $1 }, "what is dead is closed")
    #expect(run.events.steps.last?.alive == last.alive.count { $0 })
    #expect(run.events.steps.allSatisfy { $0.loss.isFinite })
    if kind != .sora { #expect(open == last.alive, "what is alive has a gate") }
    let numbers = run.events.decisions.map(\.number)
    #expect(numbers == Array(1..<numbers.count + 1))
  }

  // MARK: Done again

  @Test(arguments: WatchedRun.deciding, ["apply", "veto", "toggle", "run on", "stop"])
  func `a run is repeated from its interventions, bit for bit`(
    kind: AllocatorKind, verdict: String
  ) throws {
    let proposal = try Decision(of: kind)
    let ask: Intervention =
      switch verdict {
      case "apply": proposal.answer(.apply)
      case "run on": .runOn
      case "stop": .stop
      case "toggle" where kind != .diffora: proposal.answer(.toggle(proposal.someOfEachSort))
      default: proposal.answer(.veto)
      }
    let first = try WatchedRun(kind, proposal.requests([ask]))
    #expect(first.events.interventions.map(\.outcome) == [.applied, .applied])
    let again = try WatchedRun(kind, timeout: nil, script: first.script)
    #expect(again.repeatable == first.repeatable)
    #expect(again.learner.adapters.parameters.array == first.learner.adapters.parameters.array)
  }

  @Test func `what is asked meanwhile waits in its order, also when it is done again`() throws {
    let decisions = try WatchedRun(.dora).events.decisions
    let (proposal, next) = (decisions[4], decisions[5])
    let pin = Intervention.pin(ModuleRule("L0.q:3")!)
    let first = try WatchedRun(
      .dora,
      proposal.requests([.budget(30), pin, .propose, proposal.answer(.veto)])
        // The next one, which was asked for in the wait.
        + [.init(after: next.step - 1, ask: .runOn, polls: 1)])
    let records = first.events.interventions
    #expect(
      records.map(\.intervention.kind)
        == ["propose", "decide", "budget", "pin", "propose", "run-on"])
    #expect(records[1...4].allSatisfy { $0.step == proposal.step && $0.outcome == .applied })
    #expect(first.events.proposals.map(\.number) == [proposal.number, next.number])
    #expect(first.events.steps.last?.alive == 30)
    let again = try WatchedRun(.dora, timeout: nil, script: first.script)
    #expect(again.repeatable == first.repeatable)
  }

  // MARK: Ways out

  @Test func `to run on applies it, and takes back what was asked before`() throws {
    let control = try WatchedRun(.adalora)
    let on = try WatchedRun(.adalora, Decision(of: .adalora).requests([.runOn]))
    #expect(on.others == control.others && on.events.proposals.count == 1)
    let early = try WatchedRun(
      .adalora, [.init(after: 2, ask: .propose), .init(after: 3, ask: .runOn)])
    #expect(early.others == control.others && early.events.proposals.isEmpty)
  }

  @Test func `to run on takes back what was asked in the wait`() throws {
    let control = try WatchedRun(.adalora)
    let proposal = try Decision(of: .adalora)
    let on = try WatchedRun(.adalora, proposal.requests([.propose, .runOn]))
    #expect(on.others == control.others && on.events.proposals.count == 1)
    let refused = on.events.interventions.last { $0.intervention == .propose }
    #expect(refused?.outcome == .rejected("the run was asked to go on"))
  }

  @Test func `a stop ends the wait and the run`() throws {
    let proposal = try Decision(of: .adalora)
    let stopped = try WatchedRun(.adalora, proposal.requests([.stop]))
    #expect(stopped.stop.reason == .stopped && stopped.stop.step == proposal.step)
    #expect(stopped.events.decisions.last?.alive == proposal.alive)
    #expect(stopped.events.decisions.last?.edited == [])
  }

  @Test func `without an answer in time it is applied, and that is recorded`() throws {
    let control = try WatchedRun(.dora)
    let proposal = try Decision(of: .dora)
    let timed = try WatchedRun(.dora, proposal.requests([]), timeout: 0.05)
    #expect(timed.others == control.others)
    let record = try #require(timed.events.interventions.last)
    #expect(record.intervention == proposal.answer(.apply) && record.outcome == .applied)
    #expect(record.author == "ranktop" && record.step == proposal.step)
    #expect(record.requestedAt > 0, "a resumed run does it again")
    // The clock stands still while it waits.
    let steps = timed.events.steps
    let (a, b) = (steps[proposal.step - 2], steps[proposal.step - 1])
    #expect(abs(b.elapsed - a.elapsed - b.seconds) < 1e-9)
    let again = try WatchedRun(.dora, timeout: nil, script: timed.script)
    #expect(again.repeatable == timed.repeatable)
  }
}
