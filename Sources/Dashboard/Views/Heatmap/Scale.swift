import Screen

/// How values of modules become places on the ramp.
struct Scale {
  private let values: ModuleValues
  private let low: Double
  private let high: Double

  init(_ values: ModuleValues, maxCapacity: Int) {
    self.values = values
    switch values.metric {
    case .rank: (low, high) = (0, Double(maxCapacity))
    case .gate: (low, high) = (0, 1)
    default:
      let finite = values.values.lazy.filter(\.isFinite)
      let least = finite.min().map(Double.init) ?? 0
      low = [.share, .changes].contains(values.metric) ? min(0, least) : least
      high = finite.max().map(Double.init) ?? 0
    }
  }

  /// Place of a module on the ramp, 0 ... 1; nil for what has no value, and for a rank, a number of changes
  /// or a share of 0 and a gate that is shut.
  func value(_ module: Int) -> Double? {
    let value = Double(values[module])
    guard value.isFinite else { return nil }
    switch values.metric {
    case .rank: return Self.ranked(value, of: high)
    case .changes, .share:
      if value <= 0 { return nil }
    case .gate where values.isBinary:
      if value <= 0 { return nil }
    default: break
    }
    return high > low ? min(max((value - low) / (high - low), 0), 1) : 0.5
  }

  /// Length of a module's bar, 0 ... 1; NaN where it has no value.
  func length(_ module: Int) -> Double {
    let value = Double(values[module])
    guard value.isFinite else { return .nan }
    // What starts at 0 is drawn from 0; else the least value is the shortest bar.
    let base = min(0, low)
    return high > base ? (value - base) / (high - base) : value > 0 ? 1 : 0
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
