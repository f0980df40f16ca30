import RunEvents
import Screen

/// The candidates by their scores with the threshold between them.
struct CandidateRows {
  /// Which of them are told.
  enum Side {
    /// What was decided, with the answer to the question as a mark.
    case whole
    /// What was decided, and what would have been, of two lists side by side.
    case decided, judged
  }

  let model: DashboardModel
  let theme: Theme
  let inspected: InspectedDecision
  let list: CandidateList
  var side = Side.whole

  func draw(into frame: inout Frame, in area: Area) {
    guard area.height > 0 else { return }
    let hasHead = area.height > 3
    let body = area.inset(top: hasHead ? 1 : 0)
    let first = self.first(rows: body.height)
    let shown = first..<min(first + body.height, max(first, list.lineCount))
    let components = shown.map { list.component(line: $0, isAscending: isAscending) }
    let marks = components.map { $0.map { self.marks($0) } ?? Line() }
    // Bars begin in one column, behind the longest marks.
    let room = marks.map(\.cellCount).max() ?? 0
    let names = components.map { $0.map { model.state.grid.name(component: $0) } ?? "" }
    let longest = names.map(\.cellCount).max() ?? 0
    let nameWidth = isNarrow(body) ? 10 : max(10, min(longest, 20))
    if hasHead { drawHead(nameWidth, in: area.row(0), into: &frame) }
    for (row, component) in components.enumerated() {
      guard let component else { continue }
      draw(
        component, shortened(names[row], to: nameWidth), marks[row], room: room, in: body.row(row),
        into: &frame)
    }
    for divider in list.dividers(isAscending: isAscending) where shown.contains(divider.line) {
      draw(divider, in: body.row(divider.line - first), into: &frame)
    }
    if list.lineCount == 0 {
      frame.write(
        "no candidate fits the filter", in: body, style: theme.label,
        ellipsis: theme.glyphs.ellipsis)
    }
  }

  /// Lines that are shown of so many rows.
  func lines(rows: Int) -> Range<Int> {
    let first = first(rows: rows)
    return first..<max(first, min(first + rows, list.lineCount))
  }

  private var isAscending: Bool { model.inspector.isAscending }

  private func first(rows: Int) -> Int {
    let chosen = model.inspector.chosen.flatMap { list.line(of: $0, isAscending: isAscending) }
    let center = chosen ?? list.middle(isAscending: isAscending)
    return max(0, min(center - rows / 2, list.lineCount - rows))
  }

  /// What the scores are made of; beside another list there is no room for them.
  private var parts: [ScorePart] {
    side == .whole ? inspected.decision.parts.filter { $0.values.count == inspected.count } : []
  }

  /// A component's name with its slot, whatever else has no room.
  private func shortened(_ name: String, to width: Int) -> String {
    guard name.cellCount > width, let mark = name.lastIndex(of: "#") else {
      return name.padded(to: width)
    }
    let slot = name[mark...]
    return name[..<mark].description.fitted(
      to: max(0, width - slot.count), ellipsis: theme.glyphs.ellipsis) + slot
  }

  private func drawHead(_ nameWidth: Int, in row: Area, into frame: inout Frame) {
    let numbers =
      (side == .whole ? "" : "  place") + "   score".padded(to: numberWidth(row), .right)
      + (hasMargin(row) ? "  margin".padded(to: numberWidth(row), .right) : "")
    let fate = isNarrow(row) ? "  fate".padded(to: 13) : "  fate".padded(to: 4 + fateWidth(row))
    var text = "component".padded(to: nameWidth) + (isNarrow(row) ? fate + numbers : numbers + fate)
    for part in parts { text += columnName(part.name).padded(to: 11) }
    frame.write(Line(text, style: theme.label), in: row, ellipsis: theme.glyphs.ellipsis)
  }

  // Two lists in 120 columns have no blank to give away.
  private func numberWidth(_ row: Area) -> Int { hasMargin(row) ? 9 : 8 }
  private func fateWidth(_ row: Area) -> Int { hasMargin(row) ? 10 : 9 }

  /// A part's name in ten cells: the last word tells parts of one measure apart, so it is not cut.
  private func columnName(_ name: String) -> String {
    guard name.cellCount > 10, let last = name.split(separator: " ").last, last.count < 6 else {
      return name.fitted(to: 10)
    }
    return name.fitted(to: 9 - last.count) + " " + last
  }

