import RunEvents
import Screen

/// The timeline with the whole screen: one row a module, its rank at the cursor beside its name.
struct TimelinePage {
  let model: DashboardModel
  let theme: Theme

  /// Where the parts of the page stand.
  struct Parts {
    /// Modules shown, from top to bottom.
    var modules: ArraySlice<Int>
    /// Columns for names, and after them for ranks.
    var nameWidth: Int, rankWidth: Int
    var plot: Area
    var marks: Area
    var axis: Area?
    var status: Area?
  }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let view = TimelineView(state: model.head, theme: theme)
    let parts = self.parts(in: PaneStyle.inside(area, border: style.border))
    let inside = style.open(
      "timeline", detail: detail(parts), note: view.legendOfMarks, in: area, into: &frame)
    guard let parts else {
      frame.write(
        model.head.grid.count == 0 ? Line("no modules yet", style: theme.label) : status,
        in: inside, ellipsis: theme.glyphs.ellipsis)
      return
    }
    view.drawMarks(
      in: parts.marks, window: model.timelineWindow, exact: model.exactMarks, into: &frame)
    drawNames(parts, left: inside.x, into: &frame)
    drawRanks(parts, into: &frame)
    let axis = StepAxis(state: model.head, theme: theme, window: model.timelineWindow)
    if let row = parts.axis {
      axis.draw(into: &frame, in: row, marksDecisions: false, cursor: model.state.step)
    }
    if let row = parts.status {
      frame.write(status, in: row, ellipsis: theme.glyphs.ellipsis)
    }
    if model.isBehind {
      let column = axis.column(of: max(1, model.state.step), width: parts.plot.width)
      frame.fade(parts.marks.inset(left: column + 1), style: theme.behind)
    }
  }

  /// Which steps and which modules are shown, where those are not all.
  private func detail(_ parts: Parts?) -> Line {
    var words: [String] = []
    if let window = model.timelineWindow {
      words.append("steps \(window.lowerBound)-\(window.upperBound)")
    }
    if let parts, parts.modules.count < model.head.grid.count, !parts.modules.isEmpty {
      words.append(
        "modules \(parts.modules.startIndex + 1)-\(parts.modules.endIndex) "
          + "of \(model.head.grid.count)")
    }
    return Line(words.joined(separator: "  "), style: theme.label)
  }

  private func drawNames(_ parts: Parts, left: Int, into frame: inout Frame) {
    let ranks = model.state.ranks
    let chosen = model.selectedModule
    for (row, module) in parts.modules.enumerated() {
      let isChosen = module == chosen
      let name = model.head.grid.label(module).fitted(to: parts.nameWidth)
      let y = parts.plot.y + row
      let end = frame.area.intersection(
        Area(x: left, y: y, width: parts.plot.x - left, height: 1))
      frame.write(
        name.padded(to: parts.nameWidth), x: left, y: y,
        style: isChosen ? theme.selection : theme.label, in: end)
      guard ranks.indices.contains(module), parts.rankWidth > 0 else { continue }
      let text = "\(ranks[module])".padded(to: parts.rankWidth, .right)
      frame.write(
        text, x: left + parts.nameWidth, y: y, style: isChosen ? theme.value : theme.text, in: end)
    }
  }

  private func drawRanks(_ parts: Parts, into frame: inout Frame) {
    let head = model.head
    let plot = parts.plot
    let axis = StepAxis(state: head, theme: theme, window: model.timelineWindow)
    let cells = RankCells(theme: theme, maximum: Double(head.grid.maxCapacity))
    let here = axis.column(of: max(1, model.state.step), width: plot.width)
    let steps = model.timelineSteps(width: plot.width)
    let exact = model.columns.flatMap { $0.steps == steps ? $0.ranks : nil }
    for (x, step) in steps.enumerated() {
      let known = exact.flatMap { x < $0.count ? $0[x] : nil }
      guard let ranks = known ?? head.timeline.ranks(at: step) else { continue }
      let time: RankCells.Time =
        x < here || (x == here && !model.isBehind) ? .before : x == here ? .cursor : .after
      for (y, module) in parts.modules.enumerated() where ranks.indices.contains(module) {
        frame[plot.x + x, plot.y + y] = cells.whole(Double(ranks[module]), time)
      }
    }
  }

  /// Step, the chosen module's rank there, and what happened there.
  var status: Line {
    let state = model.state
    var line = Line("step", "\(state.step)", theme: theme)
    if let module = model.selectedModule, state.ranks.indices.contains(module) {
      line.append("  ")
      line.append(
        Line("\(state.grid.label(module)) rank", "\(state.ranks[module])", theme: theme))
    }
    if let decision = state.lastDecision, decision.step == state.step {
      line.append("  decision \(decision.number)", style: theme.accent)
      line.append(": \(decision.pruned) pruned, \(decision.grown) grown", style: theme.text)
    }
    for record in state.log.interventions
    where record.step == state.step && record.outcome == .applied {
      line.append("  \(record.intervention.text) by \(record.author)", style: theme.person)
    }
    if let seam = state.seams.last, seam.step == state.step {
      line.append(seam.source == nil ? "  resumed here" : "  forked here", style: theme.person)
    }
    if state.lastCheckpoint?.step == state.step {
      line.append("  checkpoint", style: theme.accent)
    }
    return line
  }

  /// Where everything stands; nil where there is no room for a row of ranks.
  func parts(in inside: Area) -> Parts? {
    let grid = model.head.grid
    guard inside.height >= 2, inside.width >= 12, grid.count > 0 else { return nil }
    let hasStatus = inside.height >= 4
    let hasAxis = inside.height >= 5
    let rows = max(1, inside.height - 1 - (hasAxis ? 1 : 0) - (hasStatus ? 1 : 0))
    let order = model.timelineOrder
    let shown = min(rows, order.count)
    let chosen = model.selectedModule.flatMap { order.firstIndex(of: $0) } ?? 0
    let first = min(max(0, chosen - shown / 2), order.count - shown)
    let modules = order[first..<first + shown]
    let widest = modules.map { grid.label($0).cellCount }.max() ?? 0
    let rankWidth = inside.width >= 24 ? String(grid.maxCapacity).count + 1 : 0
    let nameWidth = min(widest, max(3, inside.width / 3 - rankWidth))
    let gutter = nameWidth + rankWidth + 1
    let plot = Area(
      x: inside.x + gutter, y: inside.y + 1, width: inside.width - gutter, height: shown)
    guard plot.width > 0 else { return nil }
    let end = inside.y + 1 + shown
    return Parts(
      modules: modules, nameWidth: nameWidth, rankWidth: rankWidth, plot: plot,
      marks: Area(x: plot.x, y: inside.y, width: plot.width, height: 1),
      axis: hasAxis ? Area(x: plot.x, y: end, width: plot.width, height: 1) : nil,
      status: hasStatus
        ? Area(x: inside.x, y: end + (hasAxis ? 1 : 0), width: inside.width, height: 1) : nil)
  }
}

