import RunEvents
import Screen

/// One decision, candidate by candidate: as recorded, worked out again, and as it might have been.
struct DecisionPage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    guard let inspected = model.inspected else {
      let inside = style.open("decision", in: area, into: &frame)
      let next = model.state.plan?.nextDecision(after: model.state.step)
      let text = next.map { "no decision yet, the first falls at step \($0)" } ?? "no decision"
      return frame.write(text, in: inside, style: theme.label)
    }
    let key = CandidateList.key(inspected, settings: model.inspector)
    let list =
      model.inspector.list.flatMap { $0.key == key ? $0 : nil }
      ?? CandidateList(inspected, settings: model.inspector)
    let inside = style.open(
      title(inspected), detail: Line(detail(inspected, list), style: theme.label),
      note: Line(note(list), style: theme.label), in: area, into: &frame)
    guard inside.height > 0 else { return }
    let hasTwoLists = list.judged != nil && inside.width >= Self.widthOfTwoLists
    let summary = DecisionWords(
      model: model, theme: theme, inspected: inspected, list: list, width: inside.width,
      hasTwoLists: hasTwoLists
    ).lines
    // The candidates keep at least half of the rows.
    let rows = min(summary.count, max(0, inside.height / 2))
    for (row, line) in summary.prefix(rows).enumerated() {
      frame.write(line, in: inside.row(row), ellipsis: theme.glyphs.ellipsis)
    }
    let body = inside.inset(top: rows)
    if hasTwoLists {
      JudgedBeside(model: model, theme: theme, inspected: inspected, list: list)
        .draw(into: &frame, in: body)
    } else {
      CandidateRows(model: model, theme: theme, inspected: inspected, list: list)
        .draw(into: &frame, in: body)
    }
  }

  /// Columns from which on what was decided and what would have been have a list each.
  private static let widthOfTwoLists = 110

  private func title(_ inspected: InspectedDecision) -> String {
    inspected.isProposal
      ? "decision \(inspected.decision.number) is proposed"
      : "decision \(inspected.decision.number) @\(inspected.decision.step)"
  }

  private func note(_ list: CandidateList) -> String {
    let filter = model.inspector.filter.title
    return model.inspector.isByJudge && list.hasOwnScores
      ? filter + ", by the judge's scores" : filter
  }

  private func detail(_ inspected: InspectedDecision, _ list: CandidateList) -> String {
    let counts = inspected.isProposal ? list.edited : list.counts
    let minus = String(Character(theme.glyphs.minus))
    return "\(inspected.decision.allocator)  \(minus)\(counts.pruned) +\(counts.grown)  "
      + "\(counts.kept) kept of \(list.total)"
  }
}
