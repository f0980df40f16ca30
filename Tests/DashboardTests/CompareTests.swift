import Dashboard
import RunEvents
import Screen
import Testing

struct CompareTests {
  private static let sizes = [(200, 60), (120, 40), (80, 24), (40, 12), (20, 6), (1, 1)]

  private static func run(_ name: String, _ events: [RunEvent]) -> ComparedRun {
    ComparedRun(named: name, events)
  }

  private static let first = run("dora-r4", FixtureRun(target: 144).events)
  private static let second = run(
    "tighter", FixtureRun(totalSteps: 600, target: 90, name: "tighter").events)

  private func model(_ runs: [ComparedRun], _ events: [RunEvent]) -> DashboardModel {
    var model = DashboardModel(events, mode: .replay)
    model.comparison = runs
    model.show(.compare)
    return model
  }

  @Test(arguments: sizes)
  func `the comparison at every size`(width: Int, height: Int) throws {
    let model = model([Self.first, Self.second], FixtureRun().events)
    let frame = model.frame(width: width, height: height, theme: Theme(depth: .full))
    try expectSnapshot(frame.text, named: "compare-\(width)x\(height)")
  }

  @Test func `keys choose the pair and the axis`() {
    let third = Self.run("third", FixtureRun(target: 100).events)
    var model = model([Self.first, Self.second, third], FixtureRun().events)
    func text() -> String { model.frame(width: 120, height: 40, theme: themes[0]).text }
    #expect(text().contains("A and B, pair 1 of 3"))
    model.press("o")
    #expect(text().contains("A and C, pair 2 of 3"))
    model.press("O", "O")
    #expect(text().contains("B and C, pair 3 of 3"))
    #expect(text().contains("over steps"))
    model.press("x")
    #expect(text().contains("over tokens") && text().contains(" tokens "))
    #expect(!text().contains("by the mean a step"))
  }

  /// A run whose batches grow: a step's tokens are as many as its number. Its loss falls at half of it.
  private static func growing(_ steps: Int) -> [RunEvent] {
    [.started(FixtureRun(layers: 1, totalSteps: steps).manifest)]
      + (1...steps).map { report($0, loss: $0 * 2 < steps ? 2 : 1, tokens: $0) }
  }

