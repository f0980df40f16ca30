import Screen

/// The last row: the keys that matter now, from the key table.
struct FooterView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty else { return }
    let row = area.inset(left: 1, right: 1)
    var hints = self.hints
    // With a module chosen, what can be done to it comes first.
    if model.selection != nil {
      hints = hints.filter(\.isAboutModules) + hints.filter { !$0.isAboutModules }
    }
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
    var isAboutModules: Bool
  }

  private var hints: [Hint] {
    var hints: [Hint] = []
    for binding in bindings {
      if !binding.holds(in: model.focus) { continue }
      if case .inspector(let command) = binding.command, command.isAnswer,
        model.shownProposal == nil
      {
        continue
      }
      guard var words = binding.hint?.split(separator: " "), let last = words.popLast() else {
        continue
      }
      hints.append(
        Hint(
          label: words.joined(separator: " "), name: name(String(last), of: binding),
          isAboutModules: [.pin, .cap, .release].contains(binding.command)))
    }
    return hints
  }

  /// The overview shows what holds everywhere first, a view of its own what holds only there.
  private var bindings: [KeyBinding] {
    let bindings = KeyTable.bindings(in: model.keyContext)
    guard model.view == .overview else { return bindings }
    // The two that are always there, help and leaving, stay at the end.
    let general = bindings.filter { $0.panes.isEmpty && $0.hint != nil }
    let ofPanes = bindings.filter { !$0.panes.isEmpty }
    return general.dropLast(2) + ofPanes + general.suffix(2)
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
