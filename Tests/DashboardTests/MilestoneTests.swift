import Dashboard
import RunEvents
import Testing

struct MilestoneTests {
  private let run = FixtureRun()

  private func started() -> DashboardState { DashboardState([.started(run.manifest)]) }

  private func checkpoint(_ step: Int) -> RunEvent {
    .checkpoint(Checkpoint(step: step, bytes: 1000, seconds: 0.5))
  }

  private func seam(_ step: Int, source: String? = nil, last: Int, alive: [Bool] = []) -> RunEvent {
    .resumed(Seam(step: step, source: source, lastRecorded: last, alive: alive))
  }

  @Test func `gates are kept, and the moment of choice is told once`() {
    var state = started()
    state.apply(.gates(run.gates(30, isBinary: false)))
    #expect(state.gates?.step == 30 && state.selectionStep == nil)
    for step in [40, 50] { state.apply(.gates(run.gates(step, isBinary: true))) }
    #expect(state.selectionStep == 40 && state.gates?.step == 50)
    let on = run.gates(40, isBinary: true).gates.count { $0 == 1 }
    #expect(state.log.notes == [.selection(step: 40, on: on, of: 36)])
    #expect(on > 0 && on < 36)
  }

  @Test func `arrays of the wrong length and impossible values are ignored`() {
    var state = started()
    let before = state
    state.apply(.gates(ModuleGates(step: 3, gates: [1, 0], isBinary: true)))
    state.apply(
      .gates(ModuleGates(step: -3, gates: run.gates(1, isBinary: false).gates, isBinary: false)))
    state.apply(progress(1, done: 5, total: 0))
    state.apply(progress(1, done: -1))
    state.apply(progress(1, done: 300))
    state.apply(checkpoint(-1))
    state.apply(seam(.max, last: 3))
    state.apply(
      .constraints(
        step: 1,
        RankConstraints(
          pinned: [ComponentID(module: 99, slot: 0), ComponentID(module: 0, slot: 6)],
          floors: [-1: 2], caps: [36: 1])))
    #expect(state.gates == nil && state.task == nil && state.lastCheckpoint == nil)
    #expect(state.constraints.isEmpty && state.seams.isEmpty && state.log == before.log)
    state.apply(seam(0, last: 0, alive: [true]))
    #expect(state.ranks == before.ranks && state.seams.count == 1)
  }

