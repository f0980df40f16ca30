import Screen

/// What lies over the overview: help, menus, questions.
struct OverlayView {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame) {
    switch model.overlay {
    case .none, .prompt, .rule, .filter: break
    case .help(let first): drawHelp(from: first, into: &frame)
    case .quit, .allocators: if let menu { draw(menu, into: &frame) }
    }
  }

  // MARK: Menus

  /// What may be answered when a live run is left.
  static let answers = [
    (name: "detach", text: "training goes on; come back with: ranktop watch"),
    (name: "stop", text: "save the adapter and end the run"),
    (name: "cancel", text: "stay here"),
  ]

  /// Entries to choose from.
  private struct Menu {
    var title: String
    var entries: [(name: String, text: String)]
    var choice: Int
    var current: String?

    var nameWidth: Int { entries.map(\.name.cellCount).max() ?? 0 }
    var width: Int { nameWidth + (entries.map(\.text.cellCount).max() ?? 0) + 9 }
  }

  /// The menu that lies over the view; nil for none.
  private var menu: Menu? {
    switch model.overlay {
    case .quit(let choice): Menu(title: "leave", entries: Self.answers, choice: choice)
    case .allocators(let choice):
      Menu(
        title: "allocator, from the next step on",
        entries: model.allocators.map { ($0.name, $0.summary) }, choice: choice,
        current: model.state.allocator)
    default: nil
    }
  }

  /// What a place of the screen is to the menu or the help that lies over the view.
  enum Place: Hashable {
    case entry(Int), inside, outside
  }

  /// What stands at a place of a screen; nil where nothing lies over the view.
  func place(x: Int, y: Int, in screen: Area) -> Place? {
    let size: (width: Int, height: Int)
    if let menu {
      size = (menu.width, menu.entries.count)
    } else if case .help = model.overlay {
      size = helpSize(in: screen)
    } else {
      return nil
    }
    let area = box(width: size.width, height: size.height, in: screen)
    guard area.contains(x: x, y: y) else { return .outside }
    let inside = isFramed(area) ? area.inset(left: 1, top: 1, right: 1, bottom: 1) : area
    guard let menu, inside.contains(x: x, y: y), y - inside.y < menu.entries.count else {
      return .inside
    }
    return .entry(y - inside.y)
  }

  private func draw(_ menu: Menu, into frame: inout Frame) {
    let names = menu.nameWidth
    let inside = open(
      menu.title, width: menu.width, height: menu.entries.count, into: &frame)
    for (index, entry) in menu.entries.enumerated() where index < inside.height {
      let isChosen = index == menu.choice
      let row = inside.row(index)
      var line = Line(
        isChosen ? "\(Character(theme.glyphs.pointer)) " : "  ", style: theme.accent)
      line.append(
        entry.name.padded(to: names), style: isChosen ? theme.value : theme.text)
      line.append("  " + entry.text, style: theme.label)
      if entry.name == menu.current { line.append("  now", style: theme.good) }
      frame.write(line, in: row.inset(left: 1), ellipsis: theme.glyphs.ellipsis)
    }
  }

  /// What the pane with the focus understands, then what holds everywhere, then the other panes.
  private var helpBindings: [KeyBinding] {
    let bindings = model.keys.bindings(in: model.viewContext)
    func rank(_ binding: KeyBinding) -> Int {
      if binding.panes.isEmpty { return 1 }
      return model.view != .overview && binding.holds(in: model.focus) ? 0 : 2
    }
    return (0...2).flatMap { place in bindings.filter { rank($0) == place } }
  }

  private func helpSize(in screen: Area) -> (width: Int, height: Int) {
    let bindings = helpBindings
    return (
      (bindings.map(\.label.cellCount).max() ?? 0) + (bindings.map(\.help.cellCount).max() ?? 0)
        + 6,
      min(bindings.count, max(1, screen.height - 4))
    )
  }

  private func drawHelp(from first: Int, into frame: inout Frame) {
    let bindings = helpBindings
    let labels = bindings.map(\.label.cellCount).max() ?? 0
    let (width, height) = helpSize(in: frame.area)
    let first = min(first, max(0, bindings.count - height))
    let title =
      height < bindings.count
      ? "keys \(first + 1)-\(first + height) of \(bindings.count)" : "keys"
    let inside = open(title, width: width, height: height, into: &frame)
    for (row, binding) in bindings.dropFirst(first).prefix(inside.height).enumerated() {
      var line = Line(binding.label.padded(to: labels), style: theme.accent)
      line.append("  " + binding.help, style: theme.text)
      frame.write(line, in: inside.row(row).inset(left: 1), ellipsis: theme.glyphs.ellipsis)
    }
  }

  private func box(width: Int, height: Int, in screen: Area) -> Area {
    screen.centered(width: width + 2, height: height + 2)
  }

  private func isFramed(_ area: Area) -> Bool { area.height > 2 && area.width > 4 }

  /// Clears a box in the middle and returns the area inside.
  private func open(
    _ title: String, width: Int, height: Int, into frame: inout Frame
  ) -> Area {
    let area = box(width: width, height: height, in: frame.area)
    frame.fill(area)
    return frame.box(
      area, border: isFramed(area) ? .box : .none,
      title: Line(title, style: theme.focusTitle), style: theme.focus, glyphs: theme.glyphs)
  }
}
