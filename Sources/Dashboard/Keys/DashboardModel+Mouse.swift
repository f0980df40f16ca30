import RunEvents
import Screen

extension DashboardModel {
  /// Rows that one notch of the wheel scrolls.
  static let notch = 3

  /// Takes in what a mouse did: a click chooses what it is on, a second one opens it, a click on a hint presses
  /// its key; a drag moves the time cursor; the wheel scrolls, and zooms the timeline.
  mutating func apply(_ event: MouseEvent, now: Double) -> [Action] {
    if event.kind == .press, let key = footerKey(at: event) { return apply(key, now: now) }
    guard overlay == .none else { return applyToOverlay(event, now: now) }
    digits = nil
    switch event.kind {
    case .press: return press(event, now: now)
    case .drag: return dragged.map { moveCursor(to: event.x, in: $0) } ?? []
    case .release: dragged = nil
    case .wheelUp: turn(event, by: -1)
    case .wheelDown: turn(event, by: 1)
    }
    return []
  }

  private func footerKey(at event: MouseEvent) -> Key? {
    FooterView(model: self, theme: Theme(depth: .none)).key(
      x: event.x, y: event.y, in: layout(width: screen.width, height: screen.height).footer)
  }

  /// Menus and the help: a click chooses an entry, takes the chosen one, or outside goes back.
  private mutating func applyToOverlay(_ event: MouseEvent, now: Double) -> [Action] {
    let whole = Area(x: 0, y: 0, width: screen.width, height: screen.height)
    let view = OverlayView(model: self, theme: Theme(depth: .none))
    guard let place = view.place(x: event.x, y: event.y, in: whole) else { return [] }
    switch (event.kind, overlay) {
    case (.wheelUp, .help): moveInMenu(by: -Self.notch)
    case (.wheelDown, .help(let first)) where first < 1 << 20: moveInMenu(by: Self.notch)
    case (.wheelUp, .quit(let choice)), (.wheelUp, .allocators(let choice)):
      if choice > 0 { moveInMenu(by: -1) }
    case (.wheelDown, .quit(let choice)) where choice + 1 < OverlayView.answers.count:
      moveInMenu(by: 1)
    case (.wheelDown, .allocators(let choice)) where choice + 1 < allocators.count:
      moveInMenu(by: 1)
    case (.press, _): return press(place, now: now)
    default: break
    }
    return []
  }

  private mutating func press(_ place: OverlayView.Place, now: Double) -> [Action] {
    switch (place, overlay) {
    case (.outside, _): overlay = .none
    case (.entry(let index), .quit(let choice)), (.entry(let index), .allocators(let choice)):
      if index == choice { return acceptMenu(now: now) }
      moveInMenu(by: index - choice)
    default: break
    }
    return []
  }

  /// The pane at a place of the screen, and its area.
  private func pane(at event: MouseEvent) -> (pane: Pane, area: Area, inside: Area)? {
    let layout = layout(width: screen.width, height: screen.height)
    for pane in Pane.allCases {
      guard let area = layout.panes[pane], area.contains(x: event.x, y: event.y) else { continue }
      return (pane, area, PaneStyle.inside(area, border: layout.border))
    }
    return nil
  }

  private mutating func press(_ event: MouseEvent, now: Double) -> [Action] {
    dragged = nil
    let before = lastPress
    lastPress = nil
    guard let (pane, area, inside) = pane(at: event) else { return [] }
    if view == .overview && !isExpanded { focus = pane }
    if pane == .timeline || pane == .loss || pane == .compare,
      let plot = plot(of: pane, inside: inside),
      pane == .compare
        ? plot.contains(x: event.x, y: event.y)
        : event.x >= plot.x && event.x < plot.x + plot.width
    {
      dragged = pane
      return moveCursor(to: event.x, in: pane)
    }
    if let before, before.x == event.x, before.y == event.y, now <= before.until {
      return press(before.target, now: now)
    }
    guard let target = target(at: event, pane, area: area, inside: inside) else { return [] }
    lastPress = Press(target: target, x: event.x, y: event.y, until: now + Press.patience)
    return press(target, now: now)
  }

  // MARK: Time

  /// Where a pane has time from left to right.
  func plot(of pane: Pane, inside: Area) -> Area? {
    guard pane == .compare else {
      return plot(of: pane, width: screen.width, height: screen.height)
    }
    let page = ComparePage(model: self, theme: Theme(depth: .none))
    guard let pair = page.pair,
      let area = page.parts(in: inside, ranksWidth: page.ranks(pair).width)?.losses
    else { return nil }
    return page.losses.plot(in: area)
  }

  /// Moves the time cursor to the step at a column of the screen.
  private func moveCursor(to x: Int, in pane: Pane) -> [Action] {
    let layout = layout(width: screen.width, height: screen.height)
    guard let area = layout.panes[pane],
      let plot = plot(of: pane, inside: PaneStyle.inside(area, border: layout.border)),
      plot.width > 0
    else { return [] }
    let step: Int
    if pane == .compare {
      step = ComparePage(model: self, theme: Theme(depth: .none)).losses.step(at: x, in: plot)
    } else {
      let column = min(max(0, x - plot.x), plot.width - 1)
      step = steps(of: pane).lastStep(of: column, width: plot.width)
    }
    return min(step, head.step) == state.step ? [] : [.move(.to(min(step, head.step)))]
  }

  private mutating func turn(_ event: MouseEvent, by count: Int) {
    lastPress = nil
    guard let (pane, _, _) = pane(at: event) else { return }
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
