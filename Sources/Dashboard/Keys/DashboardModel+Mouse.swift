import RunEvents
import Screen

extension DashboardModel {
  /// Rows that one notch of the wheel scrolls.
  private static let notch = 3

  /// Takes in what a mouse did: a click chooses a module, a step or a pane, a drag moves the time cursor, the
  /// wheel scrolls, and zooms the timeline.
  mutating func apply(_ event: MouseEvent, now: Double) -> [Action] {
    guard overlay == .none else {
      if case .help(let first) = overlay {
        if event.kind == .wheelUp { overlay = .help(first: max(0, first - Self.notch)) }
        if event.kind == .wheelDown { overlay = .help(first: min(first, 1 << 20) + Self.notch) }
      }
      return []
    }
    count = nil
    firstDigit = nil
    switch event.kind {
    case .press: return press(event)
    case .drag: return dragged.map { moveCursor(to: event.x, in: $0) } ?? []
    case .release: dragged = nil
    case .wheelUp: turn(event, by: -1)
    case .wheelDown: turn(event, by: 1)
    }
    return []
  }

  /// The pane at a place of the screen, and its area.
  private func pane(at event: MouseEvent) -> (pane: Pane, inside: Area)? {
    let layout = layout(width: screen.width, height: screen.height)
    for pane in Pane.allCases {
      guard let area = layout.panes[pane], area.contains(x: event.x, y: event.y) else { continue }
      return (pane, PaneStyle.inside(area, border: layout.border))
    }
    return nil
  }

  private mutating func press(_ event: MouseEvent) -> [Action] {
    dragged = nil
    guard let (pane, inside) = pane(at: event) else { return [] }
    if view == .overview && !isExpanded { focus = pane }
    switch pane {
    case .heatmap where view == .overview:
      let heatmap = HeatmapView(model: self, theme: Theme(depth: .full))
      if let place = heatmap.place(x: event.x, y: event.y, in: inside) { selection = place }
    case .heatmap:
      let page = HeatmapPage(model: self, theme: Theme(depth: .full))
      if let module = page.module(atColumn: event.x, row: event.y, in: inside) { choose(module) }
    case .log: chooseLogRow(event.y - inside.y, in: inside)
    case .timeline, .loss:
      guard let plot = plot(of: pane, width: screen.width, height: screen.height) else { return [] }
      if event.x < plot.x {
        chooseRow(event.y - plot.y, in: pane, inside: inside)
      } else if event.x < plot.x + plot.width {
        dragged = pane
        return moveCursor(to: event.x, in: pane)
      }
    default: break
    }
    return []
  }

  /// Chooses the module whose name stands in a row of the timeline.
  private mutating func chooseRow(_ row: Int, in pane: Pane, inside: Area) {
    guard pane == .timeline, view == .timeline,
      let modules = TimelinePage(model: self, theme: Theme(depth: .full)).parts(in: inside)?
        .modules,
      row >= 0, row < modules.count
    else { return }
    choose(modules[modules.startIndex + row])
  }

  /// Moves the time cursor to the step at a column of the screen.
  private func moveCursor(to x: Int, in pane: Pane) -> [Action] {
    guard let plot = plot(of: pane, width: screen.width, height: screen.height), plot.width > 0
    else { return [] }
    let column = min(max(0, x - plot.x), plot.width - 1)
    let step = min(steps(of: pane).lastStep(of: column, width: plot.width), head.step)
    return step == state.step ? [] : [.move(.to(step))]
  }

  private mutating func turn(_ event: MouseEvent, by count: Int) {
    guard let (pane, _) = pane(at: event) else { return }
    if pane == .timeline && view == .timeline {
      return perform(count < 0 ? TimelineCommand.zoomIn : .zoomOut)
    }
    // Scrolled is what lies under the mouse; the keys stay where they are.
    let focused = focus
    focus = pane
    view(.move(rows: count * Self.notch, columns: 0))
    focus = focused
  }
}

extension Area {
  /// Whether a cell lies in it.
  func contains(x: Int, y: Int) -> Bool {
    x >= self.x && x < self.x + width && y >= self.y && y < self.y + height
  }
}
