import Dashboard
import RunEvents
import Screen
import Testing

/// What a mouse does in the dashboard.
struct MouseTests {
  private let events = FixtureRun(cutAfter: 412).events

  private func model() -> DashboardModel {
    var model = DashboardModel(events)
    model.screen = (120, 40)
    return model
  }

  /// Where a text stands on the screen.
  private func find(_ text: String, in model: DashboardModel) -> (x: Int, y: Int)? {
    let rows = model.frame(width: 120, height: 40, theme: themes[0]).rows
    for (y, row) in rows.enumerated() {
      let cells = row.map { String($0) }
      let wanted = text.map { String($0) }
      for x in 0..<max(1, cells.count - wanted.count + 1)
      where Array(cells[x...].prefix(wanted.count)) == wanted { return (x, y) }
    }
    return nil
  }

  private func event(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int) -> Key {
    .mouse(MouseEvent(kind, x: x, y: y))
  }

  @Test func `a click chooses a module of the heatmap`() throws {
    var model = model()
    let row = try #require(find("L3 ", in: model))
    let column = try #require(find(" v ", in: model))
    #expect(model.press(event(.press, column.x + 1, row.y)) == [])
    #expect(model.selection?.row == 3 && model.selection?.column == 2)
  }

  @Test func `a click on a pane gives it the focus`() throws {
    var model = model()
    let place = try #require(find("decisions", in: model))
    model.press(event(.press, place.x, place.y))
    #expect(model.focus == .decisions)
  }

  @Test func `a click in the timeline chooses its step, a drag goes on`() throws {
    var model = model()
    let place = try #require(find("L0 q k", in: model))
    guard case .move(.to(let step))? = model.press(event(.press, 60, place.y)).first else {
      Issue.record("nothing moves")
      return
    }
    // The axis: 684 steps over the columns from 12 to 118.
    #expect(abs(step - 684 * (60 - 12) / 107) < 12)
    guard case .move(.to(let next))? = model.press(event(.drag, 40, 0)).first else {
      Issue.record("nothing moves")
      return
    }
    #expect(next < step)
    #expect(model.press(event(.release, 40, 0)) == [])
    #expect(model.press(event(.drag, 60, place.y)) == [])
    // Beyond what is known stands the end.
    #expect(model.press(event(.press, 115, place.y)) == [])
  }

  @Test func `the wheel zooms the timeline and scrolls what lies under it`() throws {
    var model = model()
    let decisions = try #require(find("decisions", in: model))
    model.press(event(.wheelDown, decisions.x, decisions.y + 1))
    #expect(model.decisionsScrolled == 3 && model.focus == .heatmap)
    model.press("3", event(.wheelUp, 60, 20))
    #expect(model.frame(width: 120, height: 40, theme: themes[0]).text.contains("steps "))
    model.press(event(.wheelDown, 60, 20))
    #expect(!model.frame(width: 120, height: 40, theme: themes[0]).text.contains("  steps "))
    let name = try #require(find("L2.v", in: model))
    model.press(event(.press, name.x, name.y))
    #expect(model.selection?.row == 2 && model.selection?.column == 2)
  }

  // MARK: Second clicks

  @Test func `in the heatmap a second click opens the chosen module`() throws {
    var model = model()
    model.press("2")
    let row = try #require(find("L3 ", in: model))
    let column = try #require(find(" v ", in: model))
    let click = event(.press, column.x + 1, row.y)
    #expect(model.press(click) == [] && model.focus == .heatmap)
    #expect(model.selection?.row == 3 && model.selection?.column == 2)
    #expect(model.press(click, now: 9) == [] && model.focus == .components)
    #expect(model.frame(width: 120, height: 40, theme: themes[0]).text.contains("L3.v"))
    // In the overview it only chooses.
    var overview = self.model()
    let place = try #require(find("L3 ", in: overview))
    for now in [0.0, 0.1, 9] { overview.press(event(.press, place.x + 8, place.y), now: now) }
    #expect(overview.view == .overview && overview.selection?.row == 3)
  }

