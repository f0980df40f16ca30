import Dashboard
import RunEvents
import Testing

struct NavigatorTests {
  private let events = FixtureRun(totalSteps: 300, cadence: 3).events

  private var decisionSteps: [Int] {
    events.compactMap { if case .decision(let decision) = $0 { decision.step } else { nil } }
  }

  /// The state just after a step, by the plain sum of the events.
  private func sum(through step: Int) -> DashboardState {
    var state = DashboardState()
    for event in events {
      if case .step(let report) = event, report.step > step { break }
      state.apply(event)
    }
    state.history = RunHistory()
    return state
  }

  @Test func `the state at any step is the sum of the events up to there`() throws {
    let list = EventList(events)
    var random = SeededGenerator(seed: 11)
    for _ in 0..<40 {
      let step = Int.random(in: -5...320, using: &random)
      let state = try list.state(at: step)
      #expect(state == sum(through: step))
      #expect(state.step == min(max(step, 0), 300))
    }
  }

  @Test(arguments: [false, true])
  func `a live dashboard at its end and the recorded run are equal`(isEventful: Bool) throws {
    let events = isEventful ? FixtureRun(totalSteps: 300, cadence: 3).eventful : self.events
    var live = DashboardModel(mode: .live)
    for event in events { live.apply(event) }
    let list = EventList(events)
    let recorded = try list.finalState()
    // A file forgets what is done again; this list does not, so its course is only that of a run without seams.
    if !isEventful { #expect(recorded.history == live.head.history) }
    var (head, final) = (live.head, recorded)
    (head.history, final.history) = (RunHistory(), RunHistory())
    if !isEventful { #expect(head == final) }
    #expect(head.ranks == final.ranks && head.log == final.log)
    #expect(head.aliveMask == final.aliveMask && head.status == final.status)
  }

  @Test func `looking back under a live run loses nothing`() throws {
    var seen: [RunEvent] = []
    var model = DashboardModel(mode: .live)
    var plain = DashboardModel(mode: .live)
    var navigator = RunNavigator()
    for (index, event) in events.enumerated() {
      seen.append(event)
      model.apply(event)
      plain.apply(event)
      guard index % 37 == 20 else { continue }
      let list = EventList(seen)
      let last = list.lastStep
      _ = try navigator.move(.to(last / 2), in: list)
      try model.follow(navigator, in: list)
      #expect(model.state.step == last / 2)
      #expect(model.state.history.lastStep == last)
    }
    #expect(model.head == plain.head)
    _ = try navigator.move(.end, in: EventList(seen))
    try model.follow(navigator, in: EventList(seen))
    #expect(model.state == plain.state && !model.isBehind)
  }

  @Test func `one step back undoes one step on, and the ends hold`() throws {
    let list = EventList(events)
    var navigator = RunNavigator(cursor: 120)
    _ = try navigator.move(.steps(1), in: list)
    #expect(navigator.cursor == 121)
    _ = try navigator.move(.steps(-1), in: list)
    #expect(navigator.cursor == 120)
    _ = try navigator.move(.steps(.min), in: list)
    #expect(navigator.cursor == 0)
    _ = try navigator.move(.steps(-1), in: list)
    #expect(navigator.cursor == 0)
    _ = try navigator.move(.steps(.max), in: list)
    #expect(navigator.cursor == nil)
    _ = try navigator.move(.steps(-1), in: list)
    #expect(navigator.cursor == 299)
  }

  @Test func `decisions are reached one after the other, there and back, and by count`() throws {
    let list = EventList(events)
    var navigator = RunNavigator(cursor: 0)
    var steps: [Int] = []
    while try navigator.move(.decisions(1), in: list) == nil, let cursor = navigator.cursor {
      steps.append(cursor)
    }
    #expect(steps == decisionSteps)
    let last = try #require(steps.last)
    #expect(navigator.cursor == last, "where there is none, the cursor stays")
    #expect(try navigator.move(.decisions(1), in: list) == "no decision after step \(last)")
    var back: [Int] = []
    navigator = RunNavigator()
    while try navigator.move(.decisions(-1), in: list) == nil, let cursor = navigator.cursor {
      back.append(cursor)
    }
    #expect(back == decisionSteps.reversed())
    #expect(navigator.cursor == decisionSteps[0], "where there is none, the cursor stays")
    navigator = RunNavigator(cursor: decisionSteps[0] - 3)
    #expect(
      try navigator.move(.decisions(-1), in: list)
        == "no decision before step \(decisionSteps[0] - 3)")
    #expect(navigator.cursor == decisionSteps[0] - 3)
    navigator = RunNavigator(cursor: 0)
    _ = try navigator.move(.decisions(5), in: list)
    #expect(navigator.cursor == decisionSteps[4])
    _ = try navigator.move(.decisions(-3), in: list)
    #expect(navigator.cursor == decisionSteps[1])
  }

  @Test func `changes of a module and conditions on its rank are found`() throws {
    let list = EventList(events)
    for module in [0, 7, 35] {
      let changed = events.compactMap { event -> Int? in
        guard case .decision(let decision) = event else { return nil }
        let touched = (decision.pruned + decision.grown).contains { $0.module == module }
        return touched ? decision.step : nil
      }
      var navigator = RunNavigator(cursor: 0)
      var steps: [Int] = []
      while try navigator.move(.changes(of: module, 1), in: list) == nil,
        let cursor = navigator.cursor
      {
        steps.append(cursor)
      }
      #expect(steps == changed)
    }
    let final = try list.finalState().ranks
    let module = try #require(final.firstIndex { $0 < 6 })
    let condition = RankCondition(modules: [module], relation: .less, rank: 6)
    var navigator = RunNavigator(cursor: 0)
    #expect(try navigator.move(.condition(condition), in: list) == nil)
    let step = try #require(navigator.cursor)
    #expect(try list.state(at: step).ranks[module] < 6)
    #expect(try list.state(at: step - 1).ranks[module] == 6)
    let never = RankCondition(modules: [module], relation: .greater, rank: 99)
    #expect(try navigator.move(.condition(never), in: list) != nil)
    #expect(navigator.cursor == step)
  }

  @Test func `time runs at the chosen speed and stops at the end`() throws {
    let list = EventList(events)
    func elapsed(_ step: Int?) throws -> Double {
      try list.state(at: step ?? 300).report?.elapsed ?? 0
    }
    var navigator = RunNavigator(cursor: 0)
    #expect(try navigator.advance(to: 5, in: list) == false)
    navigator.play(true, elapsed: 0, now: 100)
    let first = try elapsed(1)
    #expect(try navigator.advance(to: 100 + first * 0.9, in: list) == false)
    #expect(try navigator.advance(to: 100 + first * 1.01, in: list))
    #expect(navigator.cursor == 1)
    navigator.setSpeed(4, elapsed: first, now: 200)
    _ = try navigator.advance(to: 210, in: list)
    let cursor = try #require(navigator.cursor)
    #expect(try elapsed(cursor) <= first + 40 && elapsed(cursor + 1) > first + 40)
    navigator.play(false, elapsed: try elapsed(cursor), now: 210)
    #expect(try navigator.advance(to: 1e6, in: list) == false)
    navigator.play(true, elapsed: try elapsed(cursor), now: 0)
    #expect(try navigator.advance(to: 1e6, in: list))
    #expect(navigator.cursor == nil && !navigator.isPlaying)
    navigator.play(true, elapsed: 0, now: 2e6)
    #expect(navigator.cursor == 0 && navigator.isPlaying)
  }

  @Test func `keys move the cursor through actions`() throws {
    let list = EventList(events)
    var model = DashboardModel(mode: .replay)
    model.begin(with: try list.finalState())
    var navigator = RunNavigator(cursor: 0)
    try model.follow(navigator, in: list)
    for key in "]..,n" {
      for action in model.press(.character(key)) {
        guard case .move(let move) = action else {
          Issue.record("\(action)")
          continue
        }
        _ = try navigator.move(move, in: list)
        try model.follow(navigator, in: list)
      }
    }
    #expect(model.state.decisionCount == 2 && model.isBehind)
    #expect(model.cursor == navigator.cursor)
  }

  @Test func `a run without events, or without steps, can be walked`() throws {
    for list in [EventList([]), EventList(FixtureRun(totalSteps: 0).events)] {
      var navigator = RunNavigator(cursor: 0)
      let moves: [Move] = [
        .to(5), .steps(1), .steps(-1), .decisions(1), .decisions(-1), .start, .end,
        .changes(of: 0, 1), .changes(of: 3, -1),
        .condition(RankCondition(modules: [0], relation: .less, rank: 1)),
      ]
      for move in moves {
        _ = try navigator.move(move, in: list)
        var model = DashboardModel(mode: .replay)
        model.begin(with: try list.finalState())
        try model.follow(navigator, in: list)
        #expect(model.state.step == 0)
      }
      navigator.play(true, elapsed: 0, now: 0)
      _ = try navigator.advance(to: 10, in: list)
      #expect(navigator.cursor == nil)
    }
  }
}
