import Screen

/// The second row: components alive, where the schedule wants them, who decides and when.
struct BudgetView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    let state = model.state
    guard !area.isEmpty, let manifest = state.manifest, let alive = state.alive else { return }
    let row = area.inset(left: area.width > 30 ? 1 : 0, right: 1)
    let start = max(manifest.initialBudget, 1)
    var head = Line("budget", "\(alive)", theme: theme)
    head.append("/\(start)", style: theme.label)
    let tail = self.tail
    let barWidth = min(36, row.width - head.cellCount - tail.cellCount - 4)
    var x = frame.write(head, at: row)
    if barWidth >= 8 {
      let bar = Area(x: x + 1, y: row.y, width: barWidth, height: 1)
      frame.bar(
        Double(alive) / Double(max(start, alive)), in: bar, style: theme.bar,
        trackStyle: theme.track, glyphs: theme.glyphs)
      markTarget(in: bar, of: max(start, alive), into: &frame)
      x += barWidth + 1
    }
    frame.write(
      tail, in: Area(x: x + 1, y: row.y, width: row.x + row.width - x - 1, height: 1),
      ellipsis: theme.glyphs.ellipsis)
  }

  /// A tick in the bar where the target lies.
  private func markTarget(in bar: Area, of start: Int, into frame: inout Frame) {
    guard let target = model.wantedBudget, target < start, target > 0 else { return }
    let x = bar.x + min(bar.width - 1, Int(Double(target) / Double(start) * Double(bar.width)))
    let isCovered = frame[x, bar.y].glyph == theme.glyphs.bar.last
    var style = isCovered ? theme.bar : theme.track
    if isCovered { style.attributes.formSymmetricDifference(.reverse) }
    frame[x, bar.y] = Cell(theme.glyphs.divider, style: style)
  }

  private var tail: Line {
    let state = model.state
    var line = Line()
    let arrow = String(Character(theme.glyphs.arrow))
    if let target = state.targetBudget { line.append("\(arrow) \(target)", style: theme.value) }
    if let wanted = model.wantedBudget, wanted != state.targetBudget {
      line.append(" \(arrow) \(wanted) asked", style: theme.person)
    }
    if let budget = state.budget, budget != state.alive {
      line.append("  scheduled \(budget)", style: theme.label)
    }
    if let allocator = state.allocator {
      line.append("   ")
      line.append(Line("allocator", allocator, theme: theme))
      if let asked = askedAllocator { line.append(" \(arrow) \(asked) asked", style: theme.person) }
    }
    if let plan = state.plan, !state.isStopped {
      line.append("   ")
      if let next = plan.nextDecision(after: state.step) {
        line.append(Line("next decision", "@\(next)", theme: theme))
      } else {
        line.append("no more decisions", style: theme.label)
      }
    }
    return line
  }

  private var askedAllocator: String? {
    for request in model.outstanding.reversed() {
      if case .allocator(let name) = request { return name }
    }
    return nil
  }
}

extension Frame {
  /// Writes a line at an area's start and returns the column after it.
  mutating func write(_ line: Line, at area: Area) -> Int {
    write(line, in: area)
    return min(area.x + line.cellCount, area.x + area.width)
  }
}
