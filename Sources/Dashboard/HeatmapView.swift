import Screen

/// The rank or the importance of every module, layers down, kinds across, the number in every cell.
struct HeatmapView {
  let model: DashboardModel
  let theme: Theme

  private var state: DashboardState { model.state }
  private var grid: ModuleGrid { model.state.grid }

  /// Columns of a cell so that its widest text fits with room around it.
  static func wantedCellWidth(of model: DashboardModel) -> Int {
    max(5, textWidth(of: model) + 2)
  }

  /// Columns of the widest number, without the mark of change.
  private static func textWidth(of model: DashboardModel) -> Int {
    if model.metric == .importance { return 5 }
    let digits = String(model.state.grid.maxCapacity).count
    let planted = model.state.manifest?.plantedRanks?.max().map { String($0).count + 1 } ?? 0
    let kinds = model.state.grid.kinds.map(\.cellCount).max() ?? 1
    return max(digits + planted, min(kinds, 6))
  }

  /// What the pane shows of a large grid.
  private struct Window {
    var rows: Range<Int>
    var columns: Range<Int>
    var cellWidth: Int
    var gutter: Int
  }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let inside = style.open("", in: area, into: &frame)
    let window = self.window(for: inside)
    let title = model.metric == .rank ? "rank by module" : "importance by module"
    _ = style.open(
      title, detail: position(window), note: note(width: area.width), in: area, into: &frame)
    guard !inside.isEmpty else { return }
    if grid.count == 0 {
      frame.write("no modules yet", in: inside.inset(left: 1), style: theme.label)
      return
    }
    drawColumnNames(window, in: inside.row(0), into: &frame)
    let scale = Scale(state: state, metric: model.metric)
    for (line, row) in window.rows.enumerated() {
      let y = inside.y + 1 + line
      let label = "L\(grid.layers[row])".padded(to: window.gutter - 1, .right)
      let isChosen = model.selection?.row == row
      frame.write(
        label, x: inside.x, y: y, style: isChosen ? theme.value : theme.label, in: inside)
      for (place, column) in window.columns.enumerated() {
        guard let module = grid.module(row: row, column: column) else { continue }
        let x = inside.x + window.gutter + place * window.cellWidth
        let cell = Area(x: x, y: y, width: window.cellWidth, height: 1).intersection(inside)
        let isSelected = model.selection == DashboardModel.Place(row: row, column: column)
        draw(module, isSelected: isSelected, scale: scale, in: cell, into: &frame)
      }
    }
  }

  private func window(for inside: Area) -> Window {
    let visibleRows = min(max(0, inside.height - 1), grid.layers.count)
    let labels = grid.layers.map { String($0).count + 1 }.max() ?? 2
    let gutter = min(labels + (inside.width < 40 ? 1 : 2), max(0, inside.width))
    let room = max(0, inside.width - gutter)
    let text = Self.textWidth(of: model)
    let kinds = max(1, grid.kinds.count)
    let least = max(2, min(text, room))
    let cellWidth = max(least, min(text + 3, room / kinds))
    let visibleColumns = min(grid.kinds.count, max(room > 0 ? 1 : 0, room / cellWidth))
    return Window(
      rows: Self.range(visibleRows, of: grid.layers.count, around: model.selection?.row),
      columns: Self.range(visibleColumns, of: grid.kinds.count, around: model.selection?.column),
      cellWidth: cellWidth, gutter: gutter)
  }

  /// A range of `count` out of `total` with the chosen one near its middle.
  private static func range(_ count: Int, of total: Int, around chosen: Int?) -> Range<Int> {
    let first = min(max(0, (chosen ?? 0) - count / 2), total - count)
    return first..<first + count
  }

  private func drawColumnNames(_ window: Window, in row: Area, into frame: inout Frame) {
    for (place, column) in window.columns.enumerated() {
      let x = row.x + window.gutter + place * window.cellWidth
      let isChosen = model.selection?.column == column
      let name = grid.kinds[column].fitted(to: max(1, window.cellWidth - 1))
      frame.write(
        name, in: Area(x: x, y: row.y, width: window.cellWidth, height: 1).intersection(row),
        .center, style: isChosen ? theme.value : theme.label)
    }
  }

  private func draw(
    _ module: Int, isSelected: Bool, scale: Scale, in area: Area, into frame: inout Frame
  ) {
    guard !area.isEmpty else { return }
    let number = text(of: module)
    let change = model.metric == .rank ? self.change(of: module) : nil
    var style = scale.value(module).map { theme.ramp.style($0) } ?? theme.label
    if change != nil { style.attributes.insert(.bold) }
    if isSelected { style.attributes.formSymmetricDifference(.reverse) }
    frame.fill(area, with: Cell(" ", style: style))
    // Numbers end in one column, so that they can be compared down the grid; the mark follows.
    let widest = min(Self.textWidth(of: model), area.width)
    let end =
      area.x + min(area.width - (area.width > widest ? 1 : 0), (area.width + widest + 1) / 2)
    frame.write(number, x: end - number.cellCount, y: area.y, style: style, in: area)
    if let change, end < area.x + area.width {
      frame[end, area.y] = Cell(change, style: style)
    }
    if isSelected && area.width > widest + 2 {
      frame[area.x, area.y] = Cell("[", style: style)
      if change == nil || end < area.x + area.width - 1 {
        frame[area.x + area.width - 1, area.y] = Cell("]", style: style)
      }
    }
  }

  /// The sign of the module's change in the last decision, as long as it is the present state.
  private func change(of module: Int) -> Unicode.Scalar? {
    guard let decision = state.lastDecision,
      let change = decision.changes.first(where: { $0.module == module })
    else { return nil }
    return change.difference < 0 ? "-" : change.difference > 0 ? "+" : "~"
  }

  private func text(of module: Int) -> String {
    switch model.metric {
    case .rank:
      guard state.ranks.indices.contains(module) else { return NumberText.none }
      let rank = state.ranks[module]
      let text = rank == 0 ? String(Character(theme.glyphs.zero)) : String(rank)
      guard let planted = state.manifest?.plantedRanks, planted.indices.contains(module) else {
        return text
      }
      return text + "/\(planted[module])"
    case .importance:
      guard let values = state.statistics?.importance, values.indices.contains(module) else {
        return NumberText.none
      }
      return NumberText.short(Double(values[module]), columns: 5)
    }
  }

  private func position(_ window: Window) -> Line {
    var parts: [String] = []
    let above = String(Character(theme.glyphs.moreAbove))
    let below = String(Character(theme.glyphs.moreBelow))
    if window.rows.count < grid.layers.count, let first = window.rows.first,
      let last = window.rows.last
    {
      parts.append(
        "layers \(grid.layers[first])-\(grid.layers[last]) of \(grid.layers.count) \(above)\(below)"
      )
    }
    if window.columns.count < grid.kinds.count, let first = window.columns.first,
      let last = window.columns.last
    {
      parts.append("kinds \(first + 1)-\(last + 1) of \(grid.kinds.count)")
    }
    return Line(parts.joined(separator: ", "), style: theme.warning)
  }

  /// The chosen module in words, or the legend of the colours.
  private func note(width: Int) -> Line {
    if let place = model.selection,
      let module = grid.module(row: place.row, column: place.column)
    {
      return ModuleText.line(module, state: state, theme: theme)
    }
    guard model.metric == .rank, state.manifest?.plantedRanks == nil else {
      return Line(
        model.metric == .rank ? "found/planted" : "mean over alive components", style: theme.label)
    }
    return RampLegend(theme: theme, maximum: grid.maxCapacity).line
  }
}

