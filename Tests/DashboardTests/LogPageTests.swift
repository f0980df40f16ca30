import Dashboard
import RunEvents
import Screen
import Testing

/// The log: what is listed, filtered, chosen and opened.
struct LogPageTests {
  private static let alarm = Alarm(
    step: 300, kind: "importance-all-zero",
    message: "all importances have been zero for 3 records: the scores are taken before the first "
      + "backward pass; look at the order of the training loop, or raise the learning rate")
  private static let events = FixtureRun(totalSteps: 684, cutAfter: 412).events.flatMap {
    event -> [RunEvent] in
    guard case .step(let report) = event, report.step == 300 else { return [event] }
    return [
      event, .alarm(alarm), .checkpoint(Checkpoint(step: 300, bytes: 4_200_000, seconds: 0.3)),
      intervention(.budget(-4), id: 99, step: 300, outcome: .rejected("a budget is at least 1")),
    ]
  }

  private func model() -> DashboardModel {
    var model = DashboardModel(Self.events)
    model.show(.log)
    return model
  }

  private func text(_ model: DashboardModel, _ size: (Int, Int) = (80, 24)) -> String {
    model.frame(width: size.0, height: size.1, theme: themes[0]).text
  }

  @Test(arguments: viewSizes)
  func `the log at every size`(width: Int, height: Int) throws {
    var model = self.model()
    var frames = text(model, (width, height))
    model.press(.pageDown, .down, .down, .down)
    frames += text(model, (width, height))
    model.press("o", "o", "o")
    frames += text(model, (width, height))
    try expectSnapshot(frames, named: "log-\(width)x\(height)")
  }

  @Test(arguments: [(200, 60), (80, 24), (40, 24)])
  func `an alarm is told in full`(width: Int, height: Int) {
    var model = self.model()
    model.press("o", "o", "o")
    let words = text(model, (width, height)).split { $0 == " " || $0 == "\n" }.map(String.init)
    let alarm = Self.alarm.message.split(separator: " ").map(String.init)
    #expect(words.indices.contains { Array(words[$0...].prefix(alarm.count)) == alarm })
  }

  @Test func `kinds are counted and shown alone`() {
    var model = self.model()
    let wide = (120, 40)
    let decisions = model.state.log.decisions.count
    #expect(
      text(model, wide).contains("\(decisions) decisions, 5 requests, 1 alarm, 1 note"))
    model.press("o")
    #expect(text(model, wide).contains("only decisions: \(decisions) of \(decisions + 7)"))
    model.press("o")
    #expect(text(model, wide).contains("only requests: 5 of"))
    #expect(text(model, wide).contains("refused: a budget is at least 1"))
    model.press("O", "O")
    #expect(!text(model, wide).contains("only requests"))
    model.press("O", .escape)
    #expect(!text(model, wide).contains("only requests") && model.view == .log)
  }

  @Test func `words filter the log while they are typed`() {
    var model = self.model()
    model.press("/")
    for key in "ADALORA" { model.press(.character(key)) }
    #expect(text(model).contains("/ADALORA/: "))
    model.press(.enter)
    #expect(text(model).contains("allocator adalora") && !text(model).contains("budget 140"))
    model.press(.escape)
    #expect(text(model, (120, 60)).contains("budget 140"))
    model.press("/", "~", "~", .enter, .down, .enter)
    #expect(text(model).contains("nothing of that kind"))
  }

  @Test func `enter goes to where a decision was taken and opens it`() throws {
    var model = self.model()
    #expect(model.press(.enter).isEmpty)
    model.press(.down, .down)
    let decisions = model.state.log.decisions
    let step = try #require(decisions.dropLast(2).last?.step)
    #expect(model.press(.enter) == [.move(.to(step))])
    #expect(model.view == .decision)
  }

  @Test func `what happened after the cursor stays in the list`() throws {
    let list = EventList(Self.events)
    var model = self.model()
    let before = text(model, (120, 60))
    try model.follow(RunNavigator(cursor: 300), in: list)
    #expect(model.isBehind)
    let after = text(model, (120, 60))
    let newest = try #require(model.head.log.decisions.last)
    #expect(before.contains("#\(newest.number) ") && after.contains("#\(newest.number) "))
    #expect(after.contains("checkpoint written"))
  }

  @Test func `nothing yet, and a list longer than the screen`() {
    var model = DashboardModel(mode: .live)
    model.show(.log)
    #expect(text(model).contains("nothing happened yet"))
    model.press(.down, .enter)
    model = self.model()
    for _ in 0..<20 { model.press(.pageDown) }
    let first = model.state.log.decisions[0]
    #expect(text(model).contains("#\(first.number) "))
    for theme in themes {
      for (width, height) in viewSizes + [(0, 0), (7, 3), (33, 9), (2, 30)] {
        #expect(
          model.frame(width: width, height: height, theme: theme).cells.count == width * height)
      }
    }
  }
}
