import Dashboard
import RunEvents
import Screen
import Testing

/// Random keys at random sizes over sound and damaged runs: the dashboard must stay alive and its frames whole.
struct RandomKeyTests {
  private static let sizes = [
    (1, 1), (2, 1), (1, 5), (3, 3), (20, 6), (31, 7), (40, 12), (72, 20), (80, 24), (120, 40),
    (200, 60),
  ]

  /// Every key that any binding knows, and some that none does.
  private static var keys: [Key] {
    let bound = KeyTable.standard.bindings.flatMap(\.keys)
    let digits: [Key] = "0123456789:/<>=.*[](){}~é".map { .character($0) }
    return bound + digits + [.function(3), .enter, .escape, .tab, .backspace, .end, .home]
  }

  /// A run with arrays of wrong lengths, steps that go back and numbers that are none.
  private static func damaged(_ events: [RunEvent], seed: UInt64) -> [RunEvent] {
    var random = SeededGenerator(seed: seed)
    return events.compactMap { event -> RunEvent? in
      guard Int.random(in: 0..<6, using: &random) == 0 else { return event }
      switch event {
      case .step(var report):
        report.step = [-1, 0, .max, report.step, 1 << 50].randomElement(using: &random)!
        report.loss = [.nan, .infinity, -1e300].randomElement(using: &random)!
        report.elapsed = .nan
        report.tokens = .max
        report.seconds = -.infinity
        return .step(report)
      case .decision(var decision):
        decision.scores = Array(decision.scores.prefix(3)) + [.nan, .infinity]
        decision.alive = []
        decision.pruned = [
          ComponentID(module: 999_999, slot: -4), ComponentID(module: 0, slot: 77),
        ]
        decision.step = Int.random(in: -3...900, using: &random)
        decision.threshold = .nan
        decision.budget = .max
        decision.parts = [ScorePart(name: "", values: [1])]
        return .decision(decision)
      case .statistics(var statistics):
        statistics.ranks = Array(repeating: .max, count: Int.random(in: 0..<80, using: &random))
        statistics.importance = [.nan]
        return .statistics(statistics)
      case .planned(var plan):
        plan.decisionInterval = -5
        plan.phases = [Plan.Phase(name: "\u{7}", start: .max, end: .min)]
        return .planned(plan)
      case .evaluation(var evaluation):
        evaluation.metrics = ["accuracy": .nan, "": .infinity]
        return .evaluation(evaluation)
      default: return Bool.random(using: &random) ? event : nil
      }
    }
  }

  private static let runs: [[RunEvent]] = [
    [], FixtureRun(totalSteps: 0).events, FixtureRun(cutAfter: 250).events,
    FixtureRun(totalSteps: 300, cadence: 3).eventful,
    FixtureRun(layers: 1, kinds: ["q"], totalSteps: 30).events,
    FixtureRun(
      layers: 80, kinds: ["q", "k", "v", "o", "gate", "up", "down"], capacity: 4, totalSteps: 40,
      target: 1500, cutAfter: 30
    ).events,
  ]

  @Test(arguments: [0, 1, 2, 3, 4, 5], [false, true])
  func `any keys at any size leave a whole frame`(run: Int, isDamaged: Bool) throws {
    var random = SeededGenerator(seed: UInt64(run * 2 + (isDamaged ? 1 : 0)))
    let keys = Self.keys
    for mode in [Mode.live, .readOnly, .replay] {
      let events = isDamaged ? Self.damaged(Self.runs[run], seed: 5) : Self.runs[run]
      let list = EventList(events)
      var model = DashboardModel(mode: mode)
      var navigator = RunNavigator(cursor: mode == .replay ? 0 : nil)
      for event in events { model.apply(event) }
      try model.follow(navigator, in: list)
      var now = 0.0
      for _ in 0..<60 {
        now += Double.random(in: 0...1, using: &random)
        let key = keys.randomElement(using: &random)!
        for action in model.apply(key, now: now) + model.tick(now: now) {
          guard case .move(let move) = action else { continue }
          _ = try navigator.move(move, in: list)
          try model.follow(navigator, in: list)
        }
        let (width, height) = Self.sizes.randomElement(using: &random)!
        try model.fulfil(width: width, height: height, in: list) { query, choice, _ in
          Inspection(query: query, choice: choice)
        }
        let frame = model.frame(
          width: width, height: height, theme: themes.randomElement(using: &random)!)
        #expect(frame.width == width && frame.height == height)
      }
    }
  }

  @Test func `no two parts of any view overlap at any size`() {
    var model = DashboardModel(Self.runs[2])
    for view in ViewKind.allCases {
      for isExpanded in [false, true] {
        model.show(view)
        #expect(model.view == view)
        if model.isExpanded != isExpanded { model.press("e") }
        for height in 0...62 {
          for width in [0, 1, 2, 5, 10, 20, 31, 40, 71, 72, 80, 90, 120, 200] {
            expectNoOverlap(
              model.layout(width: width, height: height), width: width, height: height)
          }
        }
      }
    }
  }
}
