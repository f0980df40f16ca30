import Screen

extension DashboardModel {
  /// What the layout must know.
  var shape: Layout.Shape {
    let grid = state.grid
    return Layout.Shape(
      layers: grid.layers.count, kinds: grid.kinds.count, modules: grid.count,
      cellWidth: HeatmapView.wantedCellWidth(of: self))
  }

  /// Draws the dashboard at a size.
  ///
  /// - Complexity: O(cells + modules); reads no clock and changes nothing.
  public func frame(width: Int, height: Int, theme: Theme) -> Frame {
    var frame = Frame(width: width, height: height)
    let layout = layout(width: frame.width, height: frame.height)
    HeaderView(model: self, theme: theme).draw(into: &frame, in: layout.header)
    BudgetView(model: self, theme: theme).draw(into: &frame, in: layout.budget)
    ScheduleView(state: state, theme: theme, lastStep: isBehind ? head.step : nil).draw(
      into: &frame, in: layout.schedule)
    for pane in Pane.allCases {
      guard let area = layout.panes[pane] else { continue }
      draw(pane, in: area, border: layout.border, into: &frame, theme: theme)
    }
    // What is typed is seen at any size.
    let typed = [.commandPrompt, .rulePrompt, .filterPrompt].contains(keyContext)
    VerdictView(model: self, theme: theme).draw(
      into: &frame,
      in: typed && layout.verdict.isEmpty && height > 0
        ? frame.area.row(frame.height - 1) : layout.verdict)
    FooterView(model: self, theme: theme).draw(into: &frame, in: layout.footer)
    OverlayView(model: self, theme: theme).draw(into: &frame)
    if !theme.glyphs.hasBraille { frame.reduceToASCII() }
    return frame
  }

  /// Where everything stands on a screen of this size.
  public func layout(width: Int, height: Int) -> Layout {
    Layout(
      width: width, height: height, shape: shape, focus: focus,
      isAlone: view != .overview, isExpanded: isExpanded)
  }

  private func draw(
    _ pane: Pane, in area: Area, border: Border, into frame: inout Frame, theme: Theme
  ) {
    let style = PaneStyle(theme: theme, border: border, hasFocus: pane == focus)
    let isPage = view != .overview
    switch pane {
    case .heatmap where !isPage:
      HeatmapView(model: self, theme: theme).draw(into: &frame, in: area, style: style)
    case .heatmap, .components:
      HeatmapPage(model: self, theme: theme).draw(into: &frame, in: area, style: style)
    case .loss:
      LossView(state: state, theme: theme, head: isBehind ? head : nil).draw(
        into: &frame, in: area, style: style)
    case .timeline where !isPage:
      TimelineView(state: head, theme: theme, cursor: isBehind ? state.step : nil).draw(
        into: &frame, in: area, style: style)
    case .timeline:
      TimelinePage(model: self, theme: theme).draw(into: &frame, in: area, style: style)
    case .decisions:
      DecisionsView(model: self, theme: theme).draw(into: &frame, in: area, style: style)
    case .inspector:
      DecisionPage(model: self, theme: theme).draw(into: &frame, in: area, style: style)
    case .compare:
      ComparePage(model: self, theme: theme).draw(into: &frame, in: area, style: style)
    case .log:
      LogPage(model: self, theme: theme).draw(into: &frame, in: area, style: style)
    }
  }
}

/// How a pane's frame looks.
struct PaneStyle {
  let theme: Theme
  let border: Border
  let hasFocus: Bool

  /// The area inside a pane.
  static func inside(_ area: Area, border: Border) -> Area {
    switch border {
    case .none: area
    case .rule: area.inset(left: 1, top: 1, right: 1)
    case .box: area.inset(left: 2, top: 1, right: 2, bottom: 1)
    }
  }

  /// Draws the frame and returns the area inside.
  func open(
    _ title: String, detail: Line = Line(), note: Line = Line(), in area: Area,
    into frame: inout Frame
  ) -> Area {
    var line = Line(title, style: hasFocus ? theme.focusTitle : theme.title)
    if !detail.isEmpty {
      line.append("  ")
      line.append(detail)
    }
    let inside = frame.box(
      area, border: border, title: line, note: note,
      style: hasFocus ? theme.focus : theme.border, glyphs: theme.glyphs)
    let margin = border == .none ? 0 : 1
    return inside.inset(left: margin, right: margin)
  }
}

extension Line {
  /// A label and its value.
  init(_ label: String, _ value: String, theme: Theme, valueStyle: Style? = nil) {
    self.init()
    if !label.isEmpty { append(label + " ", style: theme.label) }
    append(value, style: valueStyle ?? theme.value)
  }
}
