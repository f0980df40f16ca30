import RunEvents
import Screen

/// The candidates by their scores with the threshold between them.
struct CandidateRows {
  let model: DashboardModel
  let theme: Theme
  let inspected: InspectedDecision
  let list: CandidateList

  func draw(into frame: inout Frame, in area: Area) {
    guard area.height > 0 else { return }
    let isAscending = model.inspector.isAscending
    let hasHead = area.height > 3
    if hasHead { drawHead(in: area.row(0), into: &frame) }
    let body = area.inset(top: hasHead ? 1 : 0)
    let line = list.thresholdLine(isAscending: isAscending)
    let center =
      model.inspector.chosen.flatMap { list.line(of: $0, isAscending: isAscending) } ?? line ?? 0
    let first = max(0, min(center - body.height / 2, list.lineCount - body.height))
    for row in 0..<body.height where first + row < list.lineCount {
      if first + row == line {
        drawThreshold(in: body.row(row), into: &frame)
      } else if let index = list.component(line: first + row, isAscending: isAscending) {
        draw(index, in: body.row(row), into: &frame)
      }
    }
    if list.lineCount == 0 {
      frame.write("no candidate fits the filter", in: body, style: theme.label)
    }
  }

  private var parts: [ScorePart] {
    inspected.decision.parts.filter { $0.values.count == inspected.count }
  }

  private func drawHead(in row: Area, into frame: inout Frame) {
    let numbers = "    score   margin"
    let fate = "  fate        "
    var text = "component " + (isNarrow(row) ? fate + numbers : numbers + fate)
    for part in parts { text += columnName(part.name).padded(to: 11) }
    frame.write(Line(text, style: theme.label), in: row, ellipsis: theme.glyphs.ellipsis)
  }

  /// A part's name in ten cells: the last word tells parts of one measure apart, so it is not cut.
  private func columnName(_ name: String) -> String {
    guard name.cellCount > 10, let last = name.split(separator: " ").last, last.count < 6 else {
      return name.fitted(to: 10)
    }
    return name.fitted(to: 9 - last.count) + " " + last
  }

  private func drawThreshold(in row: Area, into frame: inout Frame) {
    frame.fill(row, with: Cell(theme.glyphs.horizontal, style: theme.warning))
    let value = inspected.threshold.map { NumberText.short(Double($0)) } ?? ""
    frame.write(Line(" threshold \(value) ", style: theme.warning), in: row.inset(left: 2))
  }

  private func draw(_ index: Int, in row: Area, into frame: inout Frame) {
    let isChosen = model.inspector.chosen == index
    let score = inspected.score(index)
    let fate = inspected.fate(index)
    var line = Line(
      model.state.grid.name(component: index).fitted(to: 10).padded(to: 10),
      style: isChosen ? theme.selection : theme.text)
    let margin = inspected.threshold.map { score - $0 } ?? .nan
    var numbers = Line(number(score), style: theme.value)
    numbers.append(number(margin), style: theme.label)
    // Where not everything has room the fate is what must be seen.
    if !isNarrow(row) { line.append(numbers) }
    line.append("  \(sign(fate)) " + fate.word.padded(to: 10), style: style(fate))
    if isNarrow(row) { line.append(numbers) }
    for part in parts { line.append(number(part.values[index]) + "   ", style: theme.label) }
    for mark in marks(index) { line.append(" " + mark.text, style: mark.style) }
    frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
    drawBar(score, from: row.x + line.cellCount + 2, style: style(fate), in: row, into: &frame)
  }

  private func isNarrow(_ row: Area) -> Bool { row.width < 44 }

  private func number(_ value: Float) -> String {
    let text = NumberText.short(Double(value), columns: 7)
    return String(repeating: " ", count: max(1, 9 - text.cellCount)) + text
  }

  private func marks(_ index: Int) -> [(text: String, style: Style)] {
    var marks: [(String, Style)] = []
    if inspected.toggled.contains(index) { marks.append(("edited", theme.person)) }
    if inspected.edited.contains(index) { marks.append(("by a person", theme.person)) }
    if inspected.isMismatch(index) { marks.append(("MISMATCH", theme.bad)) }
    if inspected.differs(index), let fate = inspected.judgedFate(index) {
      marks.append(("if so: \(sign(fate)) \(fate.word)", theme.person))
    }
    let state = model.state
    let id = state.grid.layout.id(at: index)
    if state.constraints.pinned.contains(id) { marks.append(("pinned", theme.person)) }
    if let floor = state.constraints.floors[id.module] {
      marks.append(("keeps \(floor)", theme.person))
    }
    if let cap = state.constraints.caps[id.module] {
      marks.append(("capped at \(cap)", theme.person))
    }
    return marks
  }

  private func drawBar(
    _ score: Float, from x: Int, style: Style, in row: Area, into frame: inout Frame
  ) {
    guard let scale = list.scale, score.isFinite, scale.upperBound > scale.lowerBound else {
      return
    }
    let room = min(40, row.x + row.width - x)
    guard room >= 6 else { return }
    let low = Double(scale.lowerBound)
    let share = (Double(score) - low) / (Double(scale.upperBound) - low)
    let length = Int((share * Double(room)).rounded())
    for place in 0..<length { frame[x + place, row.y] = Cell(theme.glyphs.heavy, style: style) }
  }

  private func sign(_ fate: Fate) -> Character {
    switch fate {
    case .pruned: Character(theme.glyphs.minus)
    case .grown: "+"
    case .kept: "="
    case .staysOut: Character(theme.glyphs.zero)
    }
  }

  private func style(_ fate: Fate) -> Style {
    switch fate {
    case .pruned: theme.warning
    case .grown: theme.good
    case .kept: theme.text
    case .staysOut: theme.label
    }
  }
}

extension ModuleGrid {
  /// Short name of a component by its flat index: `L2.q#3`.
  func name(component index: Int) -> String {
    guard (0..<capacity).contains(index) else { return "?" }
    let id = layout.id(at: index)
    return "\(label(id.module))#\(id.slot)"
  }
}