  /// Where along the axis a loss falls from the top of the picture, 0 ... 1.
  private func fall(_ model: DashboardModel) throws -> Double {
    let rows = model.frame(width: 200, height: 60, theme: themes[0]).rows
    let gutter = try #require(
      rows.first { $0.contains("2.00│") }.flatMap { $0.firstIndex(of: "2") })
    let top = try #require(rows.first { $0.contains("2.00│") })
    let plot = top[gutter...].dropFirst(5)
    let last = try #require(
      plot.lastIndex {
        $0.unicodeScalars.first.map { (0x2801...0x28FF).contains($0.value) } == true
      })
    let width = try #require(plot.lastIndex(of: "│"))
    return Double(plot.distance(from: plot.startIndex, to: last))
      / Double(plot.distance(from: plot.startIndex, to: width))
  }

  @Test(arguments: [false, true])
  func `over tokens a loss stands where its stretch of steps ended`(isLookedUp: Bool) throws {
    let events = Self.growing(3000)
    var run = Self.run("growing", events)
    if isLookedUp { run.state = try EventList(events).finalState() }
    #expect(run.state.losses.stride == 4 && run.knowsTokens)
    for step in stride(from: 0, through: 3000, by: 4) {
      #expect(run.tokens(through: step) == Double(step * (step + 1) / 2))
    }
    // Between two ends in proportion: half of the tokens of steps 1001 to 1004.
    #expect(run.tokens(through: 1002) == 500_500 + 2005)
    var model = model([run, run], events)
    #expect(abs(try fall(model) - 0.5) < 0.02)
    model.press("x")
    // Half of the steps have a quarter of the tokens.
    #expect(abs(try fall(model) - 0.25) < 0.02)
  }

  @Test func `a course without tokens is drawn by their mean, and says so`() throws {
    let events = Self.growing(3000)
    var overview = EventList(events).overview()
    for index in overview.stretches.indices { overview.stretches[index].tokens = nil }
    var run = Self.run("sampled", events)
    run.state.history = RunHistory(overview)
    #expect(!run.knowsTokens)
    var model = model([run, run], events)
    model.press("x")
    let text = model.frame(width: 120, height: 40, theme: themes[0]).text
    #expect(text.contains("tokens, by the mean a step"))
    #expect(abs(try fall(model) - 0.5) < 0.02)
  }

  @Test func `without another run the view says how to get one`() {
    var model = DashboardModel(FixtureRun().events)
    model.press("5")
    #expect(
      model.frame(width: 80, height: 24, theme: themes[0]).text
        .contains("ranktop compare trec-dora-r4 OTHER"))
  }

  /// Runs over two modules of three slots each, with decisions as given.
  private func small(
    _ decisions: [(step: Int, pruned: [ComponentID])], names: [String] = ["a.0.q", "a.0.k"]
  ) -> ComparedRun {
    let modules = names.map {
      AdaptedModule(
        name: $0, layer: 0, kind: String($0.suffix(1)), inputs: 4, outputs: 4, capacity: 3)
    }
    var manifest = FixtureRun(layers: 1, kinds: ["q", "k"], capacity: 3).manifest
    manifest.modules = modules
    manifest.totalSteps = 50
    var alive = manifest.aliveAtStart
    var events: [RunEvent] = [.started(manifest)]
    for step in 1...50 {
      events.append(report(step))
      for (number, decision) in decisions.enumerated() where decision.step == step {
        for id in decision.pruned { alive[3 * id.module + id.slot] = false }
        events.append(
          .decision(
            Decision(
              number: number + 1, step: step, allocator: "dora", budget: 3, threshold: nil,
              scores: [], alive: alive, pruned: decision.pruned, grown: [], isFinal: false,
              reason: "")))
      }
    }
    return Self.run("small", events)
  }

  @Test func `the parting is the first decision after which components differ`() throws {
    let shared = (10, [ComponentID(module: 0, slot: 2)])
    let a = small([shared, (20, [ComponentID(module: 1, slot: 2)]), (30, [])])
    let b = small([
      shared, (20, [ComponentID(module: 1, slot: 1)]), (40, [ComponentID(module: 0, slot: 1)]),
    ])
    let parting = Parting(a, b)
    #expect(parting.outcome == .apart)
    // Only what both decided at the same step is compared; the rest is a matter of schedules.
    #expect(parting.stages.map(\.step) == [20])
    #expect(parting.schedules.both == 2 && !parting.schedules.areAlike)
    #expect(parting.schedules.onlyFirst == 1 && parting.schedules.onlySecond == 1)
    #expect(parting.rankStep == nil)
    // The ranks agree at the parting; the slots do not.
    let module = try #require(parting.modules.first)
    #expect(parting.modules.count == 1 && module.label == "L0.k")
    #expect(module.ranks == [2, 2] && module.slots == 2)
    func figures(_ stage: Parting.Stage) -> [Int] { [stage.modules, stage.ranks, stage.slots] }
    #expect(parting.stages[0].numbers == [2, 2] && figures(parting.stages[0]) == [1, 0, 2])
    #expect(
      PartingText.lines(parting) == [
        "A and B part at step 20, A #2, B #2: other slots, the same ranks",
        "L0.k 2, other slots",
        "schedules differ: 2 steps in common, 1 only in A, 1 only in B; "
          + "between them ranks differ from step 40 on",
      ])
    #expect(Parting(a, a).outcome == .together(through: 50))
  }

  @Test func `a run that decides more often parts where both decide`() throws {
    let shared = [ComponentID(module: 0, slot: 2)]
    let a = small([(10, shared), (20, []), (30, [])])
    // Between two decisions of A it prunes, and has grown nothing back when A decides.
    let b = small([
      (10, shared), (15, [ComponentID(module: 1, slot: 0)]), (20, []), (25, []), (30, []),
    ])
    let parting = Parting(a, b)
    #expect(parting.outcome == .apart && parting.stages.map(\.step) == [20, 30])
    #expect(parting.rankStep == 20 && parting.rankModules.map(\.label) == ["L0.k"])
    #expect(parting.rankModules.map(\.ranks) == [[3, 2]])
    #expect(
      PartingText.lines(parting)[2]
        == "schedules differ: 3 steps in common, 0 only in A, 2 only in B; "
        + "between them ranks differ from step 15 on")
    #expect(parting.unlikeStep == 15)
    let c = small([(10, shared), (15, []), (20, []), (30, [])])
    #expect(Parting(a, c).outcome == .together(through: 50))
    #expect(
      PartingText.lines(Parting(a, c)) == [
        "A and B have the same components where both decide, through step 50",
        "schedules differ: 3 steps in common, 0 only in A, 1 only in B",
      ])
  }

  @Test func `ranks part later than slots`() throws {
    let a = small([
      (10, [ComponentID(module: 0, slot: 2)]), (20, []),
      (30, [ComponentID(module: 1, slot: 0), ComponentID(module: 1, slot: 1)]),
    ])
    let b = small([
      (10, [ComponentID(module: 0, slot: 1)]), (20, []), (30, [ComponentID(module: 1, slot: 2)]),
    ])
    let parting = Parting(a, b)
    #expect(parting.stages.first?.step == 10 && parting.rankStep == 30)
    #expect(
      PartingText.lines(parting).prefix(3) == [
        "A and B part at step 10, A #1, B #1: other slots, the same ranks",
        "L0.q 2, other slots", "ranks first differ at step 30: L0.k A 1 B 2",
      ])
  }

  @Test func `runs whose schedules share no step are compared by their ranks`() throws {
    let pruned = [ComponentID(module: 0, slot: 2)]
    let parting = Parting(small([(10, []), (20, pruned)]), small([(15, []), (25, pruned)]))
    #expect(parting.schedules.both == 0 && parting.rankStep == 20)
    #expect(parting.stages.map(\.step) == [20, 25] && parting.stages[1].modules == 0)
    #expect(
      PartingText.lines(parting).prefix(3) == [
        "A and B: ranks part at step 20, A #2, B none", "L0.q A 2 B 3",
        "schedules share no step: 2 only in A, 2 only in B",
      ])
  }

  @Test func `modules are matched by name, and those of one run only are said`() throws {
    let a = small([], names: ["a.0.q", "a.0.k"])
    let b = small([(5, [ComponentID(module: 1, slot: 0)])], names: ["a.0.v", "a.0.q"])
    let differences = ComparisonText.differences(a, b)
    #expect(differences.map(\.module) == ["a.0.q", "a.0.k", "a.0.v"])
    #expect(differences.map(\.first) == [3, 3, nil] && differences.map(\.second) == [2, nil, 3])
    let text = ComparisonText.lines([a, b]).joined(separator: "\n")
    #expect(text.contains("1 only in A") && text.contains("1 only in B") && text.contains("-1"))
    let parting = Parting(a, b)
    #expect(parting.modules.map(\.label) == ["L0.q"] && parting.stages[0].step == 5)
    let other = small([], names: ["b.0.q", "b.0.k"])
    #expect(Parting(a, other).outcome == .nothingInCommon)
  }

  @Test func `figures at a step are those of the course`() {
    let then = Self.first.figures(at: 300)
    var state = DashboardState()
    for event in FixtureRun().events {
      if case .step(let report) = event, report.step > 300 { break }
      state.apply(event)
    }
    #expect(then.ranks == state.ranks && then.loss == state.smoothedLoss)
    #expect(then.metricValue == state.mainMetric?.value)
  }

  @Test func `damaged, empty and large runs are drawn at every size`() {
    let large = Self.run(
      "large",
      FixtureRun(layers: 80, kinds: ["q", "k", "v", "o", "gate", "up", "down"], totalSteps: 30)
        .events)
    var broken = Self.first
    broken.startAlive = [true]
    broken.decisions.append(
      DecisionOutline(
        number: 9, step: 40, allocator: "?", budget: 0, alive: 0, threshold: .nan,
        pruned: [ComponentID(module: 99, slot: 3), ComponentID(module: 0, slot: -7)], grown: [],
        isFinal: false, reason: ""))
    let bare = ComparedRun(name: "", state: DashboardState(), decisions: [])
    for runs in [
      [large, Self.first], [broken, Self.second], [bare, bare], [Self.first, bare, large, broken],
    ] {
      let model = model(runs, FixtureRun(cutAfter: 200).events)
      for theme in themes {
        for (width, height) in Self.sizes + [(90, 14), (130, 9), (33, 20), (7, 30)] {
          let frame = model.frame(width: width, height: height, theme: theme)
          #expect(frame.cells.count == width * height)
        }
      }
    }
  }
}