  private func draw(_ divider: CandidateList.Divider, in row: Area, into frame: inout Frame) {
    func value(_ threshold: Float?) -> String {
      threshold.map { NumberText.short(Double($0), columns: 7) } ?? ""
    }
    let decided = "threshold " + value(inspected.threshold)
    let judged = "threshold " + value(inspected.judgedThreshold)
    let text: String
    switch side {
    case .decided:
      guard divider.isDecided else { return }
      text = decided
    case .judged:
      guard divider.isJudged else { return }
      text = judged
    case .whole where divider.isDecided && divider.isJudged:
      text = decided + ", if so " + value(inspected.judgedThreshold)
    case .whole: text = divider.isDecided ? decided : "if so: " + judged
    }
    let style = divider.isDecided && side != .judged ? theme.warning : theme.person
    frame.fill(row, with: Cell(theme.glyphs.horizontal, style: style))
    frame.write(
      Line(" \(text) ", style: style), in: row.inset(left: 2), ellipsis: theme.glyphs.ellipsis)
  }

  private func draw(
    _ index: Int, _ name: String, _ marks: Line, room: Int, in row: Area, into frame: inout Frame
  ) {
    let isJudged = side == .judged
    let score = isJudged ? inspected.judgedScore(index) : inspected.score(index)
    let fate = isJudged ? inspected.judgedFate(index) ?? .staysOut : inspected.fate(index)
    var line = Line(
      name, style: model.inspector.chosen == index ? theme.selection : theme.text)
    let numbers = numbers(index, score, in: row)
    if isNarrow(row) {
      // Where not everything has room the fate is what must be seen, and whether it would be another.
      let mark = inspected.differs(index) ? Character(theme.glyphs.pointer) : " "
      line.append(" \(mark)", style: theme.person)
      line.append("\(sign(fate)) " + fate.word, style: style(fate))
      line.append(marks)
      line.append(String(repeating: " ", count: max(0, 23 - line.cellCount)))
      line.append(numbers)
      return frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
    }
    line.append(numbers)
    line.append("  \(sign(fate)) " + fate.word.padded(to: fateWidth(row)), style: style(fate))
    for part in parts {
      line.append(number(part.values[index], in: row) + "   ", style: theme.label)
    }
    let bar = row.x + line.cellCount + room + 2
    line.append(marks)
    frame.write(line, in: row, ellipsis: theme.glyphs.ellipsis)
    drawBar(score, from: bar, style: style(fate), in: row, into: &frame)
  }

  private func numbers(_ index: Int, _ score: Float, in row: Area) -> Line {
    var numbers = Line()
    if side != .whole { numbers.append(place(index), style: theme.label) }
    numbers.append(number(score, in: row), style: theme.value)
    if hasMargin(row) {
      let threshold = side == .judged ? inspected.judgedThreshold : inspected.threshold
      numbers.append(number(threshold.map { score - $0 } ?? .nan, in: row), style: theme.label)
    }
    return numbers
  }

  private func isNarrow(_ row: Area) -> Bool { row.width < 44 }

  private func hasMargin(_ row: Area) -> Bool { side == .whole || row.width >= 66 }

  private func place(_ index: Int) -> String {
    let places = side == .judged ? list.judgedPlaces : list.places
    let place = places.indices.contains(index) ? places[index] : 0
    return (place > 0 ? "#\(place)" : "").padded(to: 7, .right)
  }

  private func number(_ value: Float, in row: Area) -> String {
    let text = NumberText.short(Double(value), columns: 7)
    return String(repeating: " ", count: max(1, numberWidth(row) - text.cellCount)) + text
  }

  /// What must be known of a component besides, the most important first.
  private func marks(_ index: Int) -> Line {
    var line = Line()
    func mark(_ text: String, _ style: Style) { line.append(" " + text, style: style) }
    if side == .judged {
      let fate = inspected.fate(index)
      if inspected.differs(index) { mark("was \(sign(fate)) \(fate.word)", theme.person) }
      return line
    }
    if inspected.toggled.contains(index) { mark("edited", theme.person) }
    if inspected.edited.contains(index) { mark("by a person", theme.person) }
    if inspected.isMismatch(index) { mark("MISMATCH", theme.bad) }
    if inspected.differs(index), let fate = inspected.judgedFate(index) {
      mark("then \(sign(fate)) \(fate.word)", theme.person)
    }
    let state = model.state
    let id = state.grid.layout.id(at: index)
    if state.constraints.pinned.contains(id) { mark("pinned", theme.person) }
    if let floor = state.constraints.floors[id.module] { mark("keeps \(floor)", theme.person) }
    if let cap = state.constraints.caps[id.module] { mark("capped at \(cap)", theme.person) }
    return line
  }

  private func drawBar(
    _ score: Float, from x: Int, style: Style, in row: Area, into frame: inout Frame
  ) {
    let scale = side == .judged ? list.judgedScale : list.scale
    guard let scale, score.isFinite, scale.upperBound > scale.lowerBound else { return }
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
