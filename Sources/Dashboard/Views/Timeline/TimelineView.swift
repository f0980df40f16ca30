import RunEvents
import Screen

/// The ranks over the run: modules down (or groups of them), steps across, colour for rank.
struct TimelineView {
  let state: DashboardState
  let theme: Theme
  /// Step of the time cursor where it stands behind the end; what lies after it is drawn faintly.
  var cursor: Int?

  /// Modules that share a line of colour.
  private struct Group {
    var firstLayer: Int
    var lastLayer: Int
    var kind = ""
    var modules: [Int]
  }

  /// Where the parts of the pane stand.
  private struct Arrangement {
    var groups: [Group]
    var halves: Bool
    var labels: [String]
    var gutter: Int
    var plot: Area
    var hasAxis: Bool
  }

  private func arrangement(in inside: Area) -> Arrangement? {
    guard inside.height >= 2, inside.width >= 16, state.grid.count > 0 else { return nil }
    // The axis is drawn where it costs no line of ranks.
    let lower = groups(rows: inside.height - 2)
    let full = groups(rows: inside.height - 1)
    let hasAxis =
      inside.height >= 4 && lower.groups.count == full.groups.count && lower.halves == full.halves
    let rows = inside.height - 1 - (hasAxis ? 1 : 0)
    let (groups, halves) = hasAxis ? lower : full
    let labels = lineLabels(groups, halves: halves)
    let gutter = min(14, (labels.map(\.cellCount).max() ?? 0) + 1)
    return Arrangement(
      groups: groups, halves: halves, labels: labels, gutter: gutter,
      plot: Area(
        x: inside.x + gutter, y: inside.y + 1, width: inside.width - gutter,
        height: min(rows, labels.count)), hasAxis: hasAxis)
  }

  /// Where the ranks stand in a pane whose inside is given; nil where there is no room.
  func plot(in inside: Area) -> Area? { arrangement(in: inside)?.plot }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let inside = style.open(
      "pruning timeline", detail: legendOfMarks, note: legendOfRanks, in: area, into: &frame)
    guard let parts = arrangement(in: inside) else { return }
    let plot = parts.plot
    for (line, label) in parts.labels.enumerated() where line < plot.height {
      frame.write(
        label.fitted(to: parts.gutter - 1), x: inside.x, y: plot.y + line,
        style: theme.label, in: inside)
    }
    let marks = Area(x: plot.x, y: inside.y, width: plot.width, height: 1)
    drawMarks(in: marks, into: &frame)
    drawRanks(parts.groups, halves: parts.halves, in: plot, into: &frame)
    if parts.hasAxis {
      StepAxis(state: state, theme: theme).draw(
        into: &frame, in: Area(x: plot.x, y: plot.y + plot.height, width: plot.width, height: 1),
        marksDecisions: false, cursor: cursor)
    }
    guard let cursor else { return }
    let column = StepAxis(state: state, theme: theme).column(of: max(1, cursor), width: plot.width)
    frame.fade(marks.inset(left: column + 1), style: theme.behind)
  }

  private func drawRanks(
    _ groups: [Group], halves: Bool, in plot: Area, into frame: inout Frame
  ) {
    let axis = StepAxis(state: state, theme: theme)
    let cells = RankCells(theme: theme, maximum: Double(state.grid.maxCapacity))
    let here = cursor.map { axis.column(of: max(1, $0), width: plot.width) } ?? plot.width
    for x in 0..<plot.width where x <= axis.column(of: state.step, width: plot.width) {
      let step = min(axis.lastStep(of: x, width: plot.width), max(state.step, 1))
      guard let ranks = state.timeline.ranks(at: step) else { continue }
      func mean(_ index: Int) -> Double? {
        guard index < groups.count else { return nil }
        let modules = groups[index].modules
        let sum = modules.reduce(0) { $0 + (ranks.indices.contains($1) ? Int(ranks[$1]) : 0) }
        return modules.isEmpty ? nil : Double(sum) / Double(modules.count)
      }
      for y in 0..<plot.height {
        let place: RankCells.Time = x < here ? .before : x == here ? .cursor : .after
        frame[plot.x + x, plot.y + y] =
          halves
          ? cells.half(top: mean(2 * y), bottom: mean(2 * y + 1), place)
          : cells.whole(mean(y), place)
      }
    }
  }

  // MARK: Lines

  /// One module a line, else two in a cell, else layers, else bands of layers.
  private func groups(rows: Int) -> (groups: [Group], halves: Bool) {
    let canHalve = theme.glyphs.upperHalf != nil && theme.ramp.isColored
    let grid = state.grid
    if grid.count <= rows || (canHalve && grid.count <= 2 * rows) {
      let groups = grid.layers.indices.flatMap { row in
        grid.kinds.indices.compactMap { column in
          grid.module(row: row, column: column).map { module in
            Group(
              firstLayer: grid.layers[row], lastLayer: grid.layers[row], kind: grid.kinds[column],
              modules: [module])
          }
        }
      }
      return (groups, grid.count > rows)
    }
    let layers = grid.layers.count
    let halves = layers > rows && canHalve
    let lines = max(1, halves ? 2 * rows : rows)
    let band = (layers + lines - 1) / lines
    let groups = stride(from: 0, to: layers, by: band).map { first in
      let last = min(first + band, layers) - 1
      return Group(
        firstLayer: grid.layers[first], lastLayer: grid.layers[last],
        modules: (first...last).flatMap { grid.modules(row: $0) })
    }
    return (groups, halves)
  }

  /// Names of the lines; a layer is named in its first line only.
  private func lineLabels(_ groups: [Group], halves: Bool) -> [String] {
    let step = halves ? 2 : 1
    let lines = stride(from: 0, to: groups.count, by: step).map { index in
      Array(groups[index..<min(index + step, groups.count)])
    }
    let names = lines.map { line in
      let first = line[0].firstLayer
      let last = line[line.count - 1].lastLayer
      return first == last || !line[0].kind.isEmpty ? "L\(first)" : "L\(first)-\(last)"
    }
    let width = names.map(\.cellCount).max() ?? 0
    return lines.indices.map { index in
      let line = lines[index]
      let isRepeated = index > 0 && names[index] == names[index - 1]
      let kinds = line.filter { $0.firstLayer == line[0].firstLayer && !$0.kind.isEmpty }
      return ([(isRepeated ? "" : names[index]).padded(to: width)] + kinds.map(\.kind))
        .joined(separator: " ")
    }
  }

  private var legendOfRanks: Line {
    if state.grid.count == 0 { return Line() }
    var line = Line("rank ", style: theme.label)
    line.append(RampLegend(theme: theme, maximum: state.grid.maxCapacity).line)
    return line
  }
}
