import RunEvents
import Screen

/// What is said of a decision above its candidates, the most important first.
struct DecisionWords {
  let model: DashboardModel
  let theme: Theme
  let inspected: InspectedDecision
  let list: CandidateList
  let width: Int
  /// Whether each side of the question has a list, with its numbers above it.
  let hasTwoLists: Bool

  var lines: [Line] {
    var lines: [Line] = []
    if inspected.isProposal { lines.append(question) }
    // That all is well may wait behind the question; that it is not, may not.
    if let agreement, !list.mismatches.isEmpty { lines.append(agreement) }
    lines += whatIf
    if let agreement, list.mismatches.isEmpty { lines.append(agreement) }
    if !hasTwoLists { lines.append(numbers) }
    if let losses { lines.append(losses) }
    lines.append(Line(inspected.decision.reason, style: theme.label))
    return lines
  }

  private var question: Line {
    var line = Line()
    if !inspected.toggled.isEmpty {
      line.append("\(inspected.toggled.count) edited  ", style: theme.person)
    }
    let long = answers("applies", "vetoes", "toggles the chosen one", "runs on")
    let short = answers("apply", "veto", "toggle", "run on")
    line.append("the trainer waits", style: theme.warning)
    let room = width - line.cellCount - 2
    if room >= short.cellCount, !short.isEmpty {
      line.append(": " + (room >= long.cellCount ? long : short), style: theme.text)
    }
    return line
  }

  /// What the keys of an answer do, those that have one.
  private func answers(_ apply: String, _ veto: String, _ toggle: String, _ runOn: String) -> String
  {
    [("apply", apply), ("veto", veto), ("toggle", toggle), ("run_on", runOn)]
      .compactMap { name, word in model.keys.key(of: name).map { "\($0) \(word)" } }
      .joined(separator: ", ")
  }

