import Screen

/// The last row: the keys that matter now, from the key table.
struct FooterView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty else { return }
    let row = area.inset(left: 1, right: 1)
    var hints = self.hints
    // Hints give way from the middle: the first ones and `? help`, `q quit` are needed most.
    while width(hints) > row.width && hints.count > 2 { hints.remove(at: hints.count - 3) }
    var line = Line()
    for (index, hint) in hints.enumerated() {
      if index > 0 { line.append("  ") }
      line.append(hint.label, style: theme.accent)
      line.append(" " + hint.name, style: theme.label)
    }
    frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
  }

  private struct Hint {
    var label: String
    var name: String
  }

  private var hints: [Hint] {
    var hints: [Hint] = []
    for binding in KeyTable.bindings(in: model.keyContext) {
      if (binding.pane ?? model.focus) != model.focus { continue }
      guard var words = binding.hint?.split(separator: " "), let last = words.popLast() else {
        continue
      }
      hints.append(
        Hint(label: words.joined(separator: " "), name: name(String(last), of: binding)))
    }
    return hints
  }

  private func name(_ name: String, of binding: KeyBinding) -> String {
    switch binding.command {
    case .togglePause: model.isHeld ? "resume" : name
    case .togglePlay: model.playback.isPlaying ? "hold" : name
    default: name
    }
  }

  private func width(_ hints: [Hint]) -> Int {
    hints.reduce(0) { $0 + $1.label.cellCount + $1.name.cellCount + 3 } - 2
  }
}

/// The row above: what was just said, else how the run goes.
struct VerdictView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty else { return }
    let row = area.inset(left: area.width > 30 ? 1 : 0, right: 1)
    if case .jump(let digits) = model.overlay {
      var line = Line("jump to step ", style: theme.accent)
      line.append(digits + "_", style: theme.value)
      frame.write(line, in: row)
      return
    }
    if let message = model.message {
      frame.write(line(message.text, message.severity), in: row, ellipsis: theme.glyphs.ellipsis)
      return
    }
    let verdicts = model.verdicts
    guard let worst = verdicts.first else { return }
    if worst.severity == .good, let place = model.selection,
      let module = model.state.grid.module(row: place.row, column: place.column)
    {
      let line = ModuleText.line(module, state: model.state, theme: theme)
      frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
      return
    }
    var line = self.line(worst.text, worst.severity)
    if verdicts.count > 1 {
      line.append("  (and \(verdicts.count - 1) more)", style: theme.label)
    }
    frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
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