  @Test func `a click in the decisions of the overview chooses, a second one opens`() throws {
    var model = model()
    let place = try #require(find("#33 ", in: model))
    let step = try #require(
      events.lazy.compactMap { event -> Int? in
        if case .decision(let decision) = event, decision.number == 33 {
          decision.step
        } else {
          nil
        }
      }.first)
    #expect(model.press(event(.press, place.x + 3, place.y)) == [])
    #expect(model.focus == .decisions && model.view == .overview)
    let frame = model.frame(width: 120, height: 40, theme: themes[0])
    let marked = (0..<40).filter {
      frame[place.x, $0].style.attributes.contains(.reverse)
    }
    #expect(marked == [place.y])
    #expect(model.press(event(.press, place.x + 9, place.y), now: 5) == [.move(.to(step))])
    #expect(model.view == .decision)
    // With the keys as well; esc lets go of it.
    var other = self.model()
    other.press(event(.press, place.x, place.y))
    var released = other
    released.press(.escape)
    #expect(released.press(.enter) == [] && released.view == .decision)
    #expect(other.press(.enter) == [.move(.to(step))] && other.view == .decision)
  }

  @Test func `in the log a second click goes there, also when the rows have moved`() throws {
    var model = model()
    model.press("6")
    for _ in 0..<4 { model.press(.down) }
    let place = try #require(find("#20 ", in: model))
    let click = event(.press, place.x, place.y)
    #expect(model.press(click, now: 1) == [])
    let chosen = try #require(find("#20 ", in: model))
    #expect(chosen.y != place.y, "the rows move, or this shows nothing")
    guard case .move(.to(let step))? = model.press(click, now: 1.3).first else {
      Issue.record("nothing is opened")
      return
    }
    #expect(model.view == .decision && step > 0)
  }

  // MARK: The decision

  private func lens(proposes: Bool) throws -> DashboardModel {
    var model = model()
    if proposes {
      for case .decision(var decision) in FixtureRun().events where decision.step > 412 {
        decision.number += 1
        model.apply(.proposed(decision))
        break
      }
    }
    model.show(.decision)
    try model.fulfil(width: 120, height: 40, in: EventList(events)) { query, choice, _ in
      Inspection(query: query, choice: choice)
    }
    model.press("^")
    return model
  }

  /// Names of the candidates on the screen with their rows.
  private func candidates(in model: DashboardModel) -> [(name: String, y: Int)] {
    let rows = model.frame(width: 120, height: 40, theme: themes[0]).rows
    return rows.enumerated().compactMap { y, row in
      let words = row.split(separator: " ").prefix(2)
      return words.first { $0.first == "L" && $0.contains("#") }.map { (String($0), y) }
    }
  }

  @Test(arguments: [false, true])
  func `a click chooses the candidate whose row it is`(proposes: Bool) throws {
    for order in [[], [Key("o")], ["f", "f"]] {
      var model = try lens(proposes: proposes)
      for key in order { model.press(key) }
      let rows = candidates(in: model)
      #expect(rows.count > 10)
      for (name, y) in [rows[0], rows[rows.count / 2], rows[rows.count - 1]] {
        var clicked = model
        #expect(clicked.press(event(.press, 20, y)) == [])
        let frame = clicked.frame(width: 120, height: 40, theme: themes[0])
        // The chosen name is the only one in the style of what is chosen.
        let marked = candidates(in: clicked).filter { row in
          (0..<12).contains { frame[$0, row.y].style == themes[0].selection }
        }
        #expect(marked.map(\.name) == [name])
      }
    }
  }

  @Test func `a second click turns a candidate over while a proposal waits`() throws {
    func edited(_ model: DashboardModel) -> Bool {
      model.frame(width: 120, height: 40, theme: themes[0]).text.contains("1 edited")
    }
    var model = try lens(proposes: true)
    let row = try #require(candidates(in: model).first)
    // The list moves the chosen row to its middle: a double click means the same one all the same.
    model.press(event(.press, 20, row.y), now: 1)
    #expect(!edited(model))
    model.press(event(.press, 20, row.y), now: 1.2)
    #expect(edited(model))
    let there = try #require(candidates(in: model).first { $0.name == row.name })
    model.press(event(.press, 20, there.y), now: 9)
    #expect(!edited(model))
    var decided = try lens(proposes: false)
    for now in [1.0, 1.2, 1.4] {
      #expect(decided.press(event(.press, 20, candidates(in: decided)[3].y), now: now) == [])
    }
    #expect(!edited(decided))
    #expect(decided.view == .decision)
  }

  @Test func `the wheel scrolls the candidates`() throws {
    var model = try lens(proposes: false)
    let before = candidates(in: model).map(\.name)
    model.press(event(.wheelDown, 20, 20), event(.wheelDown, 20, 20))
    #expect(candidates(in: model).map(\.name) != before)
  }

  // MARK: The comparison

  private func compared(_ axis: [Key] = []) -> DashboardModel {
    var model = model()
    model.comparison = ["dora", "adalora"].enumerated().map { index, name in
      var builder = ComparedRunBuilder()
      let run = FixtureRun(target: 144 - 20 * index, allocator: name, cutAfter: 412)
      for event in run.events { builder.apply(event) }
      return builder.run(named: name)
    }
    model.show(.compare)
    for key in axis { model.press(key) }
    return model
  }

  @Test func `in the comparison a click chooses a module`() throws {
    var model = compared()
    let row = try #require(find("L4 ", in: model))
    let column = try #require(find(" k ", in: model))
    model.press(event(.press, column.x + 1, row.y))
    #expect(model.selection?.row == 4 && model.selection?.column == 1)
    let other = try #require(find("L2 ", in: model))
    model.press(event(.press, other.x, other.y))
    #expect(model.selection?.row == 2 && model.selection?.column == 0)
  }

  @Test(arguments: [[], ["x"]] as [[Key]])
  func `in its losses a click and a drag move the cursor`(axis: [Key]) throws {
    var model = compared(axis)
    let title = try #require(find("smoothed loss", in: model))
    func step(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int) -> Int? {
      guard case .move(.to(let step))? = model.press(event(kind, x, y)).first else { return nil }
      return step
    }
    // The plot begins 7 columns to the right of its title and ends with the pane.
    let (left, right) = (title.x + 7, 118)
    let middle = try #require(step(.press, (left + right) / 2, title.y + 3))
    #expect(abs(middle - 206) < 20)
    let early = try #require(step(.drag, left + 5, 0))
    #expect(early < 60 && early > 0)
    #expect(step(.drag, 0, 0) == 1)
    model.press(event(.release, 0, 0))
    #expect(step(.drag, 90, title.y + 3) == nil)
  }

  @Test func `the wheel scrolls the differences`() throws {
    var model = model()
    model.comparison = ["a", "b"].map { name in
      var builder = ComparedRunBuilder()
      for event in FixtureRun(layers: 60, totalSteps: 60).events { builder.apply(event) }
      return builder.run(named: name)
    }
    model.show(.compare)
    #expect(find("L0 ", in: model) != nil)
    model.press(event(.wheelDown, 20, 20))
    #expect(find("L0 ", in: model) == nil && find("L3 ", in: model) != nil)
    model.press(event(.wheelUp, 20, 20))
    #expect(find("L0 ", in: model) != nil)
  }

  // MARK: Menus and hints

  @Test func `a menu's entries are clicked, a second click takes the chosen one`() throws {
    var model = model()
    model.press("a")
    let lora = try #require(find("fixed ranks", in: model))
    #expect(model.press(event(.press, lora.x, lora.y)) == [])
    #expect(model.keyContext == .allocatorMenu)
    #expect(model.press(event(.press, lora.x + 3, lora.y)) == [.request(.allocator("lora"))])
    #expect(model.keyContext == .live)
    model.press("q")
    let stop = try #require(find("save the adapter", in: model))
    #expect(model.press(event(.press, stop.x, stop.y)) == [])
    #expect(model.press(event(.press, stop.x, stop.y)) == [.stop])
    // The wheel stops at the ends.
    model.press("q")
    for _ in 0..<5 { model.press(event(.wheelDown, stop.x, stop.y)) }
    #expect(model.press(.enter) == [])
    model.press("q")
    for _ in 0..<5 { model.press(event(.wheelUp, stop.x, stop.y)) }
    #expect(model.press(.enter) == [.detach])
  }

  @Test func `a click outside of a menu goes back, one on its frame does not`() throws {
    for key in ["a", "q", "?"] as [Key] {
      var model = model()
      model.press(key)
      let context = model.keyContext
      #expect(context != .live)
      model.press(event(.press, 60, 20))
      if key == "?" { #expect(model.keyContext == context) }
      model.press(event(.press, 0, 39))
      #expect(model.keyContext == .live)
    }
    var model = model()
    model.press("a")
    let title = try #require(find("allocator, from the next", in: model))
    model.press(event(.press, title.x, title.y))
    #expect(model.keyContext == .allocatorMenu)
  }

  @Test func `a click on a hint presses its key`() throws {
    var model = model()
    let target = try #require(model.state.targetBudget)
    let budget = try #require(find("+ - budget", in: model))
    model.press(event(.press, budget.x, budget.y))
    #expect(model.tick(now: 1) == [.request(.budget(target + 1))])
    for _ in 0..<3 { model.press(event(.press, budget.x + 2, budget.y), now: 2) }
    #expect(model.tick(now: 3) == [.request(.budget(target - 2))])
    let pause = try #require(find("space pause", in: model))
    #expect(model.press(event(.press, pause.x + 8, pause.y), now: 6) == [.request(.pause)])
    #expect(model.press(event(.press, pause.x + 5, pause.y), now: 6) == [.request(.resume)])
    // The blanks between two hints are nothing.
    #expect(model.press(event(.press, pause.x - 1, pause.y), now: 6) == [])
    model.press("q")
    let back = try #require(find("esc cancel", in: model))
    model.press(event(.press, back.x + 5, back.y), now: 6)
    #expect(model.keyContext == .live)
    let command = try #require(find(": command", in: model))
    model.press(event(.press, command.x, command.y), now: 6)
    #expect(model.keyContext == .commandPrompt)
  }

  @Test func `a mouse anywhere at any size is harmless`() {
    for (width, height) in [(0, 0), (1, 1), (20, 6), (40, 12), (200, 60)] {
      for view in ViewKind.allCases {
        var model = model()
        model.show(view)
        model.screen = (width, height)
        for kind in MouseEvent.Kind.allCases {
          for (x, y) in [
            (0, 0), (width - 1, height - 1), (width / 2, height / 2), (width / 2, height - 1),
            (9999, 9999), (-1, -1),
          ] {
            model.press(event(kind, x, y), event(kind, x, y))
            #expect(model.frame(width: width, height: height, theme: themes[2]).width == width)
          }
        }
      }
    }
  }
}
