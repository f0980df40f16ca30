import Dashboard
import RunEvents
import Screen
import Testing

/// What a mouse does in the dashboard.
struct MouseTests {
  private let stage = MouseStage()

  @Test func `a click chooses a module of the heatmap`() throws {
    var model = stage.model()
    let row = try #require(stage.find("L3 ", in: model))
    let column = try #require(stage.find(" v ", in: model))
    #expect(model.press(stage.event(.press, column.x + 1, row.y)) == [])
    #expect(model.selection?.row == 3 && model.selection?.column == 2)
  }

  @Test func `a click on a pane gives it the focus`() throws {
    var model = stage.model()
    let place = try #require(stage.find("decisions", in: model))
    model.press(stage.event(.press, place.x, place.y))
    #expect(model.focus == .decisions)
  }

  @Test func `a click in the timeline chooses its step, a drag goes on`() throws {
    var model = stage.model()
    let place = try #require(stage.find("L0 q k", in: model))
    guard case .move(.to(let step))? = model.press(stage.event(.press, 60, place.y)).first else {
      Issue.record("nothing moves")
      return
    }
    // The axis: 684 steps over the columns from 12 to 118.
    #expect(abs(step - 684 * (60 - 12) / 107) < 12)
    guard case .move(.to(let next))? = model.press(stage.event(.drag, 40, 0)).first else {
      Issue.record("nothing moves")
      return
    }
    #expect(next < step)
    #expect(model.press(stage.event(.release, 40, 0)) == [])
    #expect(model.press(stage.event(.drag, 60, place.y)) == [])
    // Beyond what is known stands the end.
    #expect(model.press(stage.event(.press, 115, place.y)) == [])
  }

  @Test func `the wheel zooms the timeline and scrolls what lies under it`() throws {
    var model = stage.model()
    let decisions = try #require(stage.find("decisions", in: model))
    model.press(stage.event(.wheelDown, decisions.x, decisions.y + 1))
    #expect(model.decisionsScrolled == 3 && model.focus == .heatmap)
    model.press("3", stage.event(.wheelUp, 60, 20))
    #expect(model.frame(width: 120, height: 40, theme: themes[0]).text.contains("steps "))
    model.press(stage.event(.wheelDown, 60, 20))
    #expect(!model.frame(width: 120, height: 40, theme: themes[0]).text.contains("  steps "))
    let name = try #require(stage.find("L2.v", in: model))
    model.press(stage.event(.press, name.x, name.y))
    #expect(model.selection?.row == 2 && model.selection?.column == 2)
  }

  // MARK: Menus and hints

  @Test func `a menu's entries are clicked, a second click takes the chosen one`() throws {
    var model = stage.model()
    model.press("a")
    let lora = try #require(stage.find("fixed ranks", in: model))
    #expect(model.press(stage.event(.press, lora.x, lora.y)) == [])
    #expect(model.keyContext == .allocatorMenu)
    #expect(model.press(stage.event(.press, lora.x + 3, lora.y)) == [.request(.allocator("lora"))])
    #expect(model.keyContext == .live)
    model.press("q")
    let stop = try #require(stage.find("save the adapter", in: model))
    #expect(model.press(stage.event(.press, stop.x, stop.y)) == [])
    #expect(model.press(stage.event(.press, stop.x, stop.y)) == [.stop])
    // The wheel stops at the ends.
    model.press("q")
    for _ in 0..<5 { model.press(stage.event(.wheelDown, stop.x, stop.y)) }
    #expect(model.press(.enter) == [])
    model.press("q")
    for _ in 0..<5 { model.press(stage.event(.wheelUp, stop.x, stop.y)) }
    #expect(model.press(.enter) == [.detach])
  }

  @Test func `a click outside of a menu goes back, one on its frame does not`() throws {
    for key in ["a", "q", "?"] as [Key] {
      var model = stage.model()
      model.press(key)
      let context = model.keyContext
      #expect(context != .live)
      model.press(stage.event(.press, 60, 20))
      if key == "?" { #expect(model.keyContext == context) }
      model.press(stage.event(.press, 0, 39))
      #expect(model.keyContext == .live)
    }
    var model = stage.model()
    model.press("a")
    let title = try #require(stage.find("allocator, from the next", in: model))
    model.press(stage.event(.press, title.x, title.y))
    #expect(model.keyContext == .allocatorMenu)
  }

  @Test func `a click on a hint presses its key`() throws {
    var model = stage.model()
    let target = try #require(model.state.targetBudget)
    let budget = try #require(stage.find("+ - budget", in: model))
    model.press(stage.event(.press, budget.x, budget.y))
    #expect(model.tick(now: 1) == [.request(.budget(target + 1))])
    for _ in 0..<3 { model.press(stage.event(.press, budget.x + 2, budget.y), now: 2) }
    #expect(model.tick(now: 3) == [.request(.budget(target - 2))])
    let pause = try #require(stage.find("space pause", in: model))
    #expect(model.press(stage.event(.press, pause.x + 8, pause.y), now: 6) == [.request(.pause)])
    #expect(model.press(stage.event(.press, pause.x + 5, pause.y), now: 6) == [.request(.resume)])
    // The blanks between two hints are nothing.
    #expect(model.press(stage.event(.press, pause.x - 1, pause.y), now: 6) == [])
    model.press("q")
    let back = try #require(stage.find("esc cancel", in: model))
    model.press(stage.event(.press, back.x + 5, back.y), now: 6)
    #expect(model.keyContext == .live)
    let command = try #require(stage.find(": command", in: model))
    model.press(stage.event(.press, command.x, command.y), now: 6)
    #expect(model.keyContext == .commandPrompt)
  }

  @Test func `a mouse anywhere at any size is harmless`() {
    for (width, height) in [(0, 0), (1, 1), (20, 6), (40, 12), (200, 60)] {
      for view in ViewKind.allCases {
        var model = stage.model()
        model.show(view)
        model.screen = (width, height)
        for kind in MouseEvent.Kind.allCases {
          for (x, y) in [
            (0, 0), (width - 1, height - 1), (width / 2, height / 2), (width / 2, height - 1),
            (9999, 9999), (-1, -1),
          ] {
            model.press(stage.event(kind, x, y), stage.event(kind, x, y))
            #expect(model.frame(width: width, height: height, theme: themes[2]).width == width)
          }
        }
      }
    }
  }
}
