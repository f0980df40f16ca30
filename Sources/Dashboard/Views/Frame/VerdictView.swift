import Screen

/// The row above the keys: what is being typed, what was just said, what the trainer has not taken up,
/// else how the run goes.
struct VerdictView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty else { return }
    let row = area.inset(left: area.width > 30 ? 1 : 0, right: 1)
    frame.write(line(width: row.width), in: row, ellipsis: theme.glyphs.ellipsis)
  }

  private func line(width: Int) -> Line {
    switch model.overlay {
    case .prompt(let text):
      var line = Line(":", style: theme.accent)
      line.append(text + "_", style: theme.value)
      return line
    case .rule(let prompt): return line(prompt, width: width)
    default: break
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
      line.append(", the run is at \(model.head.step): end returns", style: theme.text)
      return line
    }
    let verdicts = model.verdicts
    guard let worst = verdicts.first else { return Line() }
    if worst.severity == .good, let place = model.selection,
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

  private func line(_ prompt: RulePrompt, width: Int) -> Line {
    var line = Line(prompt.label, style: theme.accent)
    // The end is what is being typed.
    let room = max(8, width - prompt.label.cellCount - 1)
    line.append(String(prompt.text.suffix(room)) + "_", style: theme.value)
    if let problem = prompt.problem {
      line.append("  \(Character(theme.glyphs.warning)) \(problem)", style: theme.warning)
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

  private func line(_ text: String, _ severity: Verdict.Severity) -> Line {
    switch severity {
    case .good: return Line(text, style: theme.label)
    case .warning:
      return Line("\(Character(theme.glyphs.warning)) \(text)", style: theme.warning)
    case .bad: return Line("\(Character(theme.glyphs.warning)) \(text)", style: theme.bad)
    }
  }
}