/// How values of modules become places on the ramp.
struct Scale {
  private let values: [Float]
  private let isRank: Bool
  private let low: Double
  private let high: Double

  init(state: DashboardState, metric: Metric) {
    isRank = metric == .rank
    if isRank {
      values = state.ranks.map(Float.init)
      low = 0
      high = Double(state.grid.maxCapacity)
    } else {
      let importance = state.statistics?.importance ?? []
      values = importance.count == state.grid.count ? importance : []
      let finite = values.lazy.filter(\.isFinite)
      low = finite.min().map(Double.init) ?? 0
      high = finite.max().map(Double.init) ?? 0
    }
  }

  /// Place of a module on the ramp, 0 ... 1; nil for a rank of 0 and for what has no value.
  func value(_ module: Int) -> Double? {
    guard values.indices.contains(module), values[module].isFinite else { return nil }
    let value = Double(values[module])
    if isRank { return Self.ranked(value, of: high) }
    return high > low ? (value - low) / (high - low) : 0.5
  }

  /// Place of a rank (or a mean of ranks) on the ramp; nil for 0. Rank 1 takes the lowest level.
  static func ranked(_ rank: Double, of maximum: Double) -> Double? {
    guard rank > 0 else { return nil }
    return maximum > 1 ? max(0, rank - 1) / (maximum - 1) : 1
  }
}

/// The colours of ranks with their numbers.
struct RampLegend {
  let theme: Theme
  let maximum: Int

  var line: Line {
    var line = Line("\(Character(theme.glyphs.zero)) 0 ", style: theme.label)
    var steps: [Int] = []
    for part in 0...4 { steps.append(1 + (maximum - 1) * part / 4) }
    var last = 0
    for rank in steps where rank > last {
      last = rank
      let place = Scale.ranked(Double(rank), of: Double(maximum)) ?? 0
      line.append(" \(rank) ", style: theme.ramp.style(place))
    }
    return line
  }
}

/// One module in words.
enum ModuleText {
  static func line(_ module: Int, state: DashboardState, theme: Theme) -> Line {
    var line = Line(state.grid.label(module), style: theme.value)
    if state.ranks.indices.contains(module), let manifest = state.manifest {
      let capacity = manifest.modules[module].capacity
      line.append(Line("  rank", "\(state.ranks[module])/\(capacity)", theme: theme))
    }
    guard let statistics = state.statistics else { return line }
    for (label, values) in [
      ("importance", statistics.importance), ("gradient", statistics.gradientNorm),
      ("update", statistics.updateNorm),
    ] where values.indices.contains(module) {
      let text = NumberText.short(Double(values[module]))
      line.append(Line("  \(label)", text, theme: theme))
    }
    return line
  }
}
