import Dashboard
import RunEvents
import Screen
import Testing

/// The timeline, and the time cursor in every pane.
struct TimelineTests {
  private static let sizes = [(200, 60), (120, 40), (80, 24), (40, 12), (20, 6), (1, 1)]
  private let list = EventList(FixtureRun().events)

  private func model(at cursor: Int?, mode: Mode = .live) throws -> DashboardModel {
    var model = DashboardModel(mode: mode)
    model.begin(with: try list.finalState())
    try model.follow(RunNavigator(cursor: cursor), in: list)
    return model
  }

  /// Presses a key and lets the records answer what it asks for.
  private func press(
    _ model: inout DashboardModel, _ navigator: inout RunNavigator, _ keys: Key...
  ) throws {
    for key in keys {
      for action in model.apply(key, now: 0) {
        guard case .move(let move) = action else { continue }
        _ = try navigator.move(move, in: list)
        try model.follow(navigator, in: list)
      }
    }
  }

  @Test(arguments: sizes)
  func `the timeline at every size, behind the end`(width: Int, height: Int) throws {
    var model = try model(at: 320)
    model.press("3", .down, .down)
    let frame = model.frame(width: width, height: height, theme: Theme(depth: .full))
    try expectSnapshot(frame.text, named: "timeline-\(width)x\(height)")
  }

  @Test func `the overview behind a live run`() throws {
    let model = try model(at: 320)
    let text = model.frame(width: 120, height: 40, theme: Theme(depth: .full)).text
    #expect(text.contains("at step 320, the run is at 684: end returns"))
    try expectSnapshot(text, named: "behind-120x40")
    let plain = model.frame(width: 80, height: 24, theme: Theme(depth: .none, glyphs: .ascii)).text
    try expectSnapshot(plain, named: "behind-80x24-ascii")
  }

  @Test(arguments: [ColorRamp.Name.dusk, .grey])
  func `what lies after the cursor is grey, or shaded where greys are values`(
    ramp: ColorRamp.Name
  ) throws {
    var model = try model(at: 320)
    model.press("3")
    let theme = Theme(depth: .full, ramp: ramp)
    let frame = model.frame(width: 120, height: 40, theme: theme)
    let row = try #require(frame.text.split(separator: "\n").firstIndex { $0.contains("L0.v ") })
    let cells = (0..<120).map { frame[$0, row] }
    let cursor = try #require(cells.lastIndex { $0.glyph == theme.glyphs.vertical })
    let later = cells[(cursor + 1)..<119]
    let levels = theme.ramp.levels.map(\.background)
    #expect(cells[cursor - 10].glyph == " " && levels.contains(cells[cursor - 10].style.background))
    #expect(later.allSatisfy { $0.glyph == (ramp == .dusk ? " " : "▒") })
    if ramp == .dusk {
      #expect(later.allSatisfy { !levels.contains($0.style.background) })
      #expect(later.allSatisfy { $0.style.background != .standard })
    } else {
      #expect(later.allSatisfy { levels.contains($0.style.foreground) })
    }
  }

  @Test func `the status line says what happened at the cursor`() throws {
    var model = try model(at: 320)
    model.press("3", .down)
    let theme = Theme(depth: .none)
    let text = model.frame(width: 120, height: 40, theme: theme).text
    #expect(text.contains("step 320  L0.q rank"))
    #expect(text.contains("by ana@lab"))
  }

