import Screen

/// The third row: the phases of the plan to scale, where the run stands, and the next decision.
struct ScheduleView {
  let state: DashboardState
  let theme: Theme
  /// Last step that is known, where that lies beyond the time cursor.
  var lastStep: Int?

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty, let plan = state.plan, state.totalSteps > 0 else { return }
    let total = state.totalSteps
    let end = " \(total)"
    let row = area.inset(left: area.width > 30 ? 1 : 0, right: 1)
    let after = frame.write(Line("schedule ", style: theme.label), at: row)
    let strip = row.inset(left: after - row.x, right: end.cellCount)
    guard strip.width > 4 else { return }
    frame.write(
      end, x: strip.x + strip.width, y: row.y, style: theme.label, in: row)
    func column(_ step: Int) -> Int {
      // Double, because steps times columns may not fit an Int in a damaged plan.
      let place = Double(step) / Double(total) * Double(strip.width - 1)
      return strip.x + Int(min(max(place, 0), Double(strip.width - 1)))
    }
    let now = column(state.step)
    for x in strip.x..<strip.x + strip.width {
      let isDone = x <= now
      frame[x, row.y] = Cell(
        isDone ? theme.glyphs.heavy : theme.glyphs.horizontal,
        style: isDone ? theme.accent : theme.border)
    }
    if let lastStep, column(lastStep) > now {
      // What is done already but lies after the time cursor.
      for x in now + 1...column(lastStep) {
        frame[x, row.y] = Cell(theme.glyphs.heavy, style: theme.border)
      }
    }
    let isWarmingUp = state.warmUp != nil
    for (index, phase) in plan.phases.enumerated() {
      // The phases of an allocator that took over begin there, and the first is its own.
      let name = isWarmingUp && index == 0 ? "\(plan.allocator) warms up" : phase.name
      drawName(
        of: name, from: column(phase.start - 1), to: column(phase.end), row: row,
        isNow: phase.start <= state.step + 1 && state.step <= phase.end, into: &frame)
    }
    for phase in plan.phases where phase.start > 1 {
      frame[column(phase.start - 1), row.y] = Cell(theme.glyphs.divider, style: theme.label)
    }
    if let next = plan.nextDecision(after: state.step), column(next) != now {
      frame[column(next), row.y] = Cell(theme.glyphs.upcoming, style: theme.warning)
    }
    frame[now, row.y] = Cell(theme.glyphs.position, style: theme.value)
  }

  private func drawName(
    of name: String, from start: Int, to end: Int, row: Area, isNow: Bool,
    into frame: inout Frame
  ) {
    let text = " \(name) "
    let room = end - start - 3
    guard text.cellCount <= room else { return }
    let x = start + 2 + (room - text.cellCount) / 2
    frame.write(text, x: x, y: row.y, style: isNow ? theme.value : theme.label, in: row)
  }
}
