import Dashboard
import RunEvents
import Testing

struct StateTests {
  let run = FixtureRun()

  @Test func `a run waits, trains, is held, goes on and ends`() {
    var state = DashboardState()
    #expect(state.status == .waiting)
    state.apply(.started(run.manifest))
    #expect(state.status == .waiting)
    state.apply(report(1))
    #expect(state.status == .training)
    state.apply(intervention(.pause))
    #expect(state.status == .paused)
    state.apply(intervention(.resume, id: 2))
    #expect(state.status == .training)
    state.apply(intervention(.pause, id: 3, outcome: .pending))
    #expect(state.status == .training && state.pending.map(\.id) == [3])
    state.apply(intervention(.pause, id: 3, outcome: .rejected("no")))
    #expect(state.status == .training && state.pending.isEmpty)
    let stop = Stop(step: 1, reason: .stopped, seconds: 1, tokens: 100, adapter: nil)
    state.apply(.stopped(stop))
    #expect(state.status == .stopped(.stopped))
    state.apply(intervention(.pause, id: 4))
    #expect(state.status == .stopped(.stopped))
  }

  @Test func `ranks follow statistics and decisions`() throws {
    let events = run.events
    let state = DashboardState(events)
    let last = try #require(
      events.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }.last)
    #expect(state.ranks.map(Int.init) == run.manifest.layout.ranks(alive: last.alive))
    #expect(state.alive == last.alive.filter { $0 }.count)
    #expect(state.decisionCount == last.number)
    #expect(state.timeline.ranks(at: 1) == run.modules.map { UInt16($0.capacity) })
    #expect(state.timeline.ranks(at: 684) == state.ranks)
    #expect(state.prunedCount - state.grownCount == 36 * 6 - (state.alive ?? 0))
  }

  @Test func `throughput and time left come from the last two seconds of training`() {
    var state = DashboardState([.started(run.manifest)])
    #expect(state.tokensPerSecond == nil && state.secondsLeft == nil)
    for step in 1...50 { state.apply(report(step, seconds: 10, tokens: 10)) }
    for step in 51...84 { state.apply(report(step, seconds: 0.25, tokens: 500)) }
    #expect(state.tokensPerSecond == 2000)
    #expect(state.secondsLeft == 600 * 0.25)
  }

  @Test func `a step that took no time or no sense leaves throughput unknown`() {
    var state = DashboardState([.started(run.manifest), report(1, seconds: 0)])
    #expect(state.tokensPerSecond == nil)
    state.apply(report(2, seconds: .nan))
    state.apply(report(3, seconds: -4))
    #expect(state.tokensPerSecond == nil)
    #expect(state.secondsLeft == 0)
  }

  @Test func `recovery counts what stands in wrong places`() {
    var run = run
    run.isPlanted = true
    var state = DashboardState([.started(run.manifest)])
    let planted = run.manifest.plantedRanks ?? []
    let statistics = ModuleStatistics(
      step: 1, ranks: planted.map { UInt16($0) }, importance: [], gradientNorm: [], updateNorm: [])
    state.apply(.statistics(statistics))
    #expect(state.recovery == 1)
    var moved = statistics
    moved.ranks[2] -= 2
    moved.ranks[0] += 2
    state.apply(.statistics(moved))
    #expect(state.recovery == 1 - 4 / Double(2 * planted.reduce(0, +)))
    #expect(DashboardState(FixtureRun().events).recovery == nil)
  }

  @Test func `expected decisions are counted across plans`() {
    let plan = run.plan(target: 144, from: 1, allocator: "dora")
    let second = run.plan(target: 140, from: 201, allocator: "dora")
    var state = DashboardState([.started(run.manifest), .planned(plan)])
    #expect(state.expectedDecisions(through: 200) == plan.decisions(through: 200))
    state.apply(.planned(second))
    #expect(state.expectedDecisions(through: 684) == plan.decisions(through: 684))
    let whole = DashboardState(run.events)
    #expect(whole.expectedDecisions == whole.decisionCount)
  }

  @Test func `the main metric falls back to the evaluation loss`() throws {
    var state = DashboardState([.started(run.manifest)])
    #expect(state.mainMetric == nil)
    state.apply(.evaluation(Evaluation(step: 5, loss: 0.5, metrics: ["f1": 0.25], seconds: 1)))
    #expect(try #require(state.mainMetric).value == 0.5)
    state.apply(
      .evaluation(Evaluation(step: 6, loss: 0.5, metrics: ["accuracy": 0.75], seconds: 1)))
    #expect(try #require(state.mainMetric) == (name: "accuracy", value: 0.75))
  }

  @Test func `a loss that is not finite leaves the smoothed one as it was`() {
    var state = DashboardState([report(1, loss: 2)])
    state.apply(report(2, loss: .nan))
    state.apply(report(3, loss: .infinity))
    #expect(state.smoothedLoss == 2)
    #expect(state.losses.buckets.map(\.notFinite) == [0, 1, 1])
  }

  @Test func `damaged events change nothing and never trap`() {
    var state = DashboardState([.started(run.manifest)])
    let before = state
    state.apply(report(-3))
    state.apply(report(.max))
    state.apply(
      .statistics(
        ModuleStatistics(
          step: .min, ranks: [1, 2], importance: [.nan], gradientNorm: [], updateNorm: [0])))
    state.apply(.evaluation(Evaluation(step: .max, loss: 1, metrics: [:], seconds: 0)))
    state.apply(intervention(.budget(.min), step: .max))
    #expect(state.step == before.step && state.ranks == before.ranks)
    state.apply(
      .decision(
        Decision(
          number: 1, step: 3, allocator: "?", budget: .max, threshold: .nan, scores: [1],
          alive: [true], pruned: [ComponentID(module: 99, slot: 7)],
          grown: [ComponentID(module: -1, slot: 0)], isFinal: true, reason: "")))
    #expect(state.ranks == before.ranks)
    #expect(state.lastDecision?.changes == [])
  }

  @Test func `memory stays bounded over a million steps`() {
    var run = run
    run.totalSteps = 1_000_000
    var state = DashboardState([.started(run.manifest)])
    let layout = run.manifest.layout
    var alive = Array(repeating: true, count: layout.count)
    for step in stride(from: 5, through: 1_000_000, by: 5) {
      state.apply(report(step))
      guard step % 100 == 0 else { continue }
      let slot = step / 100 % layout.count
      alive[slot].toggle()
      state.apply(
        .decision(
          Decision(
            number: step / 100, step: step, allocator: "dora", budget: 100, threshold: 0,
            scores: [], alive: alive, pruned: alive[slot] ? [] : [layout.id(at: slot)],
            grown: alive[slot] ? [layout.id(at: slot)] : [], isFinal: false, reason: "")))
      state.apply(.evaluation(Evaluation(step: step, loss: 1, metrics: [:], seconds: 0)))
      state.apply(.alarm(Alarm(step: step, kind: "k", message: "m")))
      state.apply(intervention(.budget(step), id: Int64(step), step: step))
      state.apply(.checkpoint(Checkpoint(step: step, bytes: 1, seconds: 1)))
      state.apply(.resumed(Seam(step: step, source: nil, lastRecorded: step, alive: alive)))
    }
    #expect(state.checkpointCount == 10_000 && state.seams.count == 64)
    #expect(state.losses.buckets.count <= 1024 && state.losses.buckets.count > 256)
    #expect(state.marks.buckets.count <= 1024)
    #expect(state.timeline.columns.count <= RankTimeline.capacity)
    #expect(state.timeline.columns.count > RankTimeline.capacity / 4)
    #expect(state.evaluations.count <= 512 && state.evaluations.last?.step == 1_000_000)
    #expect(state.log.newestFirst.count <= 4 * RunLog.capacity)
    #expect(state.recent.count <= 256)
    #expect(state.decisionCount == 10_000)
    #expect(state.marks.buckets.reduce(0) { $0 + $1.decisions } == 10_000)
    #expect(state.timeline.ranks(at: 1_000_000) == state.ranks)
    #expect(state.log.decisions.last?.number == 10_000)
  }

  @Test func `a history in buckets keeps counts and sums`() throws {
    var state = DashboardState()
    for step in 1...5000 { state.apply(report(step, loss: Double(step))) }
    let losses = state.losses
    #expect(losses.stride == 8)
    #expect(losses.buckets.reduce(0) { $0 + $1.count } == 5000)
    for (index, bucket) in losses.buckets.enumerated() {
      let first = losses.firstStep(of: index)
      let last = min(5000, first + losses.stride - 1)
      #expect(abs(try #require(bucket.mean) - Double(first + last) / 2) < 1e-9)
    }
  }

  @Test func `the log tells the newest first, whatever its kind`() {
    var state = DashboardState([.started(run.manifest)])
    state.apply(.alarm(Alarm(step: 1, kind: "a", message: "first")))
    state.apply(intervention(.pause, step: 2))
    state.apply(.alarm(Alarm(step: 3, kind: "a", message: "third")))
    state.apply(.checkpoint(Checkpoint(step: 4, bytes: 1, seconds: 0)))
    #expect(state.log.newestFirst.map(\.step) == [4, 3, 2, 1])
  }

  @Test func `two modules at one place get columns of their own`() {
    var modules = FixtureRun(layers: 2, kinds: ["q", "v"]).modules
    modules.append(modules[0])
    let grid = ModuleGrid(modules)
    #expect(grid.kinds == ["q", "v", "q'"])
    #expect(grid.module(row: 0, column: 2) == 4)
    #expect(grid.module(row: 1, column: 2) == nil)
    #expect(grid.module(row: 9, column: 9) == nil)
    #expect(grid.label(4) == "L0.q'")
    #expect(grid.label(77) == "?")
  }
}
