import Screen

/// The row above the keys: what is being typed, what was just said, what the trainer has not taken up,
/// else how the run goes.
struct VerdictView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty else { return }
    let row = area.inset(left: area.width > 30 ? 1 : 0, right: 1)
    // The heatmap's page says itself what is known of the chosen module, where it has a row for that.
    let saysModule = model.view != .heatmap || area.y < 8
    frame.write(
      line(width: row.width, saysModule: saysModule), in: row, ellipsis: theme.glyphs.ellipsis)
  }

  private func line(width: Int, saysModule: Bool) -> Line {
    switch model.overlay {
    case .prompt(let input): return line(input, width: width)
    case .rule(let prompt): return line(prompt, width: width)
    case .filter(let prompt): return line(prompt, width: width)
    default: break
    }
    if let count = model.count {
      var line = Line("count \(count)", style: theme.accent)
      let counted = [
        "previous_step", "next_step", "previous_decision", "next_decision", "previous_change",
        "next_change", "up", "down", "page_up", "page_down",
      ].compactMap { model.keys.key(of: $0) }
      line.append("  then one of \(counted.joined(separator: " "))", style: theme.label)
      return line
    }
    if let proposal = model.head.proposal, model.outstanding.isEmpty, model.view != .decision {
      return line(
        "decision \(proposal.number) is proposed and the trainer waits: "
          + (model.mode == .live ? howToAnswer : "for an answer elsewhere"),
        .warning)
    }
    if let message = model.message { return line(message.text, message.severity) }
    if !model.outstanding.isEmpty {
      let requests = model.outstanding.map(\.text).joined(separator: ", ")
      var line = Line("asked: \(requests)", style: theme.person)
      line.append("  waits for the trainer", style: theme.label)
      return line
    }
    if model.isBehind && model.mode != .replay {
      var line = Line("at step \(model.state.step)", style: theme.warning)
      let key = model.keys.keys(of: "end").last.map { ": \($0) returns" } ?? ""
      line.append(", the run is at \(model.head.step)\(key)", style: theme.text)
      return line
    }
    let verdicts = model.verdicts
    guard let worst = verdicts.first else { return Line() }
    if worst.severity == .good, saysModule, let place = model.selection,
      let module = model.state.grid.module(row: place.row, column: place.column)
    {
      return ModuleText.line(module, state: model.state, theme: theme)
    }
    var line = self.line(worst.text, worst.severity)
    if verdicts.count > 1 {
      line.append("  (and \(verdicts.count - 1) more)", style: theme.label)
    }
    return line
  }

  private var howToAnswer: String {
    let shows = model.keys.key(of: "view_decision") ?? ":view decision"
    return "\(shows) shows it"
      + (model.keys.key(of: "apply").map { ", \($0) there applies it" } ?? "")
  }

  /// What is wrong beside what was typed, or in its place where there is no room for both.
  private func line(_ typed: Line, problem: String, width: Int) -> Line {
    let warning = Line("\(Character(theme.glyphs.warning)) \(problem)", style: theme.warning)
    guard typed.cellCount + 2 + warning.cellCount <= width else { return warning }
    var line = typed
    line.append("  ")
    line.append(warning)
    return line
  }

  private func line(_ input: CommandInput, width: Int) -> Line {
    // The part about the cursor is what is being typed.
    let room = max(1, width - 2)
    let first = max(0, input.position - room)
    let before = input.characters[first..<input.position]
    let after = input.characters[input.position...].prefix(room - before.count)
    var line = Line(":", style: theme.accent)
    line.append(String(before), style: theme.value)
    if let under = after.first {
      line.append(String(under), style: theme.selection)
      line.append(String(after.dropFirst()), style: theme.value)
    } else {
      line.append("_", style: theme.value)
    }
    if let problem = input.problem { return self.line(line, problem: problem, width: width) }
    if input.characters.isEmpty {
      line.append("  a step, or a command: tab shows them", style: theme.label)
    }
    for (index, word) in input.candidates.enumerated() {
      line.append("  ")
      line.append(word, style: index == input.chosen ? theme.selection : theme.label)
    }
    return line
  }

  private func line(_ prompt: RulePrompt, width: Int) -> Line {
    let label = prompt.label.fitted(to: max(1, min(prompt.label.cellCount, width - 9)))
    var line = Line(label, style: theme.accent)
    // The end is what is being typed.
    let room = max(8, width - label.cellCount - 1)
    line.append(String(prompt.text.suffix(room)) + "_", style: theme.value)
    if let problem = prompt.problem {
      return self.line(line, problem: problem, width: width)
    } else if prompt.text.isEmpty {
      line.append("  " + prompt.example, style: theme.label)
    } else if prompt.pattern == nil, let rule = prompt.rule, let manifest = model.state.manifest {
      let matches = rule.matches(in: manifest.modules)
      let names = matches.prefix(4).map { model.state.grid.label($0) }.joined(separator: " ")
      let more = matches.count > 4 ? " and \(matches.count - 4) more" : ""
      line.append(
        matches.isEmpty ? "  matches no module" : "  matches \(names)\(more)", style: theme.label)
    }
    return line
  }

  private func line(_ prompt: FilterPrompt, width: Int) -> Line {
    var line = Line("/", style: theme.accent)
    line.append(String(prompt.text.suffix(max(1, width - 2))) + "_", style: theme.value)
    if let problem = prompt.problem {
      return self.line(line, problem: problem, width: width)
    }
    line.append("  " + model.matches(of: prompt), style: theme.label)
    return line
  }

  private func line(_ text: String, _ severity: Verdict.Severity) -> Line {
    switch severity {
    case .good: return Line(text, style: theme.label)
    case .warning:
      return Line("\(Character(theme.glyphs.warning)) \(text)", style: theme.warning)
    case .bad: return Line("\(Character(theme.glyphs.warning)) \(text)", style: theme.bad)
    }
  }
}
