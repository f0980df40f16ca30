import RunEvents
import Screen

extension DashboardModel {
  /// Keys that change what is shown and nothing else.
  mutating func view(_ command: Command) {
    switch command {
    case .view(let view): show(view)
    case .focusNext: moveFocus(by: 1)
    case .focusPrevious: moveFocus(by: -1)
    case .expand: expand()
    case .help: overlay = .help(first: 0)
    case .move(let rows, let columns): move(rows: rows, columns: columns)
    case .page(let count): move(rows: 10 * count, columns: 0)
    case .line(let toEnd): move(rows: toEnd ? 1 << 20 : -(1 << 20), columns: 0)
    case .open: open()
    case .back: back()
    default: break
    }
  }

  /// Shows a view.
  public mutating func show(_ view: ViewKind) {
    if self.view == view { return }
    self.view = view
    isExpanded = false
    focus = view == .heatmap && heatmap.opened != nil ? .components : view.pane
  }

  /// In the overview the next pane, elsewhere the next view.
  private mutating func moveFocus(by count: Int) {
    guard view == .overview else {
      let views = ViewKind.allCases
      let index = (views.firstIndex(of: view) ?? 0) + count
      return show(views[(index + views.count) % views.count])
    }
    let panes = Pane.overview
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + count + panes.count) % panes.count]
  }

  private mutating func expand() { isExpanded.toggle() }

  /// Opens what is chosen: a module, a decision.
  private mutating func open() {
    switch focus {
    case .heatmap:
      guard let module = selectedModule else { return move(rows: 0, columns: 0) }
      show(.heatmap)
      open(module: module)
    case .decisions, .timeline, .loss, .log: show(.decision)
    case .components, .inspector, .compare: break
    }
  }

  /// Takes back the last narrowing: the opened module, the choice, the expansion, the view.
  private mutating func back() {
    if focus == .components {
      heatmap.opened = nil
      focus = .heatmap
    } else if takeBackFilter() {
      return
    } else if view == .overview, focus == .decisions, chosenEntry != nil {
      chosenEntry = nil
    } else if selection != nil {
      selection = nil
    } else if isExpanded {
      isExpanded = false
    } else {
      show(.overview)
    }
  }

  /// Takes other colours for the values.
  public mutating func choose(_ palette: ColorRamp.Name) { self.palette = palette }

  /// Other colours for the values; the name is said, since not every terminal shows the difference.
  mutating func nextPalette(now: Double) {
    let names = ColorRamp.Name.allCases
    let index = names.firstIndex(of: palette) ?? 0
    palette = names[(index + 1) % names.count]
    say("palette \(palette.rawValue)", now: now)
  }

  private mutating func move(rows: Int, columns: Int) {
    switch focus {
    case .decisions:
      decisionsScrolled = min(max(0, decisionsScrolled + rows), 3 * RunLog.capacity)
    case .log: moveInLog(by: rows)
    case .timeline: moveInTimeline(by: rows)
    case .heatmap where view == .heatmap: moveInHeatmap(rows: rows, columns: columns)
    case .components: moveInComponents(rows: rows, columns: columns)
    case .heatmap, .loss: moveSelection(rows: rows, columns: columns)
    case .inspector: moveCandidate(by: rows)
    case .compare: perform(CompareCommand.scroll(rows))
    }
  }

  /// Goes to where the chosen entry of the overview's decisions happened; a decision is also looked at.
  mutating func openChosenEntry() -> [Action] {
    guard let entry = chosenEntry else { return [] }
    chosenEntry = nil
    if case .decision = entry { show(.decision) }
    return entry.step.map { [.move(.to($0))] } ?? []
  }

  /// Chooses another row of the timeline; the heatmap shares the choice.
  private mutating func moveInTimeline(by rows: Int) {
    let order = timelineOrder
    guard !order.isEmpty else { return }
    var index = 0
    if let chosen = selectedModule, let found = order.firstIndex(of: chosen) {
      index = min(max(0, found + rows), order.count - 1)
    }
    choose(order[index])
  }

  /// Chooses a module, in every pane.
  mutating func choose(_ module: Int) {
    let grid = head.grid
    for row in grid.layers.indices {
      for column in grid.kinds.indices where grid.module(row: row, column: column) == module {
        selection = Place(row: row, column: column)
      }
    }
  }

  private mutating func moveSelection(rows: Int, columns: Int) {
    let grid = state.grid
    guard focus == .heatmap, !grid.layers.isEmpty else { return }
    guard var place = selection else {
      selection = Place(row: 0, column: 0)
      return
    }
    place.row = min(max(0, place.row + rows), grid.layers.count - 1)
    place.column = min(max(0, place.column + columns), grid.kinds.count - 1)
    selection = place
  }
}
