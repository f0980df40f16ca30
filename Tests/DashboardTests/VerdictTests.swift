import Dashboard
import RunEvents
import Testing

struct VerdictTests {
  /// A run whose events are changed one by one.
  private func state(
    _ run: FixtureRun = FixtureRun(), change: (RunEvent) -> RunEvent? = { $0 }
  ) -> DashboardState {
    DashboardState(run.events.compactMap(change))
  }

  private func texts(_ state: DashboardState) -> [String] { state.verdicts.map(\.text) }

  @Test func `a healthy run has one good word`() {
    let verdicts = state().verdicts
    #expect(verdicts.map(\.severity) == [.good])
    #expect(
      verdicts.map(\.text) == [
        "41 of 41 decisions seen, every module has had a gradient, the adapters move"
      ])
  }

  @Test func `no verdict is bad at any step of a healthy run`() {
    var state = DashboardState()
    for event in FixtureRun().events {
      state.apply(event)
      #expect(state.verdicts.allSatisfy { $0.severity == .good })
    }
  }

  @Test func `an allocator that never ran is named with its numbers`() {
    let silent = state { event in
      if case .decision = event { nil } else { event }
    }
    #expect(texts(silent).first == "the allocator never ran: 41 decisions expected by now, 0 seen")
    #expect(silent.verdicts.first?.severity == .bad)
  }

  @Test func `an allocator that skips decisions is named`() {
    let lazy = state { event in
      if case .decision(let decision) = event, decision.number % 2 == 0 { nil } else { event }
    }
    #expect(texts(lazy) == ["the allocator skips: 41 decisions expected by now, 21 seen"])
  }

  @Test func `a run that ends before its schedule is named at once`() {
    let run = FixtureRun()
    var plan = run.plan(target: 144, from: 1, allocator: "dora")
    plan.lastDecision = 700
    let state = DashboardState([.started(run.manifest), .planned(plan)])
    #expect(
      texts(state) == [
        "the run ends at step 684, before the schedule's last decision at 700: "
          + "the target will not be reached"
      ])
  }

  @Test func `modules without gradient, adapters at rest and dead importance are named`() {
    func changed(_ change: @escaping (inout ModuleStatistics) -> Void) -> [String] {
      texts(
        state { event in
          guard case .statistics(var statistics) = event else { return event }
          change(&statistics)
          return .statistics(statistics)
        })
    }
    #expect(changed { $0.gradientNorm[13] = 0 } == ["no gradient ever reached L2.k"])
    #expect(
      changed {
        $0.gradientNorm[13] = 0
        $0.gradientNorm[0] = 0
      } == ["no gradient ever reached L0.q and 1 more"])
    #expect(
      changed { $0.updateNorm = $0.updateNorm.map { _ in 0.25 } }
        == ["the adapters do not move: no update norm ever changed"])
    #expect(
      changed { $0.importance = $0.importance.map { _ in 0 } }
        == ["importance is zero in every module: nothing to rank by"])
    #expect(
      changed { $0.importance = $0.importance.map { _ in .nan } }
        == ["importance is not finite in any module"])
  }

  @Test func `an allocator without decisions needs no importance`() {
    var run = FixtureRun()
    run.decisions = false
    let fixed = state(run) { event in
      guard case .statistics(var statistics) = event else { return event }
      statistics.importance = statistics.importance.map { _ in .nan }
      return .statistics(statistics)
    }
    #expect(texts(fixed) == ["no decisions are planned"])
  }

  @Test func `alarms of the run file and bad ends are told`() {
    var state = DashboardState([.started(FixtureRun().manifest)])
    state.apply(.alarm(Alarm(step: 7, kind: "x", message: "look here")))
    #expect(texts(state) == ["@7 look here"])
    state.apply(
      .stopped(Stop(step: 9, reason: .failed("disk full"), seconds: 1, tokens: 1, adapter: nil)))
    #expect(texts(state) == ["the run failed: disk full", "@7 look here"])
  }

  @Test func `a refusal is told until something else happens`() {
    var state = DashboardState(FixtureRun(cutAfter: 250).events)
    state.apply(intervention(.budget(3), step: 250, outcome: .rejected("too small")))
    #expect(texts(state) == ["budget 3 refused: too small"])
    #expect(state.verdicts[0].severity == .warning)
    state.apply(intervention(.pause, id: 2, step: 250))
    #expect(state.verdicts.map(\.severity) == [.good])
  }

  @Test func `a trainer that died is told until the run says otherwise`() {
    var model = DashboardModel(FixtureRun(cutAfter: 50).events)
    model.hasTrainerDied = true
    #expect(
      model.verdicts.map(\.text) == [
        "the trainer is gone without a word, its last step is 50: see its log"
      ])
    #expect(model.press("q") == [.quit])
  }
}
