import RunEvents
import Screen

/// The number that the heatmap shows of every module, worked out once a frame.
struct ModuleValues {
  let metric: Metric
  /// One a module, NaN where it has none; empty where no module has one.
  private(set) var values: [Float] = []
  /// Why there are none, in words.
  private(set) var absence: String?
  /// Where they come from, in words.
  private(set) var source = ""
  /// Whether gates are 0 or 1 each.
  let isBinary: Bool

  /// Works out the values.
  ///
  /// - Parameter decisions: How many of the last decisions ``Metric/changes`` counts.
  init(_ metric: Metric, state: DashboardState, decisions: Int) {
    self.metric = metric
    isBinary = state.gates?.isBinary ?? false
    switch metric {
    case .rank:
      values = state.ranks.map(Float.init)
      if values.isEmpty { absence = "ranks are not known yet" }
    case .importance: takeImportance(state)
    case .gate:
      values = state.gates?.gates ?? []
      if values.isEmpty { absence = "no gates seen" }
    case .maximum, .sum: takeScores(state)
    case .margin: takeMargins(state)
    case .share: takeShares(state)
    case .gradient: take(state.statistics?.gradientNorm, state, "of the last statistics")
    case .update: take(state.statistics?.updateNorm, state, "of the last statistics")
    case .changes: takeChanges(state, of: max(1, decisions))
    }
  }

  private mutating func take(_ found: [Float]?, _ state: DashboardState, _ source: String) {
    guard let found, found.count == state.grid.count else {
      absence = "no statistics yet"
      return
    }
    values = found
    self.source = source
  }

  /// The statistics' means, which are newer than the last decision; its scores where there are none.
  private mutating func takeImportance(_ state: DashboardState) {
    take(state.statistics?.importance, state, "mean over alive components")
    if values.contains(where: \.isFinite) { return }
    guard let scores = AliveScores(state) else {
      if !values.isEmpty { absence = "this allocator has no importance" }
      return
    }
    absence = nil
    values = scores.reduced { $0.sum / Float($0.count) }
    source = "mean score in decision \(scores.decision.number)"
  }

  private mutating func takeScores(_ state: DashboardState) {
    let isSum = metric == .sum
    guard let scores = AliveScores(state) else {
      absence = AliveScores.absence(state)
      let means = state.statistics?.importance ?? []
      guard isSum, means.contains(where: \.isFinite), means.count == state.ranks.count else {
        return
      }
      absence = nil
      values = zip(means, state.ranks).map { $0 * Float($1) }
      source = "mean importance times rank"
      return
    }
    values = scores.reduced { isSum ? $0.sum : $0.high }
    source = "over alive components, decision \(scores.decision.number)"
  }

  private mutating func takeMargins(_ state: DashboardState) {
    guard let scores = AliveScores(state) else {
      absence = AliveScores.absence(state)
      return
    }
    guard let threshold = scores.decision.threshold, threshold.isFinite else {
      absence = "the last decision had no threshold"
      return
    }
    values = scores.reduced { $0.low - threshold }
    source = "lowest alive score above the threshold, decision \(scores.decision.number)"
  }

  private mutating func takeShares(_ state: DashboardState) {
    let costs = state.costs
    guard state.ranks.count == costs.count, !costs.isEmpty else {
      absence = "ranks are not known yet"
      return
    }
    let taken = zip(state.ranks, costs).map { Double($0) * Double($1) }
    let total = taken.reduce(0, +)
    values = taken.map { total > 0 ? Float($0 / total) : 0 }
    source = "of the budget taken up"
  }

  private mutating func takeChanges(_ state: DashboardState, of count: Int) {
    let decisions = state.log.decisions.suffix(count)
    guard !decisions.isEmpty else {
      absence = AliveScores.absence(state)
      return
    }
    values = Array(repeating: 0, count: state.grid.count)
    for change in decisions.lazy.flatMap(\.changes) where values.indices.contains(change.module) {
      values[change.module] += Float(change.pruned + change.grown)
    }
    source = "pruned and grown in the last \(decisions.count) decisions"
  }

  /// Value of a module; NaN where it has none.
  subscript(module: Int) -> Float { values.indices.contains(module) ? values[module] : .nan }

  /// The value as it is printed.
  func text(_ module: Int, glyphs: Glyphs) -> String {
    let value = Double(self[module])
    guard value.isFinite else { return NumberText.short(value) }
    switch metric {
    case .rank, .changes:
      return value == 0 ? String(Character(glyphs.zero)) : NumberText.fixed(value, decimals: 0)
    case .gate where isBinary: return value > 0 ? "on" : "off"
    case .gate: return NumberText.fixed(value, decimals: 2)
    case .share: return NumberText.fixed(100 * value, decimals: value < 0.0995 ? 1 : 0) + "%"
    default: return NumberText.short(value, columns: 5)
    }
  }
}

/// Scores of the last decision over the components that it left alive.
struct AliveScores {
  /// What the scores of one module come to.
  struct Sums {
    var count = 0
    var sum: Float = 0
    var low = Float.infinity
    var high = -Float.infinity
  }

  let decision: Decision
  private let layout: ComponentLayout

  /// The scores of a run's last decision; nil where it has none or they do not fit the modules.
  init?(_ state: DashboardState) {
    guard let decision = state.scoredDecision, state.grid.capacity > 0,
      decision.scores.count == state.grid.capacity, decision.alive.count == state.grid.capacity,
      decision.scores.contains(where: \.isFinite)
    else { return nil }
    self.decision = decision
    layout = state.grid.layout
  }

  /// One number a module; NaN where no component that is alive has a score.
  func reduced(_ number: (Sums) -> Float) -> [Float] {
    (0..<layout.moduleCount).map { module in
      var sums = Sums()
      for index in layout.range(of: module) where decision.alive[index] {
        let score = decision.scores[index]
        guard score.isFinite else { continue }
        sums.count += 1
        sums.sum += score
        sums.low = min(sums.low, score)
        sums.high = max(sums.high, score)
      }
      return sums.count > 0 ? number(sums) : .nan
    }
  }

  /// Why there are no scores, in words.
  static func absence(_ state: DashboardState) -> String {
    if state.scoredDecision != nil { return "the last decision ranked nothing" }
    if let first = state.plan?.firstDecision {
      return first > state.step
        ? "nothing is scored before the first decision, at step \(first)"
        : "no scores recorded yet"
    }
    return state.plan == nil ? "no plan yet" : "this allocator takes no decisions"
  }
}
