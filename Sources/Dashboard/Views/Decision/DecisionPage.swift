import RunEvents
import Screen

/// One decision, candidate by candidate: as recorded, worked out again, and as it might have been.
struct DecisionPage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    guard let inspected = model.inspected else {
      let inside = style.open("decision", in: area, into: &frame)
      let next = model.state.plan?.nextDecision(after: model.state.step)
      let text = next.map { "no decision yet, the first falls at step \($0)" } ?? "no decision"
      return frame.write(text, in: inside, style: theme.label)
    }
    let key = CandidateList.key(inspected, settings: model.inspector)
    let list =
      model.inspector.list.flatMap { $0.key == key ? $0 : nil }
      ?? CandidateList(inspected, settings: model.inspector)
    let inside = style.open(
      title(inspected), detail: Line(detail(inspected, list), style: theme.label),
      note: Line(model.inspector.filter.title, style: theme.label), in: area, into: &frame)
    guard inside.height > 0 else { return }
    let summary = DecisionWords(model: model, theme: theme, inspected: inspected, list: list).lines
    // The candidates keep at least half of the rows.
    let rows = min(summary.count, max(0, inside.height / 2))
    for (row, line) in summary.prefix(rows).enumerated() {
      frame.write(line, in: inside.row(row), ellipsis: theme.glyphs.ellipsis)
    }
    CandidateRows(model: model, theme: theme, inspected: inspected, list: list)
      .draw(into: &frame, in: inside.inset(top: rows))
  }

  private func title(_ inspected: InspectedDecision) -> String {
    inspected.isProposal
      ? "decision \(inspected.decision.number) is proposed"
      : "decision \(inspected.decision.number) @\(inspected.decision.step)"
  }

  private func detail(_ inspected: InspectedDecision, _ list: CandidateList) -> String {
    let counts = inspected.isProposal ? list.edited : list.counts
    let minus = String(Character(theme.glyphs.minus))
    return "\(inspected.decision.allocator)  \(minus)\(counts.pruned) +\(counts.grown)  "
      + "\(counts.kept) kept of \(list.total)"
  }
}

/// What is said of a decision above its candidates, the most important first.
private struct DecisionWords {
  let model: DashboardModel
  let theme: Theme
  let inspected: InspectedDecision
  let list: CandidateList

  var lines: [Line] {
    var lines: [Line] = []
    if inspected.isProposal { lines.append(question) }
    if let agreement { lines.append(agreement) }
    lines += whatIf
    lines.append(numbers)
    if let losses { lines.append(losses) }
    lines.append(Line(inspected.decision.reason, style: theme.label))
    return lines
  }

  private var question: Line {
    var line = Line("the trainer waits: ", style: theme.warning)
    line.append("enter applies, x vetoes, t toggles the chosen one, esc runs on", style: theme.text)
    if !inspected.toggled.isEmpty {
      line.append("  \(inspected.toggled.count) edited", style: theme.person)
    }
    return line
  }

  private var numbers: Line {
    let decision = inspected.decision
    let unit = model.state.unit
    var line = Line("budget", BudgetText.short(decision.budget, unit), theme: theme)
    if let threshold = inspected.threshold {
      line.append(Line("  threshold", NumberText.short(Double(threshold)), theme: theme))
    }
    let before = inspected.before.count { $0 }
    let after = inspected.afterEdits.count { $0 }
    line.append(Line("  components", "\(before) -> \(after)", theme: theme))
    if decision.isFinal { line.append("  final", style: theme.person) }
    if !inspected.edited.isEmpty {
      line.append("  \(inspected.edited.count) edited by a person", style: theme.person)
    }
    return line
  }

  private var agreement: Line? {
    guard !inspected.isProposal, let recomputed = inspected.recomputed else { return nil }
    if let problem = recomputed.problem {
      return Line("not worked out again: \(problem)", style: theme.label)
    }
    let wrong = list.mismatches
    if wrong.isEmpty {
      return Line("worked out again from its scores: the same", style: theme.good)
    }
    let names = wrong.prefix(6).map { model.state.grid.name(component: $0) }
    let more = wrong.count > 6 ? " and \(wrong.count - 6) more" : ""
    return Line(
      "MISMATCH: its scores do not give what was recorded: \(names.joined(separator: " "))\(more)",
      style: theme.bad)
  }

  private var whatIf: [Line] {
    let asked = model.inspector.whatIf
    guard !inspected.isProposal, asked != Inspection.WhatIf() else { return [] }
    let budget = asked.budget ?? inspected.decision.budget
    var line = Line("what if ", style: theme.person)
    line.append(
      "\(asked.allocator ?? inspected.decision.allocator) had decided within "
        + "\(BudgetText.exact(budget, model.state.unit))", style: theme.value)
    line.append(" (changes nothing in the run; 0 ends it)", style: theme.label)
    if let problem = inspected.judged?.problem {
      return [line, Line("it cannot be said: \(problem)", style: theme.warning)]
    }
    guard let counts = list.judged else { return [line] }
    let minus = String(Character(theme.glyphs.minus))
    return [
      line,
      Line(
        "then \(minus)\(counts.pruned) +\(counts.grown), \(counts.kept) kept; "
          + "\(list.differences.count) components come out otherwise", style: theme.text),
    ]
  }

  /// Mean loss over some steps before and after the decision, from the course of the run.
  private var losses: Line? {
    guard !inspected.isProposal else { return nil }
    let history = model.state.losses
    let step = inspected.decision.step
    let width = max(10, history.stride)
    func mean(_ steps: ClosedRange<Int>) -> Double? {
      let first = max(0, (steps.lowerBound - 1) / history.stride)
      let last = min(history.buckets.count - 1, (steps.upperBound - 1) / history.stride)
      guard first <= last else { return nil }
      let means = (first...last).compactMap { history.buckets[$0].mean }
      return means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
    }
    guard step > 0, let before = mean(max(1, step - width + 1)...step) else { return nil }
    let after = mean(step + 1...step + width)
    var line = Line("loss", NumberText.short(before), theme: theme)
    line.append(" over \(width) steps before, ", style: theme.label)
    line.append(after.map { NumberText.short($0) } ?? NumberText.none, style: theme.value)
    line.append(" after", style: theme.label)
    return line
  }
}
