import RunEvents
import Screen

/// The second row: the budget taken up, where the schedule wants them, who decides and when.
struct BudgetView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    let state = model.state
    guard !area.isEmpty, state.manifest != nil, let alive = state.alive else { return }
    let row = area.inset(left: area.width > 30 ? 1 : 0, right: 1)
    let start = state.budgetScale
    var head = Line("budget", BudgetText.short(alive, state.unit), theme: theme)
    head.append("/" + BudgetText.short(start, state.unit), style: theme.label)
    if row.width >= 60 { head.append(BudgetText.suffix(state.unit), style: theme.label) }
    if let task = state.task {
      draw(task, after: frame.write(head, at: row), in: row, into: &frame)
      return
    }
    // What is scheduled can be seen at the next decision: it gives way first.
    var tail = self.tail(withSchedule: true)
    if head.cellCount + 1 + tail.cellCount > row.width { tail = self.tail(withSchedule: false) }
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

  /// A long task in the place of what is known anyway: how far it is, and how long it takes.
  private func draw(
    _ task: TaskProgress, after x: Int, in row: Area, into frame: inout Frame
  ) {
    let rest = row.inset(left: x - row.x + 2)
    let head = Line(task.task, "\(task.done)/\(task.total)", theme: theme)
    var tail = Line()
    if task.done > 0, task.seconds.isFinite, task.seconds >= 0 {
      let left = task.seconds / Double(task.done) * Double(task.total - task.done)
      tail.append(Line("ETA", NumberText.duration(left), theme: theme))
    }
    var x = frame.write(head, at: rest) + 1
    let barWidth = min(36, rest.x + rest.width - x - tail.cellCount - 1)
    if barWidth >= 8 {
      frame.bar(
        Double(task.done) / Double(task.total),
        in: Area(x: x, y: row.y, width: barWidth, height: 1),
        style: theme.bar, trackStyle: theme.track, glyphs: theme.glyphs)
      x += barWidth + 1
    }
    frame.write(
      tail, in: Area(x: x, y: row.y, width: row.x + row.width - x, height: 1),
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

  private func tail(withSchedule: Bool) -> Line {
    let state = model.state
    var line = Line()
    let arrow = String(Character(theme.glyphs.arrow))
    let unit = state.unit
    if let target = state.targetBudget {
      line.append("\(arrow) \(BudgetText.short(target, unit))", style: theme.value)
    }
    if let wanted = model.wantedBudget, wanted != state.targetBudget {
      // Every digit, so that a small step is seen.
      line.append(" \(arrow) \(NumberText.grouped(wanted)) asked", style: theme.person)
    }
    if withSchedule, let budget = state.budget, budget != state.alive {
      let text = BudgetText.short(budget, unit)
      if text != state.alive.map({ BudgetText.short($0, unit) }) {
        line.append("  scheduled \(text)", style: theme.label)
      }
    }
    if let warmUp = state.warmUp, askedAllocator == nil {
      line.append("   \(warmUp.allocator)", style: theme.value)
      line.append(" warms up: first decision ", style: theme.label)
      line.append("@\(warmUp.firstDecision)", style: theme.value)
      return line
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
