import Screen

/// Modules one below the other: rank, value, a bar, the name; by layer, by kind or by value.
struct ModuleListView {
  let model: DashboardModel
  let theme: Theme
  /// Rows kept free at the bottom.
  let reserved: Int

  /// A row of the list.
  private enum Row {
    case module(Int)
    /// The modules that follow, and their ranks together.
    case group(String, rank: Int, capacity: Int)
  }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let state = model.state
    let inside = PaneStyle.inside(area, border: style.border).inset(bottom: reserved)
    let values = model.moduleValues
    let rows = self.rows(values)
    let window = self.window(rows, height: inside.height - 1)
    var detail = Line(
      window.count < rows.count
        ? "rows \(window.lowerBound + 1)-\(window.upperBound) of \(rows.count)" : "",
      style: theme.label)
    if let filter = model.filterText {
      if !detail.isEmpty { detail.append("  ") }
      detail.append(filter, style: theme.warning)
    }
    let by: String =
      switch model.heatmap.order {
      case .grid, .layer: "layer"
      case .kind: "kind"
      case .value: model.heatmap.isReversed ? "value, lowest first" : "value"
      }
    _ = style.open(
      "\(model.metric.title) by \(by)", detail: detail,
      note: Line(values.absence ?? values.source, style: theme.label), in: area, into: &frame)
    guard !inside.isEmpty else { return }
    if state.grid.count == 0 {
      frame.write("no modules yet", in: inside, style: theme.label)
      return
    }
    let columns = Columns(width: inside.width, values: values, state: state)
    frame.write(
      columns.heading(model.metric), in: inside.row(0), style: theme.label,
      ellipsis: theme.glyphs.ellipsis)
    let scale = Scale(values, maxCapacity: state.grid.maxCapacity)
    for (line, row) in rows[window].enumerated() {
      let place = inside.row(line + 1)
      switch row {
      case .group(let name, let rank, let capacity):
        var line = Line(name, style: theme.value)
        line.append("  rank \(rank)/\(capacity)", style: theme.label)
        frame.write(line, in: place, ellipsis: theme.glyphs.ellipsis)
      case .module(let module):
        draw(module, values, scale, columns, in: place, into: &frame)
      }
    }
  }

  /// The module in a row of the screen; nil where there is none.
  ///
  /// - Parameter area: The inside of the pane, without its frame.
  func module(atColumn column: Int, row: Int, in area: Area) -> Int? {
    let rows = self.rows(model.moduleValues)
    let window = self.window(rows, height: area.height - reserved - 1)
    let line = row - area.y - 1
    guard line >= 0, line < window.count, area.contains(x: column, y: row),
      case .module(let module) = rows[window.lowerBound + line]
    else { return nil }
    return module
  }

  private func draw(
    _ module: Int, _ values: ModuleValues, _ scale: Scale, _ columns: Columns, in place: Area,
    into frame: inout Frame
  ) {
    let state = model.state
    let isChosen = module == model.selectedModule
    let pointer = isChosen ? String(Character(theme.glyphs.pointer)) : " "
    let rank = state.ranks.indices.contains(module) ? "\(state.ranks[module])" : NumberText.none
    let capacity = state.manifest.map { "\($0.modules[module].capacity)" } ?? ""
    var line = Line(
      pointer + state.grid.label(module).fitted(to: columns.label).padded(to: columns.label),
      style: isChosen ? theme.selection : theme.text)
    line.append(
      " \(rank)/\(capacity)".padded(to: columns.rank, .right), style: theme.value)
    if columns.value > 0 {
      let text = values.text(module, glyphs: theme.glyphs)
      line.append(" " + text.padded(to: columns.value - 1, .right), style: theme.text)
    }
    frame.write(line, in: place, ellipsis: theme.glyphs.ellipsis)
    let left = place.inset(left: line.cellCount + 1)
    guard columns.bar > 0, left.width >= columns.bar else { return }
    let bar = Area(x: left.x, y: left.y, width: columns.bar, height: 1)
    frame.bar(
      scale.length(module), in: bar, style: theme.bar, trackStyle: theme.track,
      glyphs: theme.glyphs)
    guard let name = state.manifest?.modules[module].name else { return }
    frame.write(
      name, in: left.inset(left: columns.bar + 2), style: theme.label,
      ellipsis: theme.glyphs.ellipsis)
  }

  private func rows(_ values: ModuleValues) -> [Row] {
    let order = model.listedModules(values)
    let state = model.state
    guard let modules = state.manifest?.modules, model.heatmap.order != .value else {
      return order.map { .module($0) }
    }
    func group(_ module: Int) -> String {
      model.heatmap.order == .kind ? modules[module].kind : "L\(modules[module].layer)"
    }
    var rows: [Row] = []
    var heading = 0
    var (last, rank, capacity) = ("", 0, 0)
    func close() {
      if !rows.isEmpty { rows[heading] = .group(last, rank: rank, capacity: capacity) }
    }
    for module in order {
      let name = group(module)
      if name != last || rows.isEmpty {
        close()
        heading = rows.count
        (last, rank, capacity) = (name, 0, 0)
        rows.append(.group(name, rank: 0, capacity: 0))
      }
      rank += state.ranks.indices.contains(module) ? Int(state.ranks[module]) : 0
      capacity += modules[module].capacity
      rows.append(.module(module))
    }
    close()
    return rows
  }

  /// Rows that are shown, the chosen one near the middle.
  private func window(_ rows: [Row], height: Int) -> Range<Int> {
    let count = min(rows.count, max(0, height))
    let chosen = model.selectedModule
    let index = rows.firstIndex { row in
      if case .module(let module) = row { module == chosen } else { false }
    }
    let first = min(max(0, (index ?? 0) - count / 2), rows.count - count)
    return first..<first + count
  }

  /// Widths of the columns.
  private struct Columns {
    let label: Int, rank: Int, value: Int, bar: Int

    init(width: Int, values: ModuleValues, state: DashboardState) {
      let widest = (0..<state.grid.count).map { state.grid.label($0).utf8.count }.max() ?? 2
      label = max(2, min(widest, width / 3))
      rank = 2 * String(state.grid.maxCapacity).count + 2
      value = values.metric == .rank ? 0 : width >= 60 ? 11 : 8
      let left = width - label - rank - value - 3
      bar = left >= 8 ? min(40, left >= 40 ? left / 2 : left) : 0
    }

    func heading(_ metric: Metric) -> String {
      var text = " " + "module".fitted(to: label).padded(to: label)
      text += "rank".padded(to: rank, .right)
      if value > 0 {
        text += " " + metric.heading.fitted(to: value - 1).padded(to: value - 1, .right)
      }
      return text
    }
  }
}