  @Test func `zoomed into a long run, marks stand at their own steps`() throws {
    // The course of the run keeps eight steps in one bucket.
    let run = FixtureRun(layers: 1, totalSteps: 8000, target: 20, interval: 12, cadence: 500)
    let list = EventList(run.events)
    var model = DashboardModel(mode: .replay)
    model.begin(with: try list.finalState())
    try model.follow(RunNavigator(cursor: 2000), in: list)
    model.press("3", "i", "i", "i", "i", "i", "i", "i")
    let theme = Theme(depth: .full)
    let text = model.frame(width: 200, height: 60, theme: theme).text
    let words = try #require(text.firstMatch(of: /steps (\d+)-(\d+)/))
    let window = try #require(Int(words.1))...(try #require(Int(words.2)))
    let decisions = run.events.compactMap { event -> Int? in
      guard case .decision(let decision) = event, window.contains(decision.step) else { return nil }
      return decision.step
    }
    #expect(decisions.count > 2 && decisions.contains { $0 % 8 != 1 })
    // The last step of each column tells where a step stands.
    let wants = model.wants(width: 200, height: 60)
    let columns = try #require(
      wants.compactMap { if case .columns(let steps) = $0 { steps } else { nil } }.first)
    let expected = decisions.map { step in columns.firstIndex { $0 >= step }! }
    #expect(wants.contains { if case .marks = $0 { true } else { false } })
    func marked() throws -> [Int] {
      let rows = model.frame(width: 200, height: 60, theme: theme).rows.map { Array($0) }
      let title = try #require(
        rows.firstIndex { String($0).contains("steps \(window.lowerBound)-") })
      let axis = try #require(rows.first { String($0).contains(" \(window.lowerBound) ─") })
      let left = try #require(String(axis).firstRange(of: "\(window.lowerBound) ─")).lowerBound
      let x = String(axis).distance(from: String(axis).startIndex, to: left)
      return rows[title + 1].indices.filter { "▾▴·".contains(rows[title + 1][$0]) }.map { $0 - x }
    }
    // A step at the border of two columns may stand in either.
    func stand(_ found: [Int]) -> Bool {
      found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) <= 1 }
    }
    #expect(!stand(try marked()), "the course alone does not know")
    try model.fulfil(width: 200, height: 60, in: list) { query, _, _ in Inspection(query: query) }
    let found = try marked()
    #expect(stand(found), "\(found) for \(expected)")
    #expect(model.wants(width: 200, height: 60) == [])
  }

  @Test func `up and down choose a module that the heatmap shares`() throws {
    var model = try model(at: 320)
    model.press("3", .down, .down)
    #expect(model.selection?.row == 0 && model.selection?.column == 1)
    model.press(.up, .up)
    #expect(model.selection?.row == 0 && model.selection?.column == 0)
  }

  @Test func `zoomed in the timeline asks for its columns, and draws what it is told`() throws {
    var model = try model(at: 320)
    model.press("3", "i", "i", "i")
    guard case .columns(let steps)? = model.wants(width: 80, height: 24).first else {
      Issue.record("nothing is wanted")
      return
    }
    #expect(steps.first.map { $0 > 270 } == true && steps.last.map { $0 < 370 } == true)
    #expect(steps == steps.sorted())
    let count = model.state.ranks.count
    model.take(
      TimelineColumns(
        steps: steps, ranks: steps.map { _ in Array(repeating: UInt16(7), count: count) }))
    #expect(model.wants(width: 80, height: 24).isEmpty)
    let text = model.frame(width: 80, height: 24, theme: Theme(depth: .none)).text
    #expect(text.contains("777777777777"))
    model.press("0")
    #expect(model.wants(width: 80, height: 24).isEmpty)
  }

  @Test func `the window goes along with the cursor`() throws {
    var model = try model(at: 320)
    var navigator = RunNavigator(cursor: 320)
    try press(&model, &navigator, "3", "i", "i", "i", "i")
    for _ in 0..<60 { try press(&model, &navigator, ".") }
    #expect(navigator.cursor == 380)
    guard case .columns(let steps)? = model.wants(width: 80, height: 24).first else {
      Issue.record("nothing is wanted")
      return
    }
    #expect(steps.contains { $0 >= 380 } && steps.contains { $0 <= 380 })
    try press(&model, &navigator, .home)
    #expect(
      model.frame(width: 80, height: 24, theme: Theme(depth: .none)).text.contains("steps 1-"))
  }

  @Test func `right moves one column of the axis`() throws {
    var model = try model(at: 320)
    model.screen = (120, 40)
    model.press("3")
    guard case .move(.steps(let count))? = model.press(.right).first else {
      Issue.record("nothing moves")
      return
    }
    // 684 steps over about 110 columns.
    #expect((5...8).contains(count))
    #expect(model.press(.left) == [.move(.steps(-count))])
    #expect(model.press(",") == [.move(.steps(-1))])
  }

  @Test func `560 modules scroll with the chosen one`() throws {
    let run = FixtureRun(
      layers: 80, kinds: ["q", "k", "v", "o", "gate", "up", "down"], capacity: 16, totalSteps: 60,
      target: 5000, cutAfter: 40)
    var model = DashboardModel(run.events)
    model.press("3")
    for _ in 0..<60 { model.press(.pageDown) }
    let text = model.frame(width: 120, height: 40, theme: Theme(depth: .full)).text
    #expect(text.contains("L79.down"))
    #expect(text.contains("of 560"))
  }

  @Test func `what lies after the cursor differs without colour too`() throws {
    let behind = try model(at: 320)
    let end = try model(at: nil)
    let theme = Theme(depth: .none)
    let one = behind.frame(width: 120, height: 40, theme: theme)
    let other = end.frame(width: 120, height: 40, theme: theme)
    let dim = one.cells.count { $0.style.attributes.contains(.dim) }
    #expect(dim > 50)
    #expect(other.cells.allSatisfy { !$0.style.attributes.contains(.dim) })
  }
}
