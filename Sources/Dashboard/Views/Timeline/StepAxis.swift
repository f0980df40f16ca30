import RunEvents
import Screen

/// The steps of the run from left to right: the one time axis that all panes share.
struct StepAxis {
  let state: DashboardState
  let theme: Theme

  /// Column of a step (counted from 1) on an axis of `width` columns.
  func column(of step: Int, width: Int) -> Int {
    let place = Double(step - 1) / Double(max(1, state.totalSteps)) * Double(width)
    return min(max(0, width - 1), Int(max(0, place)))
  }

  /// Last step that belongs to a column.
  func lastStep(of column: Int, width: Int) -> Int {
    let end = Double(column + 1) / Double(max(1, width)) * Double(max(1, state.totalSteps))
    return max(1, Int(end.rounded(.up)))
  }

  /// Draws the line with the first and the last step, and ticks where ranks changed.
  func draw(into frame: inout Frame, in row: Area, marksDecisions: Bool) {
    guard !row.isEmpty else { return }
    frame.fill(row, with: Cell(theme.glyphs.horizontal, style: theme.border))
    if marksDecisions {
      for (column, mark) in marks(width: row.width).enumerated() where mark.changes > 0 {
        frame[row.x + column, row.y] = Cell(theme.glyphs.tick, style: theme.label)
      }
    }
    let last = "\(state.totalSteps)"
    guard row.width > last.cellCount + 4 else { return }
    frame.write("1 ", x: row.x, y: row.y, style: theme.label, in: row)
    frame.write(
      " " + last, x: row.x + row.width - last.cellCount - 1, y: row.y, style: theme.label, in: row)
    drawInnerLabels(into: &frame, in: row)
  }

  /// Round step numbers between the ends, where there is room.
  private func drawInnerLabels(into frame: inout Frame, in row: Area) {
    guard row.width >= 48 else { return }
    for quarter in 1...3 {
      let step = state.totalSteps * quarter / 4
      guard step > 1 else { continue }
      let text = " \(step) "
      let x = row.x + column(of: step, width: row.width) - text.cellCount / 2
      frame.write(text, x: x, y: row.y, style: theme.label, in: row)
    }
  }

  /// What happened in one column.
  struct Mark {
    var decisions = 0
    var pruned = 0
    var grown = 0
    var checkpoints = 0
    var isSeam = false
    var intervention: Intervention?
    var changes: Int { pruned + grown }
  }

  /// What happened in each of `width` columns.
  func marks(width: Int) -> [Mark] {
    var marks = Array(repeating: Mark(), count: max(0, width))
    guard width > 0 else { return marks }
    for (index, bucket) in state.marks.buckets.enumerated()
    where bucket.decisions + bucket.checkpoints > 0 {
      let column = self.column(of: state.marks.firstStep(of: index), width: width)
      marks[column].decisions += bucket.decisions
      marks[column].pruned += bucket.pruned
      marks[column].grown += bucket.grown
      marks[column].checkpoints += bucket.checkpoints
    }
    for seam in state.seams { marks[column(of: max(1, seam.step), width: width)].isSeam = true }
    for record in state.log.interventions where record.outcome == .applied {
      guard let step = record.step else { continue }
      // None may hide another: what falls into a taken column stands in the next free one.
      let place = column(of: max(1, step), width: width)
      let free = marks[place...].firstIndex { $0.intervention == nil }
      marks[free ?? place].intervention = record.intervention
    }
    return marks
  }
}
