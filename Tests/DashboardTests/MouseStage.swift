import Dashboard
import RunEvents
import Screen

/// A dashboard of 120x40 under a mouse.
struct MouseStage {
  let events = FixtureRun(cutAfter: 412).events

  func model() -> DashboardModel {
    var model = DashboardModel(events)
    model.screen = (120, 40)
    return model
  }

  /// Where a text stands on the screen.
  func find(_ text: String, in model: DashboardModel) -> (x: Int, y: Int)? {
    let rows = model.frame(width: 120, height: 40, theme: themes[0]).rows
    for (y, row) in rows.enumerated() {
      let cells = row.map { String($0) }
      let wanted = text.map { String($0) }
      for x in 0..<max(1, cells.count - wanted.count + 1)
      where Array(cells[x...].prefix(wanted.count)) == wanted { return (x, y) }
    }
    return nil
  }

  func event(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int) -> Key {
    .mouse(MouseEvent(kind, x: x, y: y))
  }
}
