import Screen

/// How values of modules become places on the ramp.
struct Scale {
  private let values: [Float]
  private let isRank: Bool
  private let low: Double
  private let high: Double

  init(state: DashboardState, metric: Metric) {
    isRank = metric == .rank
    switch metric {
    case .rank:
      values = state.ranks.map(Float.init)
      low = 0
      high = Double(state.grid.maxCapacity)
    case .gate:
      // A gate that is shut looks like a rank of 0: no colour.
      let isBinary = state.gates?.isBinary ?? false
      values = (state.gates?.gates ?? []).map { isBinary && $0 <= 0 ? .nan : $0 }
      low = 0
      high = 1
    case .importance:
      let importance = state.statistics?.importance ?? []
      values = importance.count == state.grid.count ? importance : []
      let finite = values.lazy.filter(\.isFinite)
      low = finite.min().map(Double.init) ?? 0
      high = finite.max().map(Double.init) ?? 0
    }
  }

  /// Place of a module on the ramp, 0 ... 1; nil for a rank of 0 and for what has no value.
  func value(_ module: Int) -> Double? {
    guard values.indices.contains(module), values[module].isFinite else { return nil }
    let value = Double(values[module])
    if isRank { return Self.ranked(value, of: high) }
    return high > low ? min(max((value - low) / (high - low), 0), 1) : 0.5
  }

  /// Place of a rank (or a mean of ranks) on the ramp; nil for 0. Rank 1 takes the lowest level.
  static func ranked(_ rank: Double, of maximum: Double) -> Double? {
    guard rank > 0 else { return nil }
    return maximum > 1 ? max(0, rank - 1) / (maximum - 1) : 1
  }
}

/// The colours of ranks with their numbers.
struct RampLegend {
  let theme: Theme
  let maximum: Int
  /// Ranks named between the lowest and the highest, the highest included.
  var steps = 4

  var line: Line {
    var line = Line("\(Character(theme.glyphs.zero)) 0 ", style: theme.label)
    let ranks = (0...steps).map { 1 + (maximum - 1) * $0 / steps }
    var last = 0
    for rank in ranks where rank > last {
      last = rank
      let place = Scale.ranked(Double(rank), of: Double(maximum)) ?? 0
      line.append(" \(rank) ", style: theme.ramp.style(place))
    }
    return line
  }
}

/// One module in words.
enum ModuleText {
  static func line(_ module: Int, state: DashboardState, theme: Theme) -> Line {
    var line = Line(state.grid.label(module), style: theme.value)
    if state.ranks.indices.contains(module), let manifest = state.manifest {
      let capacity = manifest.modules[module].capacity
      line.append(Line("  rank", "\(state.ranks[module])/\(capacity)", theme: theme))
    }
    if let demand = state.constraints.demands.first(where: { $0.module == module }) {
      line.append("  " + demand.words.joined(separator: ", "), style: theme.person)
    }
    if let gates = state.gates, gates.gates.indices.contains(module) {
      let gate = gates.gates[module]
      let text =
        gates.isBinary && gate.isFinite
        ? gate > 0 ? "on" : "off" : NumberText.fixed(Double(gate), decimals: 2)
      line.append(Line("  gate", text, theme: theme))
    }
    guard let statistics = state.statistics else { return line }
    for (label, values) in [
      ("importance", statistics.importance), ("gradient", statistics.gradientNorm),
      ("update", statistics.updateNorm),
    ] where values.indices.contains(module) {
      let text = NumberText.short(Double(values[module]))
      line.append(Line("  \(label)", text, theme: theme))
    }
    return line
  }
}
