import Screen

/// The heatmap with the whole screen: modules as a grid or as a list, or the components of one.
struct HeatmapPage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    if let opened = model.heatmap.opened, opened < model.state.grid.count {
      ComponentsView(module: opened, model: model, theme: theme).draw(
        into: &frame, in: area, style: style)
      return
    }
    let inside = PaneStyle.inside(area, border: style.border)
    if model.heatmap.order == .grid {
      grid(inside).draw(into: &frame, in: area, style: style)
    } else {
      ModuleListView(model: model, theme: theme, reserved: reserved(inside)).draw(
        into: &frame, in: area, style: style)
    }
    guard reserved(inside) > 0 else { return }
    frame.write(
      status, in: inside.row(inside.height - 1), ellipsis: theme.glyphs.ellipsis)
  }

  /// The module at a place of the screen; nil where there is none.
  ///
  /// - Parameter area: The inside of the pane, without its frame.
  func module(atColumn column: Int, row: Int, in area: Area) -> Int? {
    if model.heatmap.opened != nil { return nil }
    guard model.heatmap.order == .grid else {
      return ModuleListView(model: model, theme: theme, reserved: reserved(area))
        .module(atColumn: column, row: row, in: area)
    }
    return grid(area).place(x: column, y: row, in: area).flatMap {
      model.state.grid.module(row: $0.row, column: $0.column)
    }
  }

  private func grid(_ inside: Area) -> HeatmapView {
    var view = HeatmapView(model: model, theme: theme)
    view.reserved = reserved(inside)
    return view
  }

  /// Rows at the bottom for words about the chosen module.
  private func reserved(_ inside: Area) -> Int { inside.height >= 6 ? 1 : 0 }

  private func key(_ name: String, _ words: String, after sign: String = ": ") -> String {
    model.keys.key(of: name).map { "\(sign)\($0) \(words)" } ?? ""
  }

  /// Why there is nothing to see, else the chosen module in words.
  private var status: Line {
    let values = model.moduleValues
    if model.state.grid.count == 0 { return Line() }
    if let absence = values.absence {
      return Line("no \(model.metric.title): \(absence)", style: theme.warning)
    }
    if let filter = model.heatmap.filter, !filter.matches.contains(true) {
      return Line(
        "/\(filter.text)/ matches no module\(key("back", "shows all"))", style: theme.warning)
    }
    guard let module = model.selectedModule else {
      return Line("choose a module\(key("open", "opens it", after: ", "))", style: theme.label)
    }
    var line = ModuleText.line(module, state: model.state, theme: theme)
    guard ![.rank, .importance, .gate, .gradient, .update].contains(model.metric) else {
      return line
    }
    line.append("  ")
    line.append(
      Line(model.metric.title, values.text(module, glyphs: theme.glyphs), theme: theme))
    return line
  }
}
