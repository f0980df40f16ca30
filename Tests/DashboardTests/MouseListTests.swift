import Dashboard
import RunEvents
import Screen
import Testing

/// Clicks that choose in lists, second ones that open, the comparison.
struct MouseListTests {
  private let stage = MouseStage()

  @Test func `in the heatmap a second click opens the chosen module`() throws {
    var model = stage.model()
    model.press("2")
    let row = try #require(stage.find("L3 ", in: model))
    let column = try #require(stage.find(" v ", in: model))
    let click = stage.event(.press, column.x + 1, row.y)
    #expect(model.press(click) == [] && model.focus == .heatmap)
    #expect(model.selection?.row == 3 && model.selection?.column == 2)
    #expect(model.press(click, now: 9) == [] && model.focus == .components)
    #expect(model.frame(width: 120, height: 40, theme: themes[0]).text.contains("L3.v"))
    var overview = stage.model()
    let place = try #require(stage.find("L3 ", in: overview))
    let first = stage.event(.press, place.x + 8, place.y)
    overview.press(first)
    #expect(overview.view == .overview && overview.selection?.row == 3)
    overview.press(first, now: 9)
    #expect(overview.view == .heatmap && overview.focus == .components)
  }

  @Test func `a click in the decisions of the overview chooses, a second one opens`() throws {
    var model = stage.model()
    let place = try #require(stage.find("#33 ", in: model))
    let step = try #require(
      stage.events.lazy.compactMap { event -> Int? in
        if case .decision(let decision) = event, decision.number == 33 {
          decision.step
        } else {
          nil
        }
      }.first)
    #expect(model.press(stage.event(.press, place.x + 3, place.y)) == [])
    #expect(model.focus == .decisions && model.view == .overview)
    let frame = model.frame(width: 120, height: 40, theme: themes[0])
    let marked = (0..<40).filter {
      frame[place.x, $0].style.attributes.contains(.reverse)
    }
    #expect(marked == [place.y])
    #expect(model.press(stage.event(.press, place.x + 9, place.y), now: 5) == [.move(.to(step))])
    #expect(model.view == .decision)
    // With the keys as well; esc lets go of it.
    var other = stage.model()
    other.press(stage.event(.press, place.x, place.y))
    var released = other
    released.press(.escape)
    #expect(released.press(.enter) == [] && released.view == .decision)
    #expect(other.press(.enter) == [.move(.to(step))] && other.view == .decision)
  }

  @Test func `in the log a second click goes there, also when the rows have moved`() throws {
    var model = stage.model()
    model.press("6")
    for _ in 0..<4 { model.press(.down) }
    let place = try #require(stage.find("#20 ", in: model))
    let click = stage.event(.press, place.x, place.y)
    #expect(model.press(click, now: 1) == [])
    let chosen = try #require(stage.find("#20 ", in: model))
    #expect(chosen.y != place.y, "the rows move, or this shows nothing")
    guard case .move(.to(let step))? = model.press(click, now: 1.3).first else {
      Issue.record("nothing is opened")
      return
    }
    #expect(model.view == .decision && step > 0)
  }

  // MARK: The decision

  private func lens(proposes: Bool) throws -> DashboardModel {
    var model = stage.model()
    if proposes {
      for case .decision(var decision) in FixtureRun().events where decision.step > 412 {
        decision.number += 1
        model.apply(.proposed(decision))
        break
      }
    }
    model.show(.decision)
    try model.fulfil(width: 120, height: 40, in: EventList(stage.events)) { query, choice, _ in
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
        #expect(clicked.press(stage.event(.press, 20, y)) == [])
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
    model.press(stage.event(.press, 20, row.y), now: 1)
    #expect(!edited(model))
    model.press(stage.event(.press, 20, row.y), now: 1.2)
    #expect(edited(model))
    let there = try #require(candidates(in: model).first { $0.name == row.name })
    model.press(stage.event(.press, 20, there.y), now: 9)
    #expect(!edited(model))
    var decided = try lens(proposes: false)
    for now in [1.0, 1.2, 1.4] {
      #expect(decided.press(stage.event(.press, 20, candidates(in: decided)[3].y), now: now) == [])
    }
    #expect(!edited(decided))
    #expect(decided.view == .decision)
  }

  @Test func `the wheel scrolls the candidates`() throws {
    var model = try lens(proposes: false)
    let before = candidates(in: model).map(\.name)
    model.press(stage.event(.wheelDown, 20, 20), stage.event(.wheelDown, 20, 20))
    #expect(candidates(in: model).map(\.name) != before)
  }

  // MARK: The comparison

  private func compared(_ axis: [Key] = []) -> DashboardModel {
    var model = stage.model()
    model.comparison = ["dora", "adalora"].enumerated().map { index, name in
      let run = FixtureRun(target: 144 - 20 * index, allocator: name, cutAfter: 412)
      return ComparedRun(named: name, run.events)
    }
    model.show(.compare)
    for key in axis { model.press(key) }
    return model
  }

  @Test func `in the comparison a click chooses a module`() throws {
    var model = compared()
    let row = try #require(stage.find("L4 ", in: model))
    let column = try #require(stage.find(" k ", in: model))
    model.press(stage.event(.press, column.x + 1, row.y))
    #expect(model.selection?.row == 4 && model.selection?.column == 1)
    let other = try #require(stage.find("L2 ", in: model))
    model.press(stage.event(.press, other.x, other.y))
    #expect(model.selection?.row == 2 && model.selection?.column == 0)
  }

  @Test(arguments: [[], ["x"]] as [[Key]])
  func `in its losses a click and a drag move the cursor`(axis: [Key]) throws {
    var model = compared(axis)
    let title = try #require(stage.find("smoothed loss", in: model))
    func step(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int) -> Int? {
      guard case .move(.to(let step))? = model.press(stage.event(kind, x, y)).first else {
        return nil
      }
      return step
    }
    // The plot begins 7 columns to the right of its title and ends with the pane.
    let (left, right) = (title.x + 7, 118)
    let middle = try #require(step(.press, (left + right) / 2, title.y + 3))
    #expect(abs(middle - 206) < 20)
    let early = try #require(step(.drag, left + 5, 0))
    #expect(early < 60 && early > 0)
    #expect(step(.drag, 0, 0) == 1)
    model.press(stage.event(.release, 0, 0))
    #expect(step(.drag, 90, title.y + 3) == nil)
  }

  @Test func `the wheel scrolls the differences`() throws {
    var model = stage.model()
    model.comparison = ["a", "b"].map { name in
      ComparedRun(named: name, FixtureRun(layers: 60, totalSteps: 60).events)
    }
    model.show(.compare)
    #expect(stage.find("L0 ", in: model) != nil)
    model.press(stage.event(.wheelDown, 20, 20))
    #expect(stage.find("L0 ", in: model) == nil && stage.find("L3 ", in: model) != nil)
    model.press(stage.event(.wheelUp, 20, 20))
    #expect(stage.find("L0 ", in: model) != nil)
  }
}
