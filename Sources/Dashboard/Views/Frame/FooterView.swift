import Screen

/// The last row: the keys that matter now, from the key table.
struct FooterView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area) {
    guard !area.isEmpty else { return }
    let row = area.inset(left: 1, right: 1)
    var line = Line()
    for (index, hint) in shown(in: row.width).enumerated() {
      if index > 0 { line.append("  ") }
      line.append(hint.label, style: theme.accent)
      line.append(" " + hint.word, style: theme.label)
    }
    frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
  }

  /// The key whose name stands at a place, or whose word does; nil where there is none.
  func key(x: Int, y: Int, in area: Area) -> Key? {
    guard area.contains(x: x, y: y) else { return nil }
    let row = area.inset(left: 1, right: 1)
    guard row.contains(x: x, y: y) else { return nil }
    var left = row.x
    for hint in shown(in: row.width) {
      for name in hint.keys {
        if (left..<left + name.cellCount).contains(x) { return Key(named: name) }
        left += name.cellCount + 1
      }
      if (left - 1..<left + hint.word.cellCount).contains(x) { return hint.key }
      left += hint.word.cellCount + 2
    }
    return nil
  }

  private struct Hint {
    /// The keys as the footer names them, never none.
    var keys: [String]
    var word: String
    /// The key that the word stands for.
    var key: Key
    var isAboutModules: Bool

    var label: String { keys.joined(separator: " ") }
  }

  /// The hints that a row has room for.
  private func shown(in room: Int) -> [Hint] {
    var hints = self.hints
    // With a module chosen, what can be done to it comes first.
    if model.selection != nil {
      hints = hints.filter(\.isAboutModules) + hints.filter { !$0.isAboutModules }
    }
    // Hints give way from the middle: the first ones and `? help`, `q quit` are needed most.
    while width(hints) > room && hints.count > 2 { hints.remove(at: hints.count - 3) }
    return hints
  }

  private var hints: [Hint] {
    bindings.compactMap { binding in
      guard binding.holds(in: model.focus), let hint = binding.hint, let key = binding.keys.first
      else { return nil }
      if case .inspector(let command) = binding.command, command.isAnswer,
        model.shownProposal == nil
      {
        return nil
      }
      if case .inspector(let command) = binding.command, command.isQuestion,
        model.shownProposal != nil
      {
        return nil
      }
      let keys = model.keys.keys(of: hint, on: binding)
      guard !keys.isEmpty else { return nil }
      return Hint(
        keys: keys, word: word(hint.word, of: binding), key: key,
        isAboutModules: [.pin, .cap, .release].contains(binding.command))
    }
  }

  /// The overview shows what holds everywhere first, a view of its own what holds only there.
  private var bindings: [KeyBinding] {
    let bindings = model.keys.bindings(in: model.keyContext)
    guard model.view == .overview else { return bindings }
    // The two that are always there, help and leaving, stay at the end.
    let general = bindings.filter { $0.panes.isEmpty && $0.hint != nil }
    let ofPanes = bindings.filter { !$0.panes.isEmpty }
    return general.dropLast(2) + ofPanes + general.suffix(2)
  }

  private func word(_ word: String, of binding: KeyBinding) -> String {
    switch binding.command {
    case .togglePause: model.isHeld ? "resume" : word
    case .togglePlay: model.playback.isPlaying ? "hold" : word
    default: word
    }
  }

  private func width(_ hints: [Hint]) -> Int {
    hints.reduce(0) { $0 + $1.label.cellCount + $1.word.cellCount + 3 } - 2
  }
}
