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
      for x in 0..<max(1, cells.count - wanted.count)
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

  @Test func `a mouse anywhere at any size is harmless`() {
    for (width, height) in [(0, 0), (1, 1), (20, 6), (40, 12), (200, 60)] {
      for view in ViewKind.allCases {
        var model = model()
        model.show(view)
        model.screen = (width, height)
        for kind in MouseEvent.Kind.allCases {
          for (x, y) in [(0, 0), (width - 1, height - 1), (width / 2, height / 2), (9999, 9999)] {
            model.press(event(kind, x, y))
            #expect(model.frame(width: width, height: height, theme: themes[2]).width == width)
          }
        }
      }
    }
  }
}
