import Dashboard
import RunEvents
import Screen
import Testing

/// The decision view: candidates, what if, proposals.
struct DecisionViewTests {
  private static let sizes = [(200, 60), (120, 40), (80, 24), (40, 12), (20, 6), (1, 1)]
  private let events = FixtureRun(cutAfter: 412).events

  /// The decision view over a run, with what a judge says.
  private func model(
    _ events: [RunEvent], mode: Mode = .live, judge: (inout Inspection) -> Void = { _ in }
  ) throws -> DashboardModel {
    var model = DashboardModel(events, mode: mode)
    model.press("4")
    try fulfil(&model, events, judge)
    return model
  }

  private func fulfil(
    _ model: inout DashboardModel, _ events: [RunEvent], _ judge: (inout Inspection) -> Void
  ) throws {
    try model.fulfil(width: 120, height: 40, in: EventList(events)) { query, choice, _ in
      var inspection = Inspection(query: query, choice: choice)
      inspection.recomputed = JudgedDecision(
        allocator: choice.decision.allocator, budget: choice.decision.budget,
        alive: choice.decision.alive, threshold: choice.decision.threshold)
      inspection.judges = [choice.decision.allocator, "sora"]
      judge(&inspection)
      return inspection
    }
  }

  private func text(_ model: DashboardModel, _ size: (Int, Int) = (120, 40)) -> String {
    model.frame(width: size.0, height: size.1, theme: themes[0]).text
  }

  @Test(arguments: sizes)
  func `a decision at every size`(width: Int, height: Int) throws {
    let text = text(try model(events), (width, height))
    try expectSnapshot(text, named: "decision-\(width)x\(height)")
  }

  @Test func `a record that its scores do not explain is red`() throws {
    let model = try model(events) { $0.recomputed?.alive[0].toggle() }
    let frame = model.frame(width: 120, height: 40, theme: Theme(depth: .full))
    #expect(frame.text.contains("MISMATCH: its scores do not give what was recorded: L0.q#0"))
    let row = try #require(frame.rows.firstIndex { $0.contains("MISMATCH: its") })
    #expect(frame[4, row].style == Theme(depth: .full).bad)
    #expect(!text(try self.model(events)).contains("MISMATCH"))
  }

  @Test func `what if asks and never touches the run`() throws {
    var model = try model(events)
    let budget = try #require(model.state.scoredDecision).budget
    #expect(model.press(.left, .left, ")", "b") == [])
    #expect(model.wants(width: 120, height: 40) != [])
    try fulfil(&model, events) { inspection in
      #expect(inspection.query.whatIf == Inspection.WhatIf(budget: budget + 8, allocator: "sora"))
      var alive = inspection.choice!.decision.alive
      alive[5].toggle()
      inspection.whatIf = JudgedDecision(allocator: "sora", budget: budget + 8, alive: alive)
    }
    #expect(model.wants(width: 120, height: 40) == [])
    let shown = text(model)
    #expect(shown.contains("what if sora had decided within \(budget + 8)"))
    #expect(shown.contains("1 component comes out otherwise"))
    model.press("f")
    #expect(text(model).contains("if so: sora within \(budget + 8)"))
    #expect(text(model).contains("was "), "the difference is marked where it was judged")
    #expect(text(model, (100, 40)).contains("then "))
    #expect(!text(model, (100, 40)).contains("if so: sora"), "one list where there is no room")
    model.press("0")
    #expect(!text(model).contains("what if sora"))
  }

