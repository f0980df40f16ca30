import Screen

/// Several runs side by side: their numbers, their losses on one axis, where their ranks differ and
/// where their decisions part.
struct ComparePage {
  let model: DashboardModel
  let theme: Theme

  /// The runs whose ranks are compared; nil without two runs.
  var pair: (first: Int, second: Int)? {
    let pairs = CompareSettings.pairs(model.comparison.count)
    return pairs.isEmpty ? nil : pairs[min(model.compare.pair, pairs.count - 1)]
  }

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    guard let pair else {
      let inside = style.open("compare", in: area, into: &frame)
      explain(into: &frame, in: inside)
      return
    }
    let inside = style.open("compare", detail: heading(pair), in: area, into: &frame)
    let legend = CompareLegend(runs: model.comparison, step: model.cursor, theme: theme)
    let count = min(model.comparison.count, max(1, inside.height))
    legend.draw(into: &frame, in: inside.rows(.cells(count), .share(1))[0])
    let ranks = ranks(pair)
    guard let parts = parts(in: inside, ranksWidth: ranks.width) else { return }
    let parting = PartingView(
      parting: parting, signs: ranks.signs, label: theme.label, theme: theme)
    ranks.draw(into: &frame, in: parts.ranks)
    if let area = parts.losses { losses.draw(into: &frame, in: area) }
    parting.draw(into: &frame, in: parts.parting)
  }

  /// Where the parts stand below the legend.
  struct Parts {
    /// Curves; nil where there is no room for them.
    var losses: Area?
    var parting, ranks: Area
  }

  /// Where the parts stand inside the pane; nil where there is only the legend.
  func parts(in inside: Area, ranksWidth: Int) -> Parts? {
    let body = inside.inset(top: min(model.comparison.count, max(1, inside.height)))
    guard body.height > 0 else { return nil }
    if body.width >= 90 && body.height >= 10 {
      let columns = body.inset(top: 1).columns(
        .cells(min(ranksWidth, body.width * 3 / 5)), .cells(2), .share(1))
      let rows = columns[2].rows(.share(3), .cells(1), .share(2))
      return Parts(losses: rows[0], parting: rows[2], ranks: columns[0])
    }
    if body.height >= 15 {
      let rows = body.rows(.cells(6), .cells(body.height >= 18 ? 3 : 2), .share(1))
      return Parts(losses: rows[0], parting: rows[1], ranks: rows[2])
    }
    let rows = body.rows(.cells(body.height > 1 ? 1 : 0), .share(1))
    return Parts(parting: rows[0], ranks: rows[1])
  }

  /// The losses of all runs.
  var losses: CompareLosses {
    CompareLosses(
      runs: model.comparison, axis: model.compare.axis, step: model.cursor, theme: theme)
  }

  /// The differences of a pair's ranks.
  func ranks(_ pair: (first: Int, second: Int)) -> RankDifferenceView {
    RankDifferenceView(
      first: model.comparison[pair.first], second: model.comparison[pair.second],
      signs: [ComparedRun.sign(pair.first), ComparedRun.sign(pair.second)], step: model.cursor,
      firstRow: model.compare.firstRow, theme: theme)
  }

  private var parting: Parting? {
    let partings = model.compare.partings
    return partings.indices.contains(model.compare.pair) ? partings[model.compare.pair] : nil
  }

  private func heading(_ pair: (first: Int, second: Int)) -> Line {
    let signs = "\(ComparedRun.sign(pair.first)) and \(ComparedRun.sign(pair.second))"
    var line = Line(signs, style: theme.value)
    let pairs = CompareSettings.pairs(model.comparison.count).count
    if pairs > 1 { line.append(", pair \(model.compare.pair + 1) of \(pairs)", style: theme.label) }
    line.append(
      model.compare.axis == .steps ? "  over steps" : "  over tokens", style: theme.label)
    if let cursor = model.cursor { line.append("  at step \(cursor)", style: theme.label) }
    return line
  }

  private func explain(into frame: inout Frame, in area: Area) {
    let name = model.head.manifest?.name ?? "RUN"
    let lines = [
      "only this run is open: there is nothing to compare it with",
      "leave\(model.keys.key(of: "quit").map { " with \($0)" } ?? ""), then:  ranktop compare \(name) OTHER",
      "two to four runs, e.g. the same task with another allocator or seed",
    ]
    for (row, text) in lines.enumerated() where row < area.height {
      frame.write(
        text, in: area.row(row), style: row == 1 ? theme.value : theme.label,
        ellipsis: theme.glyphs.ellipsis)
    }
  }
}

extension Theme {
  /// Styles of the runs of a comparison; their signs tell them apart without colours.
  var runs: [Style] { [accent, warning, person, good] }
}