  @Test func `pins are told when they change, and not when they are only said again`() {
    var state = started()
    let pins = RankConstraints(pinned: [ComponentID(module: 18, slot: 2)], caps: [3: 4])
    for step in 1...3 { state.apply(.constraints(step: step, pins)) }
    #expect(state.constraints == pins && state.log.notes.count == 1)
    #expect(
      state.log.notes[0].text(state.grid) == "held now: L0.o at most 4; L3.q pinned #2")
    state.apply(.constraints(step: 9, RankConstraints()))
    #expect(state.log.notes[1].text(state.grid) == "held now: no pins and no caps any more")
  }

  @Test func `a task goes on until the next step or decision, or until it is done`() {
    var state = started()
    state.apply(progress(3, done: 120))
    #expect(state.task?.done == 120)
    state.apply(report(4))
    #expect(state.task == nil)
    state.apply(progress(4, done: 287))
    #expect(state.task != nil)
    state.apply(progress(4, done: 288))
    #expect(state.task == nil)
  }

  @Test func `budgets in parameters count each module's own`() {
    var run = run
    run.unit = .parameters
    run.cutAfter = 412
    let events = run.events
    let state = DashboardState(events)
    let components = state.ranks.reduce(0) { $0 + Int($1) }
    let expected = zip(state.ranks, run.modules).reduce(0) { sum, module in
      sum + Int(module.0) * (module.1.kind == "up" ? 1920 : 768)
    }
    #expect(state.alive == expected && state.parametersAlive == expected)
    #expect(state.lastDecision?.alive == expected && components < expected)
  }

  @Test func `components may be born later than the run`() {
    var manifest = run.manifest
    for index in manifest.modules.indices { manifest.modules[index].startRank = 2 }
    manifest.initialBudget = 72
    let state = DashboardState([.started(manifest)])
    #expect(state.ranks == Array(repeating: 2, count: 36) && state.alive == 72)
  }

  // MARK: Seams

  /// The events through a step, and those after it.
  private func split(_ events: [RunEvent], after step: Int) -> ([RunEvent], [RunEvent]) {
    let place = events.firstIndex {
      if case .step(let report) = $0 { report.step > step } else { false }
    }
    return (Array(events[..<(place ?? 0)]), Array(events[(place ?? 0)...]))
  }

  @Test func `who saw the steps that are lost comes to the same state as the file`() {
    let (before, after) = split(run.events, after: 300)
    let (lost, _) = split(after, after: 342)
    let alive = Array(repeating: true, count: 216)
    let taken: [RunEvent] = [seam(300, last: 342, alive: alive)]
    var live = DashboardState(before + [checkpoint(300)])
    for event in lost { live.apply(event) }
    #expect(live.step == 342)
    var file = DashboardState(before + [checkpoint(300)])
    for event in taken {
      live.apply(event)
      file.apply(event)
    }
    #expect(live == file && live.step == 300 && live.status == .training)
    #expect(
      live.seams.map(\.text) == ["taken up again from step 300: steps 301 to 342 are done again"])
    for event in after {
      live.apply(event)
      file.apply(event)
    }
    #expect(live == file && live.isStopped)
    #expect(live.losses.buckets.reduce(0) { $0 + $1.count } == 684)
    #expect(live.verdicts.map(\.severity) == [.good])
  }

  @Test func `without the checkpoint the histories are cut and nothing is alarmed`() {
    let (before, after) = split(run.events, after: 300)
    let (lost, _) = split(after, after: 342)
    var state = DashboardState(before + lost)
    let seen = state.decisionCount
    state.apply(seam(300, last: 342))
    #expect(state.step == 300 && state.decisionCount == seen - 4)
    #expect(state.losses.buckets.reduce(0) { $0 + $1.count } == 300)
    #expect(state.marks.buckets.reduce(0) { $0 + $1.decisions } == state.decisionCount)
    #expect(state.timeline.columns.allSatisfy { $0.step <= 300 })
    #expect(state.evaluations.allSatisfy { $0.step <= 300 })
    #expect(state.lastDecision?.step == 298 && state.report == nil)
    state.apply(.planned(run.plan(target: 140, from: 301, allocator: "dora")))
    for event in after { state.apply(event) }
    #expect(state.losses.buckets.reduce(0) { $0 + $1.count } == 684)
    #expect(state.decisionCount == 41 && state.verdicts.map(\.severity) == [.good])
  }

  @Test func `a run that had ended goes on`() {
    var model = DashboardModel(FixtureRun(cutAfter: 50).events)
    model.hasTrainerDied = true
    model.apply(
      .stopped(Stop(step: 50, reason: .failed("x"), seconds: 1, tokens: 1, adapter: nil)))
    model.apply(seam(50, last: 50))
    #expect(model.state.status == .training && model.state.stop == nil && !model.hasTrainerDied)
    #expect(model.state.seams.map(\.text) == ["taken up again from step 50, nothing was lost"])
  }

  @Test func `a fork begins where the other run was`() {
    let alive = (0..<216).map { $0 % 6 < 3 }
    var state = started()
    state.apply(.planned(run.plan(target: 144, from: 1, allocator: "dora")))
    state.apply(seam(300, source: "trec-dora-r4@300", last: 300, alive: alive))
    state.apply(report(301))
    #expect(state.timeline.ranks(at: 299) == nil)
    #expect(state.timeline.ranks(at: 301) == Array(repeating: 3, count: 36))
    #expect(state.expectedDecisions == 0 && state.verdicts.allSatisfy { $0.severity == .good })
    #expect(state.seams.map(\.text) == ["forked from trec-dora-r4@300"])
  }
}
