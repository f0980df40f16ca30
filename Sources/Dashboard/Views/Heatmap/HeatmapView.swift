import Screen

/// One number of every module, layers down, kinds across.
struct HeatmapView {
  let model: DashboardModel
  let theme: Theme
  let state: DashboardState
  let grid: ModuleGrid
  let planted: [Int]?
  let textWidth: Int
  /// What the last decision did to each module's rank: its sign, or `~` for a swap; nil for nothing.
  let changes: [Unicode.Scalar?]
  /// What a person demands of each module's rank.
  let demands: [RankDemand?]
  /// The number of every module.
  let values: ModuleValues
  /// Rows and columns of the grid in which something is shown.
  let shown: (rows: [Int], columns: [Int])
  /// Rows kept free at the bottom.
  var reserved = 0

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
    var demands: [RankDemand?] = Array(repeating: nil, count: model.state.grid.count)
    for demand in model.state.constraints.demands where demands.indices.contains(demand.module) {
      demands[demand.module] = demand
    }
    self.demands = demands
    values = model.moduleValues
    shown = model.shownGrid
  }

  /// Columns of a cell so that its widest text fits with room around it.
  static func wantedCellWidth(of model: DashboardModel) -> Int {
    let kinds = model.state.grid.kinds.map(\.cellCount).max() ?? 1
    let marks = model.state.constraints.isEmpty ? 3 : 4
    return max(5, textWidth(of: model) + marks, min(kinds, 6) + 2)
  }

  /// Columns of the widest number, without the mark of change.
  private static func textWidth(of model: DashboardModel) -> Int {
    switch model.metric {
    case .importance, .maximum, .sum, .gradient, .update, .share: return 5
    case .margin: return 6
    case .changes: return 3
    case .gate:
      return model.state.gates?.isBinary == true && model.state.constraints.isEmpty ? 3 : 4
    case .rank: break
    }
    let digits = String(model.state.grid.maxCapacity).count
    let planted = model.state.manifest?.plantedRanks?.max().map { String($0).count + 1 } ?? 0
    return digits + planted
  }

  /// What the pane shows of a large grid.
  struct Window {
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
    let inside = style.open("", in: area, into: &frame).inset(bottom: reserved)
    let window = self.window(for: inside)
    let isMarked = demands.contains { $0 != nil }
    var detail = position(window)
    if model.view == .heatmap, let filter = model.filterText {
      if !detail.isEmpty { detail.append("  ") }
      detail.append(filter, style: theme.warning)
    }
    if isMarked {
      if !detail.isEmpty { detail.append("  ") }
      detail.append(legendOfMarks)
    }
    _ = style.open(
      isMarked ? metricName : "\(metricName) by module", detail: detail, note: note, in: area,
      into: &frame)
    guard !inside.isEmpty else { return }
    if grid.count == 0 {
      frame.write("no modules yet", in: inside, style: theme.label)
      return
    }
    drawColumnNames(window, in: inside.row(0), into: &frame)
    let scale = Scale(values, maxCapacity: grid.maxCapacity)
    for (line, index) in window.rows.enumerated() {
      let row = shown.rows[index]
      let y = inside.y + 1 + line
      let label = "L\(grid.layers[row])".padded(to: window.gutter - 1, .right)
      let isChosen = model.selection?.row == row
      frame.write(
        label, x: inside.x, y: y, style: isChosen ? theme.value : theme.label, in: inside)
      for (place, index) in window.columns.enumerated() {
        let column = shown.columns[index]
        guard let module = grid.module(row: row, column: column),
          !isFiltered || model.isShown(module)
        else { continue }
        let x = inside.x + window.gutter + place * window.cellWidth
        let cell = Area(x: x, y: y, width: window.cellWidth, height: 1).intersection(inside)
        let isSelected = model.selection == DashboardModel.Place(row: row, column: column)
        draw(module, isSelected: isSelected, scale: scale, in: cell, into: &frame)
      }
    }
    drawSums(window, in: inside, into: &frame)
  }

  private var isFiltered: Bool { model.view == .heatmap && model.heatmap.filter != nil }

  /// How many components each layer and each kind keeps.
  private func drawSums(_ window: Window, in inside: Area, into frame: inout Frame) {
    func sum(_ modules: [Int]) -> String {
      let sum = modules.reduce(0) { sum, module in
        guard state.ranks.indices.contains(module), !isFiltered || model.isShown(module) else {
          return sum
        }
        return sum + Int(state.ranks[module])
      }
      return "\(sum)"
    }
    if window.sumWidth > 0 {
      let x = inside.x + window.gutter + window.columns.count * window.cellWidth
      frame.write(
        "sum".padded(to: window.sumWidth, .right), x: x, y: inside.y, style: theme.label, in: inside
      )
      for (line, index) in window.rows.enumerated() {
        frame.write(
          sum(grid.modules(row: shown.rows[index])).padded(to: window.sumWidth, .right), x: x,
          y: inside.y + 1 + line, style: theme.text, in: inside)
      }
    }
    guard window.hasSumRow else { return }
    let y = inside.y + 1 + window.rows.count
    frame.write(
      "sum".padded(to: window.gutter - 1, .right), x: inside.x, y: y, style: theme.label, in: inside
    )
    for (place, index) in window.columns.enumerated() {
      let column = shown.columns[index]
      let modules = grid.layers.indices.compactMap { grid.module(row: $0, column: column) }
      let text = sum(modules)
      let end = numberEnd(cellWidth: window.cellWidth)
      frame.write(
        text, x: inside.x + window.gutter + place * window.cellWidth + end - text.cellCount, y: y,
        style: theme.text, in: inside)
    }
  }

  /// Column inside a cell after the last digit: numbers end in one column down the whole grid.
  func numberEnd(cellWidth: Int) -> Int {
    let widest = min(textWidth, cellWidth)
    return min(cellWidth - (cellWidth > widest ? 1 : 0), (cellWidth + widest) / 2)
  }

  private func window(for inside: Area) -> Window {
    let visibleRows = min(max(0, inside.height - 1), shown.rows.count)
    let labels = grid.layers.map { String($0).count + 1 }.max() ?? 2
    let total = max(1, shown.columns.count)
    let room = max(0, inside.width - labels - 2)
    let isRoomy = room >= total * Self.wantedCellWidth(of: model)
    let gutter = isRoomy ? max(4, labels + 2) : labels + 1
    let columns = max(0, inside.width - gutter)
    let cellWidth = max(
      2, min(textWidth + (state.constraints.isEmpty && model.metric == .rank ? 0 : 1), columns),
      min(Self.wantedCellWidth(of: model), columns / total))
    let visibleColumns = min(
      shown.columns.count, max(columns > 0 ? 1 : 0, columns / cellWidth))
    let isWhole = visibleRows == shown.rows.count && visibleColumns == shown.columns.count
    let left = columns - visibleColumns * cellWidth
    return Window(
      rows: Self.range(visibleRows, of: shown.rows, around: model.selection?.row),
      columns: Self.range(visibleColumns, of: shown.columns, around: model.selection?.column),
      cellWidth: cellWidth, gutter: gutter,
      sumWidth: isRoomy && model.metric == .rank && left >= 5 ? 5 : 0,
      hasSumRow: isWhole && model.metric == .rank && inside.height > visibleRows + 1)
  }

  /// The module at a place of the screen, with the inside of the pane given; nil where there is none.
  func place(x: Int, y: Int, in inside: Area) -> DashboardModel.Place? {
    let window = window(for: inside.inset(bottom: reserved))
    let (line, left) = (y - inside.y - 1, x - inside.x - window.gutter)
    guard line >= 0, line < window.rows.count, left >= 0 else { return nil }
    let column = left / max(1, window.cellWidth)
    guard column < window.columns.count else { return nil }
    let place = DashboardModel.Place(
      row: shown.rows[window.rows.lowerBound + line],
      column: shown.columns[window.columns.lowerBound + column])
    return grid.module(row: place.row, column: place.column) == nil ? nil : place
  }

  /// A range of `count` of some places with the chosen one near its middle.
  private static func range(_ count: Int, of places: [Int], around chosen: Int?) -> Range<Int> {
    let index = chosen.flatMap { chosen in places.firstIndex { $0 >= chosen } } ?? 0
    let first = min(max(0, index - count / 2), places.count - count)
    return first..<first + count
  }

  private func drawColumnNames(_ window: Window, in row: Area, into frame: inout Frame) {
    for (place, index) in window.columns.enumerated() {
      let column = shown.columns[index]
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
}
