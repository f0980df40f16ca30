import Screen

/// The rank or the importance of every module, layers down, kinds across, the number in every cell.
struct HeatmapView {
  private let model: DashboardModel
  private let theme: Theme
  private let state: DashboardState
  private let grid: ModuleGrid
  private let planted: [Int]?
  private let textWidth: Int
  /// What the last decision did to each module's rank: its sign, or `~` for a swap; nil for nothing.
  private let changes: [Unicode.Scalar?]

  init(model: DashboardModel, theme: Theme) {
    self.model = model
    self.theme = theme
    state = model.state
    grid = model.state.grid
    planted = model.state.manifest?.plantedRanks
    textWidth = Self.textWidth(of: model)
    var changes: [Unicode.Scalar?] = Array(repeating: nil, count: model.state.grid.count)
    for change in model.state.lastDecision?.changes ?? [] {
      changes[change.module] = change.difference < 0 ? "-" : change.difference > 0 ? "+" : "~"
    }
    self.changes = changes
  }

  /// Columns of a cell so that its widest text fits with room around it.
  static func wantedCellWidth(of model: DashboardModel) -> Int {
    let kinds = model.state.grid.kinds.map(\.cellCount).max() ?? 1
    return max(5, textWidth(of: model) + 3, min(kinds, 6) + 2)
  }

  /// Columns of the widest number, without the mark of change.
  private static func textWidth(of model: DashboardModel) -> Int {
    if model.metric == .importance { return 5 }
    let digits = String(model.state.grid.maxCapacity).count
    let planted = model.state.manifest?.plantedRanks?.max().map { String($0).count + 1 } ?? 0
    return digits + planted
  }

  /// What the pane shows of a large grid.
  private struct Window {
    var rows: Range<Int>
    var columns: Range<Int>
    var cellWidth: Int
    var gutter: Int
    /// Columns for the sums of the rows; 0 where they are left out.
    var sumWidth: Int
    /// Whether there is a row for the sums of the columns.
    var hasSumRow: Bool
  }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let inside = style.open("", in: area, into: &frame)
    let window = self.window(for: inside)
    let title = model.metric == .rank ? "rank by module" : "importance by module"
    _ = style.open(
      title, detail: position(window), note: note, in: area, into: &frame)
    guard !inside.isEmpty else { return }
    if grid.count == 0 {
      frame.write("no modules yet", in: inside, style: theme.label)
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
    drawSums(window, in: inside, into: &frame)
  }

  /// How many components each layer and each kind keeps.
  private func drawSums(_ window: Window, in inside: Area, into frame: inout Frame) {
    func sum(_ modules: [Int]) -> String {
      "\(modules.reduce(0) { $0 + Int(state.ranks.indices.contains($1) ? state.ranks[$1] : 0) })"
    }
    if window.sumWidth > 0 {
      let x = inside.x + window.gutter + window.columns.count * window.cellWidth
      frame.write(
        "sum".padded(to: window.sumWidth, .right), x: x, y: inside.y, style: theme.label, in: inside
      )
      for (line, row) in window.rows.enumerated() {
        frame.write(
          sum(grid.modules(row: row)).padded(to: window.sumWidth, .right), x: x,
          y: inside.y + 1 + line, style: theme.text, in: inside)
      }
    }
    guard window.hasSumRow else { return }
    let y = inside.y + 1 + window.rows.count
    frame.write(
      "sum".padded(to: window.gutter - 1, .right), x: inside.x, y: y, style: theme.label, in: inside
    )
    for (place, column) in window.columns.enumerated() {
      let modules = grid.layers.indices.compactMap { grid.module(row: $0, column: column) }
      let text = sum(modules)
      let end = numberEnd(cellWidth: window.cellWidth)
      frame.write(
        text, x: inside.x + window.gutter + place * window.cellWidth + end - text.cellCount, y: y,
        style: theme.text, in: inside)
    }
  }

  /// Column inside a cell after the last digit: numbers end in one column down the whole grid.
  private func numberEnd(cellWidth: Int) -> Int {
    let widest = min(textWidth, cellWidth)
    return min(cellWidth - (cellWidth > widest ? 1 : 0), (cellWidth + widest) / 2)
  }

  private func window(for inside: Area) -> Window {
    let visibleRows = min(max(0, inside.height - 1), grid.layers.count)
    let labels = grid.layers.map { String($0).count + 1 }.max() ?? 2
    let room = max(0, inside.width - labels - 2)
    let isRoomy = room >= grid.kinds.count * Self.wantedCellWidth(of: model)
    let gutter = isRoomy ? max(4, labels + 2) : labels + 1
    let kinds = max(1, grid.kinds.count)
    let columns = max(0, inside.width - gutter)
    let cellWidth = max(
      2, min(textWidth, columns), min(Self.wantedCellWidth(of: model), columns / kinds))
    let visibleColumns = min(grid.kinds.count, max(columns > 0 ? 1 : 0, columns / cellWidth))
    let isWhole = visibleRows == grid.layers.count && visibleColumns == grid.kinds.count
    let left = columns - visibleColumns * cellWidth
    return Window(
      rows: Self.range(visibleRows, of: grid.layers.count, around: model.selection?.row),
      columns: Self.range(visibleColumns, of: grid.kinds.count, around: model.selection?.column),
      cellWidth: cellWidth, gutter: gutter,
      sumWidth: isRoomy && model.metric == .rank && left >= 5 ? 5 : 0,
      hasSumRow: isWhole && model.metric == .rank && inside.height > visibleRows + 1)
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
      let room = max(1, window.cellWidth - 1)
      let kind = grid.kinds[column]
      let name = room < 3 ? String(kind.prefix(room)) : kind.fitted(to: room)
      let cell = Area(x: x, y: row.y, width: window.cellWidth, height: 1).intersection(row)
      // Short names end where the numbers end, longer ones stand in the middle.
      let end = numberEnd(cellWidth: window.cellWidth)
      let left =
        name.cellCount <= 2 ? end - name.cellCount : (window.cellWidth - name.cellCount) / 2
      frame.write(
        name, x: x + max(0, left), y: row.y, style: isChosen ? theme.value : theme.label, in: cell)
    }
  }

  private func draw(
    _ module: Int, isSelected: Bool, scale: Scale, in area: Area, into frame: inout Frame
  ) {
    guard !area.isEmpty else { return }
    let number = text(of: module)
    let change = model.metric == .rank ? changes[module] : nil
    var style = scale.value(module).map { theme.ramp.style($0) } ?? theme.label
    if change != nil { style.attributes.insert(.bold) }
    if isSelected { style = theme.selection }
    frame.fill(area, with: Cell(" ", style: style))
    // Numbers end in one column, so that they can be compared down the grid; the mark follows.
    let widest = min(textWidth, area.width)
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

  private func text(of module: Int) -> String {
    switch model.metric {
    case .rank:
      guard state.ranks.indices.contains(module) else { return NumberText.none }
      let rank = state.ranks[module]
      let text = rank == 0 ? String(Character(theme.glyphs.zero)) : String(rank)
      guard let planted, planted.indices.contains(module) else { return text }
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

  /// The legend of the colours.
  private var note: Line {
    guard model.metric == .rank, planted == nil else {
      return Line(
        model.metric == .rank ? "found/planted" : "mean over alive components", style: theme.label)
    }
    return RampLegend(theme: theme, maximum: grid.maxCapacity).line
  }
}
