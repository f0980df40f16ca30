import RunEvents
import Screen

/// Decisions, interventions and alarms in words, the newest first.
struct DecisionsView {
  private let model: DashboardModel
  private let theme: Theme
  // What every line asks of the state, which is made anew each time one asks for it.
  private let grid: ModuleGrid
  private let unit: BudgetUnit
  /// Columns for the allocator's name; 0 where one took all decisions.
  private let allocatorWidth: Int

  init(model: DashboardModel, theme: Theme) {
    self.model = model
    self.theme = theme
    let state = model.state
    grid = state.grid
    unit = state.unit
    var names = Set(state.log.decisions.map(\.allocator))
    if let now = state.allocator, !names.isEmpty { names.insert(now) }
    allocatorWidth = names.count > 1 ? names.map(\.cellCount).max() ?? 0 : 0
  }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let state = model.state
    let entries = self.entries
    let inside = style.open(
      "decisions", detail: counts, in: area, into: &frame)
    guard !inside.isEmpty else { return }
    let shown = self.shown(of: entries, rows: inside.height)
    if entries.isEmpty {
      let text =
        state.plan?.firstDecision.map { "the first decision falls at step \($0)" }
        ?? (state.plan == nil ? "no plan yet" : "this allocator takes no decisions")
      frame.write(text, in: inside, style: theme.label)
    }
    for (row, entry) in shown.enumerated() {
      frame.write(
        line(entry, width: inside.width), in: inside.row(row), ellipsis: theme.glyphs.ellipsis)
      if entry == model.chosenEntry {
        frame.restyle(inside.row(row)) { $0.attributes.insert(.reverse) }
      }
    }
  }

  private var entries: [RunLog.Entry] { asked + model.state.log.newestFirst }

  private func shown(of entries: [RunLog.Entry], rows: Int) -> ArraySlice<RunLog.Entry> {
    let first = min(model.decisionsScrolled, max(0, entries.count - rows))
    return entries.dropFirst(first).prefix(rows)
  }

  /// The entry in a row of the pane; nil where there is none.
  func entry(atRow row: Int, in inside: Area) -> RunLog.Entry? {
    let shown = self.shown(of: entries, rows: inside.height)
    return row >= 0 && row < shown.count ? shown[shown.startIndex + row] : nil
  }

  /// Requests that the trainer has not taken up: those from here, then those that the run file has.
  var asked: [RunLog.Entry] {
    var waiting = model.state.pending
    for request in model.outstanding where !waiting.contains(where: { $0.intervention == request })
    {
      waiting.append(
        InterventionRecord(
          id: 0, intervention: request, author: "you", requestedAt: 0, step: nil,
          outcome: .pending))
    }
    return waiting.reversed().map { .intervention($0) }
  }

  private var counts: Line {
    let state = model.state
    guard state.decisionCount > 0 || state.expectedDecisions > 0 else { return Line() }
    var line = Line(
      "\(state.prunedCount) pruned, \(state.grownCount) grown so far", style: theme.label)
    if model.decisionsScrolled > 0 {
      line.append("  \(Character(theme.glyphs.moreAbove))", style: theme.warning)
    }
    return line
  }

  func line(_ entry: RunLog.Entry, width: Int) -> Line {
    switch entry {
    case .decision(let decision): line(decision, width: width)
    case .intervention(let record): line(record)
    case .alarm(let alarm): line(alarm)
    case .note(let note): line(note)
    }
  }

  private func line(_ decision: DecisionSummary, width: Int) -> Line {
    let minus = String(Character(theme.glyphs.minus))
    var line = Line("#\(decision.number)".padded(to: 4), style: theme.value)
    line.append(" @\(decision.step)".padded(to: 7), style: theme.label)
    if allocatorWidth > 0 {
      line.append(decision.allocator.padded(to: allocatorWidth + 2), style: theme.text)
    }
    line.append(
      "\(minus)\(decision.pruned)".padded(to: 5),
      style: decision.pruned > 0 ? theme.warning : theme.label)
    line.append(
      "+\(decision.grown)".padded(to: 5), style: decision.grown > 0 ? theme.good : theme.label)
    line.append(
      Line(
        "alive", budgets(decision), theme: theme,
        valueStyle: theme.text))
    if let threshold = decision.threshold {
      line.append(
        Line(
          "  threshold", NumberText.short(Double(threshold)), theme: theme,
          valueStyle: theme.text))
    }
    if decision.isFinal { line.append("  final", style: theme.person) }
    line.append("  ")
    // Each change takes at least six cells: no more of them than could be seen.
    for change in decision.changes.prefix(max(0, width / 6)) {
      line.append(" \(grid.label(change.module)) ", style: theme.label)
      if change.pruned > 0 { line.append("\(minus)\(change.pruned)", style: theme.warning) }
      if change.grown > 0 { line.append("+\(change.grown)", style: theme.good) }
    }
    if decision.changes.isEmpty { line.append(" \(decision.reason)", style: theme.label) }
    return line
  }

  private func budgets(_ decision: DecisionSummary) -> String {
    BudgetText.short(decision.alive, unit) + "/" + BudgetText.short(decision.budget, unit)
  }

  private func line(_ note: RunNote) -> Line {
    let (sign, style): (Unicode.Scalar, Style) =
      switch note {
      case .checkpoint: (theme.glyphs.checkpoint, theme.accent)
      case .seam: (theme.glyphs.seam, theme.person)
      case .selection: (theme.glyphs.finished, theme.good)
      case .demands: (HeatmapView.pinMark, theme.person)
      }
    var line = Line("\(Character(sign))".padded(to: 4), style: style)
    line.append(" @\(note.step)".padded(to: 7), style: theme.label)
    line.append(note.text(grid), style: style)
    return line
  }

  private func line(_ record: InterventionRecord) -> Line {
    var line = Line("\(Character(record.intervention.letter))".padded(to: 4), style: theme.person)
    line.append(" @\(record.step.map(String.init) ?? "-")".padded(to: 7), style: theme.label)
    line.append(record.intervention.text, style: theme.person)
    line.append("  by \(record.author)", style: theme.label)
    switch record.outcome {
    case .pending: line.append("  waits for the trainer", style: theme.warning)
    case .applied: break
    case .rejected(let why): line.append("  refused: \(why)", style: theme.bad)
    }
    return line
  }

  private func line(_ alarm: Alarm) -> Line {
    var line = Line("\(Character(theme.glyphs.warning))".padded(to: 4), style: theme.bad)
    line.append(" @\(alarm.step)".padded(to: 7), style: theme.label)
    line.append(alarm.message, style: theme.bad)
    return line
  }
}
