import Screen

/// What lies over the overview: help, menus, questions.
struct OverlayView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame) {
    switch model.overlay {
    case .none, .prompt, .rule, .filter: break
    case .help(let first): drawHelp(from: first, into: &frame)
    case .quit(let choice):
      drawMenu(
        "leave",
        [
          ("detach", "training goes on; come back with: ranktop watch"),
          ("stop", "save the adapter and end the run"), ("cancel", "stay here"),
        ],
        choice: choice, current: nil, into: &frame)
    case .allocators(let choice):
      drawMenu(
        "allocator, from the next step on", model.allocators.map { ($0.name, $0.summary) },
        choice: choice, current: model.state.allocator, into: &frame)
    }
  }

  private func drawMenu(
    _ title: String, _ entries: [(name: String, text: String)], choice: Int, current: String?,
    into frame: inout Frame
  ) {
    let names = entries.map(\.name.cellCount).max() ?? 0
    let texts = entries.map(\.text.cellCount).max() ?? 0
    let inside = open(title, width: names + texts + 9, height: entries.count, into: &frame)
    for (index, entry) in entries.enumerated() where index < inside.height {
      let isChosen = index == choice
      let row = inside.row(index)
      var line = Line(
        isChosen ? "\(Character(theme.glyphs.pointer)) " : "  ", style: theme.accent)
      line.append(
        entry.name.padded(to: names), style: isChosen ? theme.value : theme.text)
      line.append("  " + entry.text, style: theme.label)
      if entry.name == current { line.append("  now", style: theme.good) }
      frame.write(line, in: row.inset(left: 1), ellipsis: theme.glyphs.ellipsis)
    }
  }

  /// What the pane with the focus understands, then what holds everywhere, then the other panes.
  private var helpBindings: [KeyBinding] {
    let bindings = KeyTable.bindings(in: model.viewContext)
    func rank(_ binding: KeyBinding) -> Int {
      if binding.panes.isEmpty { return 1 }
      return model.view != .overview && binding.holds(in: model.focus) ? 0 : 2
    }
    return (0...2).flatMap { place in bindings.filter { rank($0) == place } }
  }

  private func drawHelp(from first: Int, into frame: inout Frame) {
    let bindings = helpBindings
    let labels = bindings.map(\.label.cellCount).max() ?? 0
    let texts = bindings.map(\.help.cellCount).max() ?? 0
    let height = min(bindings.count, max(1, frame.height - 4))
    let first = min(first, max(0, bindings.count - height))
    let title =
      height < bindings.count
      ? "keys \(first + 1)-\(first + height) of \(bindings.count)" : "keys"
    let inside = open(title, width: labels + texts + 6, height: height, into: &frame)
    for (row, binding) in bindings.dropFirst(first).prefix(inside.height).enumerated() {
      var line = Line(binding.label.padded(to: labels), style: theme.accent)
      line.append("  " + binding.help, style: theme.text)
      frame.write(line, in: inside.row(row).inset(left: 1), ellipsis: theme.glyphs.ellipsis)
    }
  }

  /// Clears a box in the middle and returns the area inside.
  private func open(
    _ title: String, width: Int, height: Int, into frame: inout Frame
  ) -> Area {
    let area = frame.area.centered(width: width + 2, height: height + 2)
    frame.fill(area)
    return frame.box(
      area, border: area.height > 2 && area.width > 4 ? .box : .none,
      title: Line(title, style: theme.focusTitle), style: theme.focus, glyphs: theme.glyphs)
  }
}