  @Test func `losses before and after are means of single steps, also in a long run`() throws {
    // So long that the course of the run keeps eight steps in one bucket.
    let run = FixtureRun(layers: 1, totalSteps: 8000, target: 20, interval: 16, cadence: 500)
    let list = EventList(run.events)
    var model = DashboardModel(mode: .replay)
    model.begin(with: try list.finalState())
    #expect(model.state.losses.stride == 8)
    try model.follow(RunNavigator(cursor: 1300), in: list)
    model.press("4")
    try fulfil(&model, run.events) { _ in }
    let step = try #require(model.inspection?.choice?.decision.step)
    #expect(step <= 1300 && step % 8 != 0, "the decision \(step) falls inside a bucket")
    var sums = (before: 0.0, after: 0.0)
    for case .step(let report) in run.events {
      if report.step > step - 16 && report.step <= step { sums.before += report.loss / 16 }
      if report.step > step && report.step <= step + 16 { sums.after += report.loss / 16 }
    }
    let (before, after) = (NumberText.short(sums.before), NumberText.short(sums.after))
    #expect(
      text(model).contains("loss \(before) over 16 steps before, \(after) over as many after"))
  }

  @Test func `losses after a decision come as the run goes on, and go when it is taken back`()
    throws
  {
    var recorded = events
    var model = try model(recorded)
    #expect(text(model).contains("over 10 steps before"))
    #expect(text(model).contains("over 4 steps after"))
    func step(_ step: Int) {
      recorded.append(report(step, loss: 7))
      model.apply(report(step, loss: 7))
    }
    step(413)
    #expect(model.wants(width: 120, height: 40) == [.losses(399...413)])
    try fulfil(&model, recorded) { _ in }
    #expect(text(model).contains("over 5 steps after"))
    for next in 414...430 { step(next) }
    try fulfil(&model, recorded) { _ in }
    #expect(text(model).contains("over as many after"))
    #expect(model.stepLosses?.steps == 399...418)
    step(431)
    #expect(model.wants(width: 120, height: 40) == [], "what is complete is not asked for again")
    model.apply(
      .resumed(Seam(step: 412, source: nil, lastRecorded: 431, alive: model.head.aliveMask)))
    #expect(model.stepLosses == nil)
  }

  @Test func `losses that are not finite are left out of their means`() throws {
    var recorded = events
    for index in recorded.indices {
      guard case .step(var report) = recorded[index], [401, 404, 410].contains(report.step) else {
        continue
      }
      report.loss = report.step == 404 ? .infinity : .nan
      recorded[index] = .step(report)
    }
    #expect(text(try model(recorded)).contains("over 8 steps before"))
    #expect(text(try model(recorded)).contains("over 3 steps after"))
  }

  @Test func `the order, the filter and the choice`() throws {
    var model = try model(events)
    let before = text(model)
    model.press("o")
    #expect(text(model) != before)
    model.press("o", "f")
    #expect(text(model).contains("changes only"))
    model.press("f", "f", .down, .down)
    #expect(text(model) != before)
    model.press("^")
    #expect(text(model) == before)
  }

  private func proposal(_ number: Int) throws -> Decision {
    var decision = try #require(DashboardModel(events).state.scoredDecision)
    decision.number = number
    return decision
  }

  @Test func `a proposal is shown and answered`() throws {
    var model = DashboardModel(events)
    #expect(model.press("n") == [.request(.propose)])
    #expect(model.press("n") == [], "one request is enough")
    model.apply(.proposed(try proposal(40)))
    #expect(model.view == .decision)
    #expect(text(model).contains("decision 40 is proposed"))
    #expect(text(model).contains("waits for you"))
    let apply = DecisionAnswer(number: 40, verdict: .apply)
    var other = model
    #expect(other.press("q", "d") == [.request(.runOn), .detach])
    other = model
    #expect(other.press("q", .enter) == [.request(.runOn), .detach], "the entry does the same")
    other = model
    #expect(other.press("n") == [], "one waits already")
    #expect(text(other).contains("decision 40 waits for your answer"))
    other = model
    #expect(other.press(.escape) == [.request(.runOn)])
    other = model
    let veto = DecisionAnswer(number: 40, verdict: .veto)
    #expect(other.press("x") == [.request(.decide(veto))])
    #expect(model.press(.enter) == [.request(.decide(apply))])
    // One answer is enough, and nobody needs to be told to run on.
    #expect(model.press(.enter, "x", "t", .escape) == [])
    #expect(text(model).contains("decision 40 is answered"))
    #expect(model.press("q", "d") == [.detach])
    // A request that was not written is no answer.
    model.withdraw(.decide(apply), because: "the disk is full", now: 0)
    #expect(model.press("x") == [.request(.decide(veto))])
  }

  @Test func `toggled components are those that were chosen`() throws {
    var model = DashboardModel(events)
    model.apply(.proposed(try proposal(40)))
    model.press("t")
    #expect(text(model).contains("choose a component first"))
    model.press(.down, "t", .down, .down, "t")
    #expect(text(model).contains("2 edited"))
    guard case .request(.decide(let answer)) = model.press(.enter).first,
      case .toggle(let components) = answer.verdict
    else {
      Issue.record("no answer")
      return
    }
    #expect(answer.number == 40 && components.count == 2 && components == components.sorted())
    var decided = try proposal(40)
    decided.edited = components
    model.apply(.decision(decided))
    #expect(model.head.proposal == nil)
    #expect(!text(model).contains("is proposed"))
  }

  /// Walks to a component with the keys.
  private func choose(_ component: Int, in model: inout DashboardModel) {
    for _ in 0..<30 { model.press(.pageUp) }
    for _ in 0..<300 where model.chosenComponent != component { model.press(.down) }
    #expect(model.chosenComponent == component)
  }

  @Test func `what a pin or a cap forbids is refused at the key`() throws {
    let proposal = try proposal(40)
    let layout = ComponentLayout(FixtureRun().modules)
    // A module with rank 2 at least, and a dead slot.
    let ranks = layout.ranks(alive: proposal.alive)
    let module = try #require(ranks.firstIndex { $0 > 1 && $0 < 6 })
    let slots = layout.range(of: module)
    let live = slots.filter { proposal.alive[$0] }
    let dead = try #require(slots.first { !proposal.alive[$0] })
    let name = FixtureRun().modules[module].name
    func model(_ constraints: RankConstraints) -> DashboardModel {
      var model = DashboardModel(events + [.constraints(step: 412, constraints)])
      model.apply(.proposed(proposal))
      return model
    }
    func toggle(_ component: Int, in model: inout DashboardModel) {
      choose(component, in: &model)
      model.press("t")
    }
    var pinned = model(RankConstraints(pinned: [layout.id(at: live[0])]))
    toggle(live[0], in: &pinned)
    #expect(text(pinned).contains("\(name)#\(layout.id(at: live[0]).slot) is pinned: release it"))
    #expect(pinned.shownToggles == [])
    toggle(live[1], in: &pinned)
    #expect(pinned.shownToggles == [live[1]])

    let rank = Int(ranks[module])
    var floored = model(RankConstraints(floors: [module: rank - 1]))
    toggle(live[0], in: &floored)
    toggle(live[1], in: &floored)
    #expect(text(floored).contains("\(name) is pinned to rank \(rank - 1): release it first"))
    #expect(floored.shownToggles == [live[0]])

    var capped = model(RankConstraints(caps: [module: rank]))
    toggle(dead, in: &capped)
    #expect(text(capped).contains("\(name) is capped at rank \(rank): release it first"))
    // One for another is allowed, and then the first cannot be turned back alone.
    toggle(live[0], in: &capped)
    toggle(dead, in: &capped)
    #expect(capped.shownToggles == [live[0], dead])
    toggle(live[0], in: &capped)
    #expect(capped.shownToggles == [live[0], dead])
    toggle(dead, in: &capped)
    toggle(live[0], in: &capped)
    #expect(capped.shownToggles == [])
  }

  @Test func `edits that take up more than the budget are said`() throws {
    var proposal = try proposal(40)
    proposal.budget = proposal.alive.count { $0 }
    var model = DashboardModel(events)
    model.apply(.proposed(proposal))
    let dead = try #require(proposal.alive.firstIndex(of: false))
    choose(dead, in: &model)
    #expect(!text(model).contains("above the budget"))
    model.press("t")
    #expect(text(model).contains("1 above the budget"))
  }

  @Test func `who comes to a run that waits sees what is proposed`() throws {
    var first = DashboardModel(events)
    first.apply(.proposed(try proposal(40)))
    var second = DashboardModel(mode: .live)
    second.begin(with: first.head)
    #expect(second.view == .decision && text(second).contains("decision 40 is proposed"))
    var watching = DashboardModel(mode: .readOnly)
    watching.begin(with: first.head)
    #expect(watching.view == .overview)
  }

  @Test func `somebody who types is not interrupted`() throws {
    var model = DashboardModel(events)
    model.press(":")
    model.apply(.proposed(try proposal(3)))
    #expect(model.view == .overview)
    model.press(.escape)
    #expect(text(model).contains("decision 3 is proposed and the trainer waits"))
  }

  @Test func `odd runs have a decision view too`() throws {
    for (run, words) in [
      (FixtureRun(totalSteps: 0), "no decision"),
      (FixtureRun(layers: 1, kinds: ["q"], totalSteps: 30), "decision"),
      (FixtureRun(decisions: false), "no decision"),
    ] {
      for size in Self.sizes { _ = text(try model(run.events), size) }
      #expect(text(try model(run.events)).contains(words))
    }
    var events = events
    for index in events.indices {
      guard case .decision(var decision) = events[index] else { continue }
      decision.scores = decision.scores.indices.map { $0 % 2 == 0 ? .nan : .infinity }
      events[index] = .decision(decision)
    }
    for size in Self.sizes { _ = text(try model(events), size) }
    let rows = text(try model(events)).split(separator: "\n")
    // What is not a number has a dash and stands below all that is one.
    let infinite = try #require(rows.lastIndex { $0.contains(/∞ +∞/) })
    let odd = try #require(rows.firstIndex { $0.contains(/– +–/) })
    #expect(odd > infinite)
  }

  @Test func `pins and caps are marked in words`() throws {
    var model = try model(events)
    let decision = try #require(model.state.scoredDecision)
    let index = try #require(
      decision.scores.indices.max { decision.scores[$0] < decision.scores[$1] })
    let id = model.state.grid.layout.id(at: index)
    model.apply(
      .constraints(
        step: 412, RankConstraints(pinned: [id], floors: [id.module: 1], caps: [id.module: 6])))
    for _ in 0..<40 { model.press(.pageUp) }
    #expect(text(model).contains(" pinned keeps 1 capped at 6"))
  }

  @Test func `a decision that is taken again is looked up again`() throws {
    var model = DashboardModel(events)
    model.apply(.checkpoint(Checkpoint(step: 412, bytes: 1, seconds: 1)))
    model.press("4")
    var recorded = events
    func decide(_ reason: String) throws {
      var decision = try #require(DashboardModel(events).state.scoredDecision)
      decision.number = 35
      decision.step = 420
      decision.reason = reason
      model.apply(report(420))
      model.apply(.decision(decision))
      recorded.append(report(420))
      recorded.append(.decision(decision))
    }
    func look() throws {
      try model.fulfil(width: 120, height: 40, in: EventList(recorded)) { query, choice, _ in
        Inspection(query: query, choice: choice)
      }
    }
    try decide("first reason")
    try look()
    #expect(text(model).contains("first reason"))
    model.apply(
      .resumed(Seam(step: 412, source: nil, lastRecorded: 420, alive: model.head.aliveMask)))
    recorded = events
    try decide("second reason")
    try look()
    #expect(text(model).contains("second reason"))
  }

  @Test func `leaving between asking and being proposed lets the trainer run on`() {
    var model = DashboardModel(events)
    #expect(model.press("n", "q", "d") == [.request(.propose), .request(.runOn), .detach])
    model = DashboardModel(events)
    model.press("n")
    model.apply(intervention(.propose, step: 412))
    #expect(model.press("q", .enter) == [.request(.runOn), .detach], "asked for, not yet proposed")
  }

  @Test func `a judge is told the demands of the decision's own time`() throws {
    var model = DashboardModel(events)
    model.press("4")
    model.apply(.constraints(step: 412, RankConstraints(caps: [0: 1])))
    var told: RankConstraints?
    try model.fulfil(width: 120, height: 40, in: EventList(events)) { query, choice, state in
      told = state.constraints
      #expect(choice.decision.step == 408)
      return Inspection(query: query, choice: choice)
    }
    #expect(told == RankConstraints())
  }
}
