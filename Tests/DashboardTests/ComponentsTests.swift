import Dashboard
import RunEvents
import Screen
import Testing

/// The components of one module, slot by slot.
struct ComponentsTests {
  private static let run = FixtureRun(cutAfter: 412)

  /// A dashboard that shows a module, with what it asked for looked up.
  private func model(_ keys: [Key] = [], events: [RunEvent] = run.events) throws -> DashboardModel {
    var model = DashboardModel(events)
    model.show(.heatmap)
    model.press(.down, .down, .down, .right, .enter)
    for key in keys { model.press(key) }
    try look(&model, EventList(events))
    return model
  }

  private func look(_ model: inout DashboardModel, _ list: EventList) throws {
    try model.fulfil(width: 80, height: 24, in: list) { query, _, _ in Inspection(query: query) }
  }

  private func text(_ model: DashboardModel, _ size: (Int, Int) = (80, 24)) -> String {
    model.frame(width: size.0, height: size.1, theme: themes[0]).text
  }

  @Test(arguments: viewSizes)
  func `components at every size`(width: Int, height: Int) throws {
    var decided = Self.run.events
    guard
      case .decision(var last)? = decided.last(where: {
        if case .decision = $0 { true } else { false }
      })
    else { return }
    last.parts = [
      ScorePart(name: "norm", values: last.scores.map { 2 * $0 }),
      ScorePart(name: "sensitivity of slots", values: last.scores.map { $0.isFinite ? 1 : .nan }),
    ]
    last.number += 1
    decided.append(.decision(last))
    var frames = text(try model(), (width, height))
    frames += text(try model(["o", .down], events: decided), (width, height))
    try expectSnapshot(frames, named: "components-\(width)x\(height)")
  }

  @Test func `what is wanted is asked for once`() throws {
    var model = try model()
    #expect(model.wants(width: 80, height: 24).isEmpty)
    model.press(.right)
    let step = try #require(model.state.lastDecision?.step)
    #expect(model.wants(width: 80, height: 24) == [.changes(of: 14, through: step)])
    try look(&model, EventList(Self.run.events))
    #expect(model.wants(width: 80, height: 24).isEmpty)
    model.press(.escape)
    #expect(model.focus == .heatmap && model.wants(width: 80, height: 24).isEmpty)
  }

  @Test func `left and right go to the neighbours, and stay at the ends`() throws {
    var model = try model()
    #expect(text(model).contains("L2.k"))
    for _ in 0..<4 { model.press(.right) }
    #expect(text(model).contains("L2.down"))
    model.press(.right)
    #expect(text(model).contains("L3.q"))
    for _ in 0..<60 { model.press(.left) }
    #expect(text(model).contains("L0.q"))
    #expect(model.selection?.row == 0 && model.selection?.column == 0)
  }

  @Test func `ages and changes are those of the recorded decisions`() throws {
    let model = try model()
    let module = 13
    let rows = text(model, (120, 40)).split(separator: "\n").map(String.init)
    var last: [Int: (step: Int, isGrown: Bool)] = [:]
    for case .decision(let decision) in Self.run.events {
      for id in decision.pruned where id.module == module { last[id.slot] = (decision.step, false) }
      for id in decision.grown where id.module == module { last[id.slot] = (decision.step, true) }
    }
    try #require(!last.isEmpty)
    for slot in 0..<6 {
      let row = try #require(rows.first { $0.contains("#\(slot) ") })
      guard let change = last[slot] else {
        #expect(row.contains(" 412  "), "alive since the start: \(row)")
        continue
      }
      #expect(row.contains((change.isGrown ? "grown @" : "pruned @") + "\(change.step)"))
      if change.isGrown { #expect(row.contains(" \(412 - change.step)  ")) }
    }
  }

  @Test func `every standing has its word`() throws {
    var events = Self.run.events
    events.append(
      .constraints(step: 412, RankConstraints(pinned: [ComponentID(module: 13, slot: 0)])))
    var model = try model(events: events)
    #expect(text(model, (120, 40)).contains("p pinned"))
    #expect(text(model, (120, 40)).contains("candidate"))
    events.append(
      .gates(
        ModuleGates(
          step: 412, gates: Array(repeating: 0, count: 36), isBinary: true)))
    model = try self.model(events: events)
    #expect(text(model, (120, 40)).contains("frozen") && !text(model).contains("candidate"))
    // Nothing was ever scored: the slots above the start rank are free.
    var run = FixtureRun(cutAfter: 20)
    run.decisions = false
    model = try self.model(events: run.events)
    #expect(text(model, (120, 40)).contains("alive"))
  }

  @Test func `damage and extremes leave whole frames`() throws {
    var events = Self.run.events
    for index in events.indices {
      guard case .decision(var decision) = events[index] else { continue }
      decision.scores = [1, .nan]
      decision.threshold = .nan
      decision.parts = [ScorePart(name: "x", values: [])]
      events[index] = .decision(decision)
    }
    let list = EventList(events)
    var model = try model(["o", .end, .down, .down], events: events)
    for theme in themes {
      for (width, height) in viewSizes + [(0, 0), (7, 3), (33, 9), (2, 30)] {
        try look(&model, list)
        let frame = model.frame(width: width, height: height, theme: theme)
        #expect(frame.cells.count == width * height)
        if !theme.glyphs.hasBraille { #expect(frame.cells.allSatisfy { $0.glyph.isASCII }) }
      }
    }
  }

  @Test func `64 slots scroll with their names above`() throws {
    let run = FixtureRun(
      layers: 4, kinds: ["q", "k"], capacity: 64, totalSteps: 200, target: 200, cutAfter: 150)
    var model = try model(events: run.events)
    #expect(text(model).contains("#0 ") && !text(model).contains("#63 "))
    for _ in 0..<7 { model.press(.pageDown) }
    #expect(text(model).contains("#63 ") && text(model).contains("margin"))
  }
}
