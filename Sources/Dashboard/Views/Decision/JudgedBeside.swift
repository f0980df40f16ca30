import RunEvents
import Screen

/// What was decided and what would have been, row by row beside each other in one order.
///
/// Each side has its own threshold line where the order is that of its scores; between two lines lies
/// what comes out otherwise.
struct JudgedBeside {
  let model: DashboardModel
  let theme: Theme
  let inspected: InspectedDecision
  let list: CandidateList

  func draw(into frame: inout Frame, in area: Area) {
    guard area.height > 0, area.width > 3, let judged = list.judged else { return }
    let columns = area.columns(.share(1), .cells(3), .share(1))
    let rows = area.height >= 8 ? 2 : 0
    if rows > 0 {
      let decision = inspected.decision
      let asked = model.inspector.whatIf
      drawSummary(
        "as decided: ", decision.allocator, decision.budget, list.counts, inspected.threshold,
        style: theme.title, in: columns[0], into: &frame)
      drawSummary(
        "if so: ", asked.allocator ?? decision.allocator, asked.budget ?? decision.budget, judged,
        inspected.judgedThreshold, style: theme.person, in: columns[2], into: &frame)
    }
    for (side, column) in [(CandidateRows.Side.decided, columns[0]), (.judged, columns[2])] {
      CandidateRows(model: model, theme: theme, inspected: inspected, list: list, side: side)
        .draw(into: &frame, in: column.inset(top: rows))
    }
    drawBetween(in: columns[1].inset(top: rows), into: &frame)
  }

  private func drawSummary(
    _ title: String, _ allocator: String, _ budget: Int, _ counts: FateCounts, _ threshold: Float?,
    style: Style, in area: Area, into frame: inout Frame
  ) {
    var line = Line(title, style: style)
    line.append(
      "\(allocator) within \(BudgetText.short(budget, model.state.unit))", style: theme.value)
    frame.write(line, in: area.row(0), ellipsis: theme.glyphs.ellipsis)
    var numbers = Line(
      "\(Character(theme.glyphs.minus))\(counts.pruned) +\(counts.grown)  \(counts.kept) kept  "
        + "\(counts.kept + counts.grown) alive", style: theme.text)
    if let threshold {
      numbers.append(
        Line("  threshold", NumberText.short(Double(threshold), columns: 7), theme: theme))
    } else {
      numbers.append("  no threshold", style: theme.label)
    }
    frame.write(numbers, in: area.row(1), ellipsis: theme.glyphs.ellipsis)
  }

  /// A sign where the two sides differ.
  private func drawBetween(in area: Area, into frame: inout Frame) {
    let head = area.height > 3 ? 1 : 0
    let x = area.x + 1
    let lines = CandidateRows(model: model, theme: theme, inspected: inspected, list: list)
      .lines(rows: area.height - head)
    for row in 0..<area.height {
      frame[x, area.y + row] = Cell(theme.glyphs.vertical, style: theme.border)
    }
    let isAscending = model.inspector.isAscending
    for line in lines {
      guard let index = list.component(line: line, isAscending: isAscending),
        inspected.differs(index)
      else { continue }
      frame[x, area.y + head + line - lines.lowerBound] = Cell(
        theme.glyphs.pointer, style: theme.person)
    }
  }
}
