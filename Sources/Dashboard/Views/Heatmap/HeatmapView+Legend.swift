import Screen

extension HeatmapView {
  /// Which part of a large grid is shown.
  func position(_ window: Window) -> Line {
    var parts: [String] = []
    let above = String(Character(theme.glyphs.moreAbove))
    let below = String(Character(theme.glyphs.moreBelow))
    if window.rows.count < shown.rows.count, let first = window.rows.first,
      let last = window.rows.last
    {
      let (top, bottom) = (grid.layers[shown.rows[first]], grid.layers[shown.rows[last]])
      parts.append("layers \(top)-\(bottom) of \(shown.rows.count) \(above)\(below)")
    }
    if window.columns.count < shown.columns.count, let first = window.columns.first,
      let last = window.columns.last
    {
      parts.append("kinds \(first + 1)-\(last + 1) of \(shown.columns.count)")
    }
    return Line(parts.joined(separator: ", "), style: theme.warning)
  }

  /// What the heatmap shows, in a word or two.
  var metricName: String { model.metric.title }

  /// What the marks before the numbers mean, for those that there are.
  var legendOfMarks: Line {
    var line = Line()
    if demands.contains(where: { $0?.isPinned == true }) {
      line.append("\(Character(Self.pinMark))", style: theme.person)
      line.append(" pinned", style: theme.label)
    }
    if demands.contains(where: { $0?.cap != nil }) {
      if !line.isEmpty { line.append("  ") }
      line.append("\(Character(Self.capMark))", style: theme.person)
      line.append(" capped", style: theme.label)
    }
    return line
  }

  /// The legend of the values.
  var note: Line {
    switch model.metric {
    case .rank:
      if planted != nil { return Line("found/planted", style: theme.label) }
      let isMarked = demands.contains { $0 != nil }
      return RampLegend(theme: theme, maximum: grid.maxCapacity, steps: isMarked ? 2 : 4).line
    case .gate:
      guard let gates = state.gates else { return Line("no gates seen", style: theme.label) }
      guard gates.isBinary else { return Line("0 off ... 1 on", style: theme.label) }
      let on = gates.gates.count { $0 > 0 }
      let step = state.selectionStep.map { " @\($0)" } ?? ""
      return Line("\(on) of \(grid.count) on\(step)", style: theme.label)
    default: return Line(values.absence ?? values.source, style: theme.label)
    }
  }
}

extension Metric {
  /// Its name for a person.
  var title: String {
    switch self {
    case .rank: "rank"
    case .importance: "importance"
    case .gate: "gate"
    case .maximum: "largest score"
    case .sum: "sum of scores"
    case .margin: "margin"
    case .share: "share of budget"
    case .gradient: "gradient norm"
    case .update: "update norm"
    case .changes: "changes"
    }
  }
}

extension Metric {
  /// Its name above a column.
  var heading: String {
    switch self {
    case .maximum: "max"
    case .sum: "sum"
    case .share: "share"
    case .gradient: "gradient"
    case .update: "update"
    default: title
    }
  }
}

extension DashboardModel {
  /// The filter of the heatmap and what it leaves, in words; nil without one.
  var filterText: String? {
    heatmap.filter.map { filter in
      "/\(filter.text)/ \(filter.matches.count { $0 }) of \(state.grid.count)"
    }
  }
}
