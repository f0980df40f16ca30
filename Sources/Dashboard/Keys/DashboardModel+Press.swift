import RunEvents
import Screen

/// What the mouse was pressed on, so that a second press means the same thing although the list has moved.
struct Press: Sendable, Hashable {
  /// What can be chosen by a press, and opened by a second one.
  enum Target: Sendable, Hashable {
    case module(Int), candidate(Int), entry(RunLog.Entry), logEntry(Int)
  }

  var target: Target
  var x, y: Int
  /// When it is no double click any more.
  var until: Double

  /// Seconds between the two presses of a double click.
  static let patience = 0.5
}

extension DashboardModel {
  /// What stands at a place and can be chosen.
  func target(
    at event: MouseEvent, _ pane: Pane, area: Area, inside: Area
  ) -> Press.Target? {
    let theme = Theme(depth: .none)
    let module: Int?
    switch pane {
    case .heatmap where view == .overview:
      let place = HeatmapView(model: self, theme: theme).place(x: event.x, y: event.y, in: inside)
      module = place.flatMap { state.grid.module(row: $0.row, column: $0.column) }
    case .heatmap:
      module = HeatmapPage(model: self, theme: theme).module(
        atColumn: event.x, row: event.y, in: inside)
    case .timeline: module = timelineModule(inRow: event.y, inside: inside)
    case .compare: module = comparedModule(at: event, inside: inside)
    case .log:
      return LogPage(model: self, theme: theme).entry(atRow: event.y - inside.y, in: inside)
        .map { .logEntry($0) }
    case .decisions:
      return DecisionsView(model: self, theme: theme).entry(
        atRow: event.y - inside.y, in: inside
      ).map { .entry($0) }
    case .inspector:
      let style = PaneStyle(
        theme: theme, border: layout(width: screen.width, height: screen.height).border,
        hasFocus: true)
      return DecisionPage(model: self, theme: theme).component(
        atRow: event.y, in: area, style: style,
        screen: Area(x: 0, y: 0, width: screen.width, height: screen.height)
      ).map { .candidate($0) }
    case .loss, .components: return nil
    }
    return module.map { .module($0) }
  }

  /// Chooses what was pressed on, or opens what is chosen already.
  mutating func press(_ target: Press.Target, now: Double) -> [Action] {
    switch target {
    case .module(let module)
    where [.heatmap, .overview].contains(view) && module == selectedModule:
      show(.heatmap)
      open(module: module)
    case .module(let module): choose(module)
    case .logEntry(let index) where index == log.chosen: return perform(LogCommand.open)
    case .logEntry(let index): log.chosen = index
    case .entry(let entry) where entry == chosenEntry: return openChosenEntry()
    case .entry(let entry): chosenEntry = entry
    case .candidate(let index) where index == inspector.chosen:
      if shownProposal != nil { return perform(InspectorCommand.toggle, now: now) }
    case .candidate(let index): inspector.chosen = index
    }
    return []
  }

  /// The module whose name stands in a row of the timeline.
  private func timelineModule(inRow y: Int, inside: Area) -> Int? {
    guard view == .timeline,
      let plot = plot(of: .timeline, inside: inside),
      let modules = TimelinePage(model: self, theme: Theme(depth: .none)).parts(in: inside)?
        .modules,
      y >= plot.y, y - plot.y < modules.count
    else { return nil }
    return modules[modules.startIndex + y - plot.y]
  }

  /// The module of the run that is shown at a place of the comparison.
  private func comparedModule(at event: MouseEvent, inside: Area) -> Int? {
    let page = ComparePage(model: self, theme: Theme(depth: .none))
    guard let pair = page.pair else { return nil }
    let ranks = page.ranks(pair)
    guard let parts = page.parts(in: inside, ranksWidth: ranks.width),
      let name = ranks.module(x: event.x, y: event.y, in: parts.ranks)
    else { return nil }
    return head.manifest?.modules.firstIndex { $0.name == name }
  }
}
