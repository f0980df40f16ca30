import RunEvents
import Screen

/// The steps of the run from left to right: the one time axis that all panes share.
struct StepAxis {
  let state: DashboardState
  let theme: Theme
  /// Steps shown; nil for the whole run.
  var window: ClosedRange<Int>?

  /// Steps from the left end to the right end.
  var range: ClosedRange<Int> { window ?? 1...max(1, state.totalSteps) }

  /// Column of a step (counted from 1) on an axis of `width` columns; steps outside take the ends.
  func column(of step: Int, width: Int) -> Int {
    let place = (Double(step) - Double(range.lowerBound)) / Double(range.count) * Double(width)
    return Int(min(max(0, place), Double(max(0, width - 1))))
  }

  /// Last step that belongs to a column.
  func lastStep(of column: Int, width: Int) -> Int {
    let end = Double(column + 1) / Double(max(1, width)) * Double(range.count)
    return max(1, range.lowerBound - 1 + Int(end.rounded(.up)))
  }

  /// Draws the line with the first and the last step, ticks where ranks changed, and the time cursor.
  func draw(
    into frame: inout Frame, in row: Area, marksDecisions: Bool, cursor: Int? = nil
  ) {
    guard !row.isEmpty else { return }
    frame.fill(row, with: Cell(theme.glyphs.horizontal, style: theme.border))
    if marksDecisions {
      for (column, mark) in marks(width: row.width).enumerated() where mark.changes > 0 {
        frame[row.x + column, row.y] = Cell(theme.glyphs.tick, style: theme.label)
      }
    }
    let last = "\(range.upperBound)"
    let first = "\(range.lowerBound) "
    if row.width > last.cellCount + first.cellCount + 2 {
      frame.write(first, x: row.x, y: row.y, style: theme.label, in: row)
      frame.write(
        " " + last, x: row.x + row.width - last.cellCount - 1, y: row.y, style: theme.label, in: row
      )
      drawInnerLabels(into: &frame, in: row)
    }
    guard let cursor, range.contains(max(1, cursor)) else { return }
    let column = self.column(of: max(1, cursor), width: row.width)
    frame[row.x + column, row.y] = Cell(theme.glyphs.position, style: theme.value)
  }

  /// Round step numbers between the ends, where there is room.
  private func drawInnerLabels(into frame: inout Frame, in row: Area) {
    guard row.width >= 48 else { return }
    for quarter in 1...3 {
      let step = range.lowerBound - 1 + range.count / 4 * quarter + range.count % 4 * quarter / 4
      guard step > range.lowerBound else { continue }
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
  ///
  /// - Parameter exact: What happened in the range more closely than the course of the run tells; nil
  ///   where that is not known.
  func marks(width: Int, exact: [RunOverview.Stretch]? = nil) -> [Mark] {
    var marks = Array(repeating: Mark(), count: max(0, width))
    guard width > 0 else { return marks }
    func add(_ bucket: MarkBucket, at step: Int) {
      guard bucket.decisions + bucket.checkpoints > 0, range.contains(step) else { return }
      let column = self.column(of: step, width: width)
      marks[column].decisions += bucket.decisions
      marks[column].pruned += bucket.pruned
      marks[column].grown += bucket.grown
      marks[column].checkpoints += bucket.checkpoints
    }
    if let exact {
      for stretch in exact { add(MarkBucket(stretch), at: stretch.firstStep) }
    } else {
      for (index, bucket) in state.marks.buckets.enumerated() {
        add(bucket, at: state.marks.firstStep(of: index))
      }
    }
    for seam in state.seams where range.contains(max(1, seam.step)) {
      marks[column(of: max(1, seam.step), width: width)].isSeam = true
    }
    for record in state.log.interventions where record.outcome == .applied {
      guard let step = record.step, range.contains(max(1, step)) else { continue }
      // None may hide another: what falls into a taken column stands in the next free one.
      let place = column(of: max(1, step), width: width)
      let free = marks[place...].firstIndex { $0.intervention == nil }
      marks[free ?? place].intervention = record.intervention
    }
    return marks
  }
}
