import Screen

/// One line a run: its sign, its name and its numbers.
struct CompareLegend {
  let runs: [ComparedRun]
  /// Step at which they are compared; nil for where each stands.
  let step: Int?
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    let columns = runs.map { cells($0) }
    let count = columns.map(\.count).max() ?? 0
    let widths = (0..<count).map { index in
      columns.map { index < $0.count ? $0[index].cellCount : 0 }.max() ?? 0
    }
    for (index, cells) in columns.enumerated() where index < area.height {
      var line = Line("\(ComparedRun.sign(index)) ", style: theme.runs[index % theme.runs.count])
      for (column, cell) in cells.enumerated() {
        line.append(cell)
        let blanks = widths[column] - cell.cellCount + 2
        line.append(String(repeating: " ", count: max(0, blanks)))
      }
      frame.write(line, in: area.row(index), ellipsis: theme.glyphs.ellipsis)
    }
  }

  /// The numbers that matter most first: those at the right are cut first.
  private func cells(_ run: ComparedRun) -> [Line] {
    let figures = run.figures(at: step)
    let state = run.state
    var cells = [Line(String(run.name.prefix(24)), style: theme.value)]
    cells.append(Line("loss", figures.loss.map { NumberText.short($0) } ?? "-", theme: theme))
    if let name = figures.metricName {
      cells.append(
        Line(name, MetricText.value(figures.metricValue, name: name), theme: theme))
    } else {
      cells.append(Line("no evaluation", style: theme.label))
    }
    let alive = state.cost(of: figures.ranks.map(Int.init))
    let target = state.targetBudget.map { BudgetText.short($0, state.unit) } ?? "-"
    cells.append(
      Line(
        "alive", figures.ranks.isEmpty ? "-" : BudgetText.short(alive, state.unit) + "/" + target,
        theme: theme))
    cells.append(Line(state.allocator ?? "no allocator", style: theme.text))
    cells.append(Line("step", "\(figures.step)/\(state.totalSteps)", theme: theme))
    cells.append(Line("decisions", "\(run.decisions.count)", theme: theme))
    return cells
  }
}
