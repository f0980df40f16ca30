import Dashboard
import RunEvents
import Screen
import Testing

struct MilestoneFrameTests {
  private static let sizes = [(120, 40), (80, 24)]
  private let theme = Theme(depth: .full)

  private func eventful(_ run: FixtureRun = FixtureRun(cutAfter: 330)) -> DashboardModel {
    DashboardModel(run.eventful)
  }

  private func shot(_ model: DashboardModel, _ size: (Int, Int), _ name: String) throws {
    let text = model.frame(width: size.0, height: size.1, theme: theme).text
    try expectSnapshot(text, named: "\(name)-\(size.0)x\(size.1)")
  }

  @Test(arguments: sizes)
  func `pins, caps, checkpoints and a seam`(width: Int, height: Int) throws {
    var model = eventful()
    model.press(.down, .down, .down, .down)
    try shot(model, (width, height), "pins")
  }

  @Test(arguments: sizes)
  func `gates as they form, and once they are chosen`(width: Int, height: Int) throws {
    var model = eventful()
    model.press("m", "m")
    try shot(model, (width, height), "gates")
    for event in FixtureRun().eventful.dropFirst(model.state.eventCount) {
      if case .stopped = event { break }
      model.apply(event)
    }
    model.press(.down, .right)
    try shot(model, (width, height), "gates-chosen")
  }

  @Test(arguments: sizes)
  func `a budget in parameters, and a task that goes on`(width: Int, height: Int) throws {
    var run = FixtureRun(cutAfter: 330)
    run.unit = .parameters
    var model = DashboardModel(run.events)
    try shot(model, (width, height), "parameters")
    model.apply(progress(330, done: 120))
    try shot(model, (width, height), "ablation")
  }

  @Test(arguments: sizes)
  func `an allocator that took over warms up`(width: Int, height: Int) throws {
    var run = FixtureRun(cutAfter: 350)
    run.restartsPhases = true
    let model = DashboardModel(run.events)
    try shot(model, (width, height), "warm-up")
    #expect(
      model.frame(width: width, height: height, theme: theme).rows[1]
        .contains("adalora warms up: first decision @390"))
    run.cutAfter = 395
    let later = DashboardModel(run.events)
    #expect(later.frame(width: width, height: height, theme: theme).rows[1].contains("@400"))
  }

  @Test(arguments: sizes)
  func `a pattern is typed`(width: Int, height: Int) throws {
    var model = eventful()
    for key in "player.3.*:4" { model.press(.character(key)) }
    try shot(model, (width, height), "prompt")
  }

  @Test func `marks in ASCII, without colours and in narrow cells`() throws {
    let model = eventful()
    let plain = Theme(depth: .none, glyphs: .ascii)
    let text = model.frame(width: 80, height: 24, theme: plain).text
    try expectSnapshot(text, named: "pins-80x24-ascii")
    var chosen = model
    chosen.press(.down, .down, .down, .down, .down)
    let narrow = chosen.frame(width: 20, height: 8, theme: theme).text
    try expectSnapshot(narrow, named: "pins-20x8")
  }

  @Test func `no size and no theme is too small for what is new`() {
    var run = FixtureRun(cutAfter: 330)
    run.unit = .parameters
    run.restartsPhases = true
    var models = [eventful(), eventful(), DashboardModel(run.eventful)]
    models[1].press("m", "m", .down)
    models[2].press("p", "x", .enter)
    models[0].apply(progress(330, done: 1))
    for model in models {
      for (width, height) in [(40, 12), (20, 6), (1, 1), (0, 0), (33, 9), (72, 11), (2, 30)] {
        for theme in themes {
          let frame = model.frame(width: width, height: height, theme: theme)
          #expect(frame.cells.count == width * height)
          if !theme.glyphs.hasBraille { #expect(frame.cells.allSatisfy { $0.glyph.isASCII }) }
        }
      }
    }
  }

  @Test func `gates that are no numbers are shown as none`() {
    var model = eventful()
    var gates = FixtureRun().gates(330, isBinary: true)
    gates.gates[0] = .nan
    model.apply(.gates(gates))
    model.press("m", "m")
    let rows = model.frame(width: 80, height: 24, theme: theme).rows
    #expect(rows[5].contains("–") && !rows.joined().contains("nan"))
  }

  @Test func `an eventful run in plain words`() throws {
    var run = FixtureRun()
    run.unit = .parameters
    let lines = Summary.lines(DashboardState(run.eventful))
    try expectSnapshot(lines.map { $0 + "\n" }.joined(), named: "summary-eventful")
  }
}
