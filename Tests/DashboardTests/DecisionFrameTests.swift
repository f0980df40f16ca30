import Dashboard
import RunEvents
import Screen
import Testing

/// The decision view as text: a mismatch, questions, proposals, at every size.
struct DecisionFrameTests {
  private static let sizes = [(200, 60), (120, 40), (80, 24), (40, 12), (20, 6), (1, 1)]
  private static let events = FixtureRun(cutAfter: 412).events

  private func expect(
    _ model: DashboardModel, _ name: String, _ size: (Int, Int),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let frame = model.frame(width: size.0, height: size.1, theme: Theme(depth: .full))
    try expectSnapshot(
      frame.text, named: "\(name)-\(size.0)x\(size.1)", sourceLocation: sourceLocation)
  }

  @Test(arguments: sizes)
  func `a mismatch at every size`(width: Int, height: Int) throws {
    var judge = PlainJudge()
    judge.errors = [0, 40, 77, 100, 101, 130, 140]
    let model = try judge.model(Self.events)
    try expect(model, "decision-mismatch", (width, height))
  }

  @Test(arguments: sizes)
  func `another budget at every size`(width: Int, height: Int) throws {
    let model = try PlainJudge().model(Self.events, ")", .right, .right)
    try expect(model, "decision-budget", (width, height))
  }

  @Test(arguments: sizes)
  func `another allocator at every size`(width: Int, height: Int) throws {
    let model = try PlainJudge().model(Self.events, "b")
    try expect(model, "decision-judge", (width, height))
  }

  @Test func `another allocator's own order, and a question without an answer`() throws {
    let size = (120, 40)
    let model = try PlainJudge().model(Self.events, "b", "(", "o", "o")
    try expect(model, "decision-judge-order", size)
    var judge = PlainJudge()
    judge.problem = "the gates were not recorded"
    try expect(try judge.model(Self.events, "b"), "decision-judge-none", size)
  }

  @Test(arguments: sizes)
  func `a proposal at every size, as it is and as edited`(width: Int, height: Int) throws {
    var proposal = try #require(DashboardModel(Self.events).state.scoredDecision)
    proposal.number = 35
    proposal.step = 418
    var model = DashboardModel(Self.events)
    model.apply(.proposed(proposal))
    try expect(model, "proposal", (width, height))
    model.press(.down, "t", .down, .down, "t", .up)
    try expect(model, "proposal-edited", (width, height))
  }

  @Test(arguments: [(200, 60), (120, 40)])
  func `560 modules of 64 slots`(width: Int, height: Int) throws {
    let run = FixtureRun(
      layers: 80, kinds: ["q", "k", "v", "o", "gate", "up", "down"], capacity: 64, totalSteps: 60,
      target: 20_000, cutAfter: 40)
    let model = try PlainJudge().model(run.events, ")", ")", ")")
    try expect(model, "decision-560", (width, height))
  }

  @Test func `frames of a question need no colour and no more than ASCII`() throws {
    let model = try PlainJudge().model(Self.events, "b", ")")
    let frame = model.frame(
      width: 120, height: 40, theme: Theme(depth: .none, glyphs: .ascii))
    try expectSnapshot(frame.text, named: "decision-judge-120x40-ascii")
  }
}

/// Judges by keeping the best components within the budget: a plain form for tests, no ties, no pins.
struct PlainJudge {
  /// Components that come out otherwise than recorded when the decision is worked out again.
  var errors: [Int] = []
  var problem: String?

  /// The decision view of a run after some keys, with all that it wants looked up.
  func model(_ events: [RunEvent], _ keys: Key..., mode: Mode = .live) throws -> DashboardModel {
    var model = DashboardModel(events, mode: mode)
    model.press("4")
    try fulfil(&model, events)
    for key in keys {
      model.press(key)
      try fulfil(&model, events)
    }
    return model
  }

  func fulfil(_ model: inout DashboardModel, _ events: [RunEvent]) throws {
    try model.fulfil(width: 120, height: 40, in: EventList(events)) { query, choice, _ in
      inspect(query, choice)
    }
  }

  func inspect(_ query: Inspection.Query, _ choice: RecordedChoice) -> Inspection {
    let decision = choice.decision
    var inspection = Inspection(query: query, choice: choice)
    inspection.judges = [decision.allocator, "sora"]
    var recomputed = JudgedDecision(
      allocator: decision.allocator, budget: decision.budget, alive: decision.alive,
      threshold: decision.threshold, scores: decision.scores)
    for index in errors { recomputed.alive[index].toggle() }
    inspection.recomputed = recomputed
    guard query.whatIf != Inspection.WhatIf() else { return inspection }
    let name = query.whatIf.allocator ?? decision.allocator
    let budget = query.whatIf.budget ?? decision.budget
    if let problem {
      inspection.whatIf = JudgedDecision(allocator: name, budget: budget, problem: problem)
      return inspection
    }
    var scores = decision.scores
    if name == "sora" {
      for index in scores.indices {
        scores[index] *= 0.7 + 0.6 * Float(FixtureRun().noise(index, 91))
      }
    }
    let order = scores.indices.filter { !scores[$0].isNaN }.sorted {
      scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
    }
    var alive = Array(repeating: false, count: scores.count)
    for index in order.prefix(budget) { alive[index] = true }
    inspection.whatIf = JudgedDecision(
      allocator: name, budget: budget, alive: alive,
      threshold: budget < order.count ? scores[order[budget]] : nil, scores: scores)
    return inspection
  }
}
