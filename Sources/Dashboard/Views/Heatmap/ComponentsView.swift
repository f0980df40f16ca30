import Screen

/// The components of one module, slot by slot.
struct ComponentsView {
  let module: Int
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    let state = model.state
    guard let description = state.manifest?.modules[module] else { return }
    let components = ComponentRows(module: module, model: model)
    let rows = components.sorted(byScore: model.heatmap.sortsByScore)
    let counts = ComponentRow.Standing.allCases.compactMap { standing -> String? in
      let count = rows.count { $0.standing == standing }
      return count > 0 ? "\(count) \(standing.word)" : nil
    }
    let inside = style.open(
      state.grid.label(module), detail: Line(description.name, style: theme.label),
      note: Line(counts.joined(separator: ", "), style: theme.label), in: area, into: &frame)
    guard !inside.isEmpty else { return }
    let isRoomy = inside.height >= 6
    var y = 0
    if isRoomy {
      let text = ModuleText.line(module, state: state, theme: theme)
      frame.write(text, in: inside.row(0), ellipsis: theme.glyphs.ellipsis)
      drawHistory(in: inside.row(1), into: &frame)
      y = 2
    }
    if inside.height > y + 1 {
      frame.write(heading(components), in: inside.row(y), style: theme.label)
      y += 1
    }
    let count = min(rows.count, inside.height - y)
    guard count > 0 else { return }
    let chosen = min(model.heatmap.componentRow, rows.count - 1)
    let first = min(max(0, chosen - count / 2), rows.count - count)
    for index in first..<first + count {
      frame.write(
        line(rows[index], isChosen: index == chosen), in: inside.row(y + index - first),
        ellipsis: theme.glyphs.ellipsis)
    }
  }

  /// The ranks that the module had, as far as the cursor: a strip, and the last of them in numbers.
  private func drawHistory(in row: Area, into frame: inout Frame) {
    let state = model.state
    var steps: [(step: Int, rank: UInt16)] = []
    for column in state.timeline.columns
    where column.step <= state.step && column.ranks.indices.contains(module) {
      if steps.last?.rank != column.ranks[module] {
        steps.append((column.step, column.ranks[module]))
      }
    }
    var line = Line("rank ", style: theme.label)
    let width = min(30, row.width / 3)
    let strip = row.inset(left: line.cellCount)
    if width >= 8, state.step > 0 {
      let cells = RankCells(theme: theme, maximum: Double(state.grid.maxCapacity))
      for x in 0..<width {
        let step = 1 + Int(Double(state.step - 1) * Double(x) / Double(width - 1))
        let rank = state.timeline.ranks(at: step)
        guard let rank, rank.indices.contains(module) else { continue }
        frame[strip.x + x, strip.y] = cells.whole(Double(rank[module]))
      }
      line.append(String(repeating: " ", count: width + 2))
    }
    let texts = steps.map { "\($0.rank) @\($0.step)" }
    let arrow = " \(Character(theme.glyphs.arrow)) "
    // The newest are shown; what came before gives way.
    var kept: [String] = []
    var room = row.width - line.cellCount - 2
    for text in texts.reversed() where room >= text.cellCount + arrow.cellCount {
      kept.insert(text, at: 0)
      room -= text.cellCount + arrow.cellCount
    }
    if kept.count < texts.count { kept.insert(String(Character(theme.glyphs.ellipsis)), at: 0) }
    let words = kept.joined(separator: arrow)
    frame.write("rank", in: row, style: theme.label)
    frame.write(
      words.isEmpty ? "not known yet" : words, in: row.inset(left: line.cellCount),
      style: theme.text, ellipsis: theme.glyphs.ellipsis)
  }

  private static let widths = (slot: 5, standing: 13, score: 9, margin: 9, age: 8, change: 15)

  private func heading(_ components: ComponentRows) -> String {
    let widths = Self.widths
    let order = model.heatmap.sortsByScore
    var text = (order ? "slot" : "slot\(Character(theme.glyphs.down))").padded(
      to: widths.slot, .right)
    text += "  " + "state".padded(to: widths.standing)
    text += (order ? "score\(Character(theme.glyphs.down))" : "score").padded(
      to: widths.score, .right)
    text += "margin".padded(to: widths.margin, .right)
    text += "age".padded(to: widths.age, .right) + "  "
    text += "last change".padded(to: widths.change)
    for name in components.parts { text += name.fitted(to: 11).padded(to: 12, .right) }
    return text
  }

  private func line(_ row: ComponentRow, isChosen: Bool) -> Line {
    let widths = Self.widths
    let glyphs = theme.glyphs
    let pointer = isChosen ? String(Character(glyphs.pointer)) : " "
    var line = Line(
      pointer + "#\(row.slot)".padded(to: widths.slot - 1, .right),
      style: isChosen ? theme.selection : theme.value)
    let style: Style =
      switch row.standing {
      case .pinned: theme.person
      case .grown: theme.good
      case .alive: theme.text
      case .candidate, .pruned: theme.warning
      case .frozen, .free: theme.label
      }
    let standing = "\(Character(row.standing.sign(glyphs))) \(row.standing.word)"
    line.append("  " + standing.padded(to: widths.standing), style: style)
    line.append(
      NumberText.short(Double(row.score)).padded(to: widths.score, .right), style: theme.value)
    let margin = NumberText.short(Double(row.margin))
    line.append(
      (row.margin > 0 ? "+" + margin : margin).padded(to: widths.margin, .right),
      style: row.margin < 0 ? theme.warning : theme.text)
    line.append(
      (row.age.map { "\($0)" } ?? NumberText.none).padded(to: widths.age, .right) + "  ",
      style: theme.text)
    let change = row.change.map { ($0.isGrown ? "grown @" : "pruned @") + "\($0.step)" }
    line.append((change ?? NumberText.none).padded(to: widths.change), style: theme.label)
    for value in row.parts {
      line.append(NumberText.short(Double(value)).padded(to: 12, .right), style: theme.text)
    }
    return line
  }
}