  private var numbers: Line {
    let decision = inspected.decision
    let unit = model.state.unit
    var line = Line("budget", BudgetText.short(decision.budget, unit), theme: theme)
    let before = inspected.before.count { $0 }
    let after = inspected.afterEdits.count { $0 }
    line.append(
      Line(
        "  components", "\(before) \(Character(theme.glyphs.arrow)) \(after)", theme: theme))
    if !inspected.toggled.isEmpty {
      let excess = model.state.cost(of: inspected.ranksAfterEdits) - decision.budget
      if excess > 0 {
        line.append("  \(BudgetText.short(excess, unit)) above the budget", style: theme.warning)
      }
    }
    if let threshold = inspected.threshold {
      line.append(
        Line("  threshold", NumberText.short(Double(threshold), columns: 7), theme: theme))
    }
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
      return Line(
        width >= 60 ? "worked out again from its scores: the same" : "worked out again: the same",
        style: theme.good)
    }
    var line = Line(
      width >= 60 ? "MISMATCH: its scores do not give what was recorded:" : "MISMATCH:",
      style: theme.bad)
    for (place, index) in wrong.enumerated() {
      let rest = wrong.count - place
      let name = " " + model.state.grid.name(component: index)
      let more = rest > 1 ? " and \(rest - 1) more" : ""
      if place >= 6 || (place > 0 && (line.text + name + more).cellCount > width) {
        line.append(" and \(rest) more", style: theme.bad)
        break
      }
      line.append(name, style: theme.bad)
    }
    return line
  }

  private var whatIf: [Line] {
    let asked = model.inspector.whatIf
    guard !inspected.isProposal, asked != Inspection.WhatIf() else { return [] }
    let budget = asked.budget ?? inspected.decision.budget
    let budgetText = BudgetText.exact(budget, model.state.unit)
    let allocator = asked.allocator ?? inspected.decision.allocator
    var line = Line("what if ", style: theme.person)
    if width >= 60 {
      line.append("\(allocator) had decided within \(budgetText)", style: theme.value)
      let end = model.keys.key(of: "end_what_if").map { "; \($0) ends it" } ?? ""
      line.append(" (changes nothing in the run\(end))", style: theme.label)
    } else {
      line.append("\(allocator) within \(budgetText)", style: theme.value)
    }
    var lines = [line]
    if let slider = slider(budget) { lines.append(slider) }
    if let problem = inspected.judged?.problem {
      return lines + [Line("it cannot be said: \(problem)", style: theme.warning)]
    }
    guard let counts = list.judged else { return lines }
    if !hasTwoLists {
      let minus = String(Character(theme.glyphs.minus))
      let changes = "\(minus)\(counts.pruned) +\(counts.grown), \(counts.kept) kept"
      let count = list.differences.count
      lines.append(
        Line(
          width >= 60
            ? "then \(changes); " + CountText.otherwise(count) : "\(count) otherwise: \(changes)",
          style: theme.text))
    }
    lines.append(differences)
    return lines
  }

  /// Modules that come out otherwise with their ranks, as many as have room.
  private var differences: Line {
    let count = list.differences.count
    guard count > 0 else { return Line("no component comes out otherwise", style: theme.label) }
    var line = Line(hasTwoLists ? CountText.otherwise(count) + ":" : "ranks:", style: theme.label)
    let arrow = Character(theme.glyphs.arrow)
    for (place, module) in list.modules.enumerated() {
      let name = model.state.grid.label(module.module)
      let ranks =
        module.decided == module.judged
        ? "\(module.decided), other slots" : "\(module.decided) \(arrow) \(module.judged)"
      let rest = list.modules.count - place
      let more = rest > 1 ? "  and \(rest - 1) more" : ""
      let text = "  \(name) "
      if line.cellCount + text.cellCount + ranks.cellCount + more.cellCount > width, place > 0 {
        line.append("  and \(rest) more", style: theme.label)
        break
      }
      line.append(text, style: theme.text)
      line.append(ranks, style: theme.value)
    }
    return line
  }

  /// The budget asked about on a line of all budgets, with the decided one marked; nil without room.
  private func slider(_ budget: Int) -> Line? {
    let unit = model.state.unit
    let decided = inspected.decision.budget
    let most = max(1, model.state.largestBudget, decided, budget)
    let difference = BudgetText.short(abs(budget - decided), unit)
    let relation =
      budget == decided
      ? ", as decided"
      : ", \(difference) \(budget > decided ? "above" : "below") the "
        + "\(BudgetText.short(decided, unit)) decided"
    let (head, tail) = ("budget 0 ", " " + BudgetText.short(most, unit) + "  ")
    let asked = BudgetText.short(budget, unit)
    let room = width - (head + tail + asked + relation).cellCount
    guard room >= 10 else { return nil }
    let cells = min(60, room)
    func place(_ budget: Int) -> Int {
      Int((Double(budget) / Double(most) * Double(cells - 1)).rounded())
    }
    let (here, mark) = (place(budget), place(decided))
    var line = Line(head, style: theme.label)
    for cell in 0..<cells {
      switch cell {
      case here: line.append(String(Character(theme.glyphs.position)), style: theme.person)
      case mark: line.append(String(Character(theme.glyphs.divider)), style: theme.value)
      case ..<here: line.append(String(Character(theme.glyphs.heavy)), style: theme.accent)
      default: line.append(String(Character(theme.glyphs.horizontal)), style: theme.border)
      }
    }
    line.append(tail, style: theme.label)
    line.append(asked, style: theme.value)
    line.append(relation, style: theme.label)
    return line
  }

  /// Mean loss of the steps just before and after the decision, step by step as recorded.
  ///
  /// The decision's own step counts as before: its loss was computed before anything was cut.
  private var losses: Line? {
    let step = inspected.decision.step
    guard !inspected.isProposal, let losses = model.stepLosses,
      losses.steps == model.stepsAround(decisionAt: step), let before = losses.mean(of: 1...step)
    else { return nil }
    let after = losses.mean(of: step + 1...step + 32)
    var line = Line("loss", NumberText.short(before.mean), theme: theme)
    if width < 60, let after {
      line.append(
        " \(Character(theme.glyphs.arrow)) \(NumberText.short(after.mean))", style: theme.value)
      line.append(" over \(before.count) and \(after.count) steps", style: theme.label)
      return line
    }
    line.append(" over \(CountText.steps(before.count)) before", style: theme.label)
    guard let after else {
      line.append(", none after yet", style: theme.label)
      return line
    }
    line.append(", ", style: theme.label)
    line.append(NumberText.short(after.mean), style: theme.value)
    line.append(
      after.count == before.count
        ? " over as many after" : " over \(CountText.steps(after.count)) after",
      style: theme.label)
    let change = after.mean - before.mean
    let sign = change < 0 ? String(Character(theme.glyphs.minus)) : "+"
    line.append(" (\(sign)\(NumberText.short(abs(change))))", style: theme.label)
    return line
  }
}

/// Counts with their nouns.
private enum CountText {
  static func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }

  static func otherwise(_ components: Int) -> String {
    components == 1
      ? "1 component comes out otherwise" : "\(components) components come out otherwise"
  }
}
