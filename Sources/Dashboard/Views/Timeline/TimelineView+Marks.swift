import RunEvents
import Screen

extension TimelineView {
  /// Draws what happened when, one sign a column.
  ///
  /// A person's doing and a seam always stand; a checkpoint stands where no decision fell, and the
  /// last one in any case: from there the run can be taken up again.
  func drawMarks(
    in row: Area, window: ClosedRange<Int>? = nil, exact: [RunOverview.Stretch]? = nil,
    into frame: inout Frame
  ) {
    let axis = StepAxis(state: state, theme: theme, window: window)
    let marks = axis.marks(width: row.width, exact: exact)
    let last = state.lastCheckpoint.map { axis.column(of: max(1, $0.step), width: row.width) }
    for (column, mark) in marks.enumerated() {
      let cell: Cell
      if let intervention = mark.intervention {
        cell = Cell(intervention.letter, style: theme.person)
      } else if mark.isSeam {
        cell = Cell(theme.glyphs.seam, style: theme.person)
      } else if mark.checkpoints > 0 && (mark.decisions == 0 || column == last) {
        cell = Cell(theme.glyphs.checkpoint, style: theme.accent)
      } else if mark.pruned > 0 {
        cell = Cell(theme.glyphs.down, style: theme.warning)
      } else if mark.grown > 0 {
        cell = Cell(theme.glyphs.up, style: theme.good)
      } else if mark.decisions > 0 {
        cell = Cell(theme.glyphs.zero, style: theme.label)
      } else {
        continue
      }
      frame[row.x + column, row.y] = cell
    }
  }

  /// The signs that there are, with their words.
  var legendOfMarks: Line {
    var line = Line()
    if state.grid.count == 0 { return line }
    func add(_ sign: Unicode.Scalar, _ word: String, _ style: Style) {
      if !line.isEmpty { line.append(" ") }
      line.append("\(Character(sign))", style: style)
      line.append(" \(word)", style: theme.label)
    }
    add(theme.glyphs.down, "pruned", theme.warning)
    if state.grownCount > 0 { add(theme.glyphs.up, "grown", theme.good) }
    if let seam = state.seams.last {
      add(theme.glyphs.seam, seam.source == nil ? "resumed" : "forked", theme.person)
    }
    if state.checkpointCount > 0 { add(theme.glyphs.checkpoint, "checkpoint", theme.accent) }
    if !line.isEmpty { line.append(" ") }
    var letters: [Unicode.Scalar] = []
    for record in state.log.interventions where record.outcome == .applied {
      if letters.contains(record.intervention.letter) { continue }
      letters.append(record.intervention.letter)
      add(record.intervention.letter, record.intervention.kind, theme.person)
    }
    return line
  }
}

extension Intervention {
  /// The letter that marks it on the timeline.
  var letter: Unicode.Scalar {
    switch self {
    case .pause: "P"
    case .resume: "R"
    case .stop: "S"
    case .budget: "B"
    case .allocator: "A"
    case .pin: "N"
    case .cap: "C"
    case .release: "U"
    case .checkpoint: "W"
    case .propose: "n"
    case .runOn: "r"
    case .decide: "D"
    case .unknown: "?"
    }
  }
}