extension DashboardModel {
  /// Modules as the timeline lists them: layer by layer.
  var timelineOrder: [Int] {
    let grid = head.grid
    return grid.layers.indices.flatMap { grid.modules(row: $0) }
  }

  /// Last step of each column of a timeline so wide, as far as the run is known.
  func timelineSteps(width: Int) -> [Int] {
    guard width > 0, head.step > 0 else { return [] }
    let axis = StepAxis(
      state: head, theme: Theme(depth: .none), window: timelineWindow)
    if head.step < axis.range.lowerBound { return [] }
    return (0...axis.column(of: head.step, width: width)).map {
      min(axis.lastStep(of: $0, width: width), head.step)
    }
  }

  /// Where ranks or losses stand over steps in a pane of a screen of this size; nil where they do not.
  func plot(of pane: Pane, width: Int, height: Int) -> Area? {
    let layout = layout(width: width, height: height)
    guard let area = layout.panes[pane] else { return nil }
    let inside = PaneStyle.inside(area, border: layout.border)
    let theme = Theme(depth: .full)
    switch pane {
    case .timeline where view == .overview:
      return TimelineView(state: head, theme: theme).plot(in: inside)
    case .timeline: return TimelinePage(model: self, theme: theme).parts(in: inside)?.plot
    case .loss:
      let plot = inside.inset(left: LossView.gutter, bottom: 1)
      return inside.width > LossView.gutter + 4 && inside.height >= 2 ? plot : nil
    default: return nil
    }
  }

  /// The steps on the axis of a pane.
  func steps(of pane: Pane) -> StepAxis {
    StepAxis(
      state: head, theme: Theme(depth: .none),
      window: pane == .timeline && view == .timeline ? timelineWindow : nil)
  }

  /// What happened in the steps shown, where it is known more closely than the course of the run tells.
  var exactMarks: [RunOverview.Stretch]? {
    stepMarks.flatMap { $0.steps == timelineWindow ? $0.stretches : nil }
  }

  /// What happened step by step, where a column shows fewer steps than the course has in one bucket.
  func wantedMarks(width: Int, height: Int) -> [Want] {
    guard view == .timeline, let window = timelineWindow,
      let plot = plot(of: .timeline, width: width, height: height),
      head.marks.stride > window.count / max(1, plot.width), head.marks.stride > 1
    else { return [] }
    let count = head.decisionCount + head.checkpointCount
    if let known = stepMarks, known.steps == window, known.count == count { return [] }
    return [.marks(window, count: count)]
  }

  /// Exact ranks that a zoomed timeline would like to have.
  func wantedColumns(width: Int, height: Int) -> [Want] {
    guard view == .timeline, timelineWindow != nil,
      let plot = plot(of: .timeline, width: width, height: height)
    else { return [] }
    let steps = timelineSteps(width: plot.width)
    return steps.isEmpty || columns?.steps == steps ? [] : [.columns(steps)]
  }
}
