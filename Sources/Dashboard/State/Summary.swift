import RunEvents
import Screen

/// A run in plain words: no escape codes, no colours, a table where a table is due.
public enum Summary {
  /// One line for a run that goes on: `step 412/684  loss 0.267  accuracy 91.6 %  ... ETA 1m31s`.
  public static func progressLine(_ state: DashboardState) -> String {
    guard let manifest = state.manifest else { return "waiting for the run to begin" }
    var parts = ["step \(state.step)/\(manifest.totalSteps)"]
    if let report = state.report { parts.append("loss \(loss(report.loss, state))") }
    if let metric = state.mainMetric {
      parts.append("\(metric.name) \(MetricText.value(metric.value, name: metric.name))")
    }
    if let recovery = state.recovery { parts.append("recovery \(NumberText.percent(recovery))") }
    if let alive = state.alive, let target = state.targetBudget {
      let budgets = [alive, target].map { BudgetText.short($0, state.unit) }
      parts.append(
        "budget \(budgets[0])\(BudgetText.suffix(state.unit)) (target \(budgets[1]))")
    }
    if let rate = state.tokensPerSecond {
      parts.append("\(NumberText.grouped(rounded(rate))) tok/s")
    }
    if let task = state.task { parts.append("\(task.task) \(task.done)/\(task.total)") }
    if state.status == .paused { parts.append("paused") }
    if let seconds = state.secondsLeft { parts.append("ETA \(NumberText.duration(seconds))") }
    return parts.joined(separator: "  ")
  }

  /// The whole run: what it was, how it ended, what a person did, and the ranks as a table.
  public static func lines(_ state: DashboardState) -> [String] {
    guard let manifest = state.manifest else { return ["nothing is recorded yet"] }
    var facts = [("run", "\(manifest.name), \(ending(state))")]
    facts.append(("model", "\(manifest.model) (\(manifest.architecture)), \(manifest.task)"))
    facts.append(("allocator", allocators(state)))
    facts.append(("budget", budget(state)))
    if let report = state.report { facts.append(("loss", loss(report.loss, state))) }
    if let last = state.evaluations.last {
      for (name, value) in last.metrics.sorted(by: { $0.key < $1.key }) {
        facts.append((name, "\(MetricText.value(value, name: name)) at step \(last.step)"))
      }
      facts.append(("eval loss", "\(NumberText.short(last.loss)) at step \(last.step)"))
    }
    if let recovery = state.recovery { facts.append(("recovery", NumberText.percent(recovery))) }
    facts.append(("decisions", decisions(state)))
    if !state.constraints.isEmpty {
      facts.append(("held", state.constraints.demands.text(state.grid, most: 24)))
    }
    if let gates = state.gates { facts.append(("gates", self.gates(gates, state))) }
    if let last = state.lastCheckpoint {
      let count = state.checkpointCount == 1 ? "1" : "\(state.checkpointCount), the last"
      facts.append(("checkpoints", "\(count) at step \(last.step)"))
    }
    facts.append(("speed", speed(state)))
    if let adapter = state.stop?.adapter { facts.append(("adapter", adapter)) }
    let width = facts.map(\.0.cellCount).max() ?? 0
    var lines = facts.map { $0.0.padded(to: width) + "  " + $0.1 }
    lines += state.verdicts.filter { $0.severity != .good }.map { "warning: " + $0.text }
    lines += state.seams.map { "seam: \($0.text)" }
    lines += interventions(state)
    return lines + [""] + rankTable(state)
  }

  /// Ranks as a table, layers down, kinds across, with sums; `found/planted` where that is known.
  public static func rankTable(_ state: DashboardState) -> [String] {
    let grid = state.grid
    guard grid.count > 0 else { return [] }
    guard state.ranks.count == grid.count else { return ["ranks are not known yet"] }
    let planted = state.manifest?.plantedRanks.flatMap { $0.count == grid.count ? $0 : nil }
    func text(_ modules: [Int]) -> String {
      let found = modules.reduce(0) { $0 + Int(state.ranks[$1]) }
      guard let planted else { return "\(found)" }
      return "\(found)/\(modules.reduce(0) { $0 + planted[$1] })"
    }
    var table = [[planted == nil ? "rank" : "found/planted"] + grid.kinds + ["sum"]]
    for row in grid.layers.indices {
      let cells = grid.kinds.indices.map { column in
        grid.module(row: row, column: column).map { text([$0]) } ?? ""
      }
      table.append(["L\(grid.layers[row])"] + cells + [text(grid.modules(row: row))])
    }
    let sums = grid.kinds.indices.map { column in
      text(grid.layers.indices.compactMap { grid.module(row: $0, column: column) })
    }
    table.append(["sum"] + sums + [text(Array(0..<grid.count))])
    return aligned(table)
  }

  /// Columns of equal width, the first to the left, the others to the right.
  private static func aligned(_ table: [[String]]) -> [String] {
    let columns = table[0].indices
    let widths = columns.map { column in table.map { $0[column].cellCount }.max() ?? 0 }
    return table.map { row in
      columns.map { column in
        row[column].padded(to: widths[column], column == 0 ? .left : .right)
      }.joined(separator: "  ")
    }
  }

  // MARK: Facts

  private static func ending(_ state: DashboardState) -> String {
    let place = "step \(state.step) of \(state.manifest?.totalSteps ?? 0)"
    switch state.status {
    case .waiting: return "not begun"
    case .training: return "at \(place)"
    case .paused: return "paused at \(place)"
    case .stopped(.finished): return "finished, \(place)"
    case .stopped(.stopped): return "stopped by a person at \(place)"
    case .stopped(.lossNotFinite): return "ended at \(place): the loss was not finite"
    case .stopped(.failed(let why)): return "failed at \(place): \(why)"
    }
  }

  private static func allocators(_ state: DashboardState) -> String {
    guard let manifest = state.manifest else { return NumberText.none }
    var names = [manifest.allocator]
    for record in state.log.interventions where record.outcome == .applied {
      if case .allocator(let name) = record.intervention { names.append(name) }
    }
    if let last = state.allocator, names.last != last { names.append(last) }
    return names.joined(separator: ", then ")
  }

  private static func budget(_ state: DashboardState) -> String {
    func text(_ budget: Int?) -> String {
      budget.map { state.unit == .components ? "\($0)" : NumberText.grouped($0) }
        ?? NumberText.none
    }
    let unit = state.unit == .components ? "components" : "parameters"
    return
      "\(text(state.alive)) \(unit) alive, \(text(state.manifest?.initialBudget)) at the start, "
      + "target \(text(state.targetBudget))"
  }

  private static func gates(_ gates: ModuleGates, _ state: DashboardState) -> String {
    guard gates.isBinary else { return "open, not chosen yet at step \(gates.step)" }
    let on = gates.gates.indices.filter { gates.gates[$0] > 0 }.map { state.grid.label($0) }
    return "\(on.count) of \(gates.gates.count) modules on, chosen at step "
      + "\(state.selectionStep ?? gates.step): \(on.joined(separator: " "))"
  }

  private static func decisions(_ state: DashboardState) -> String {
    let expected = max(state.expectedDecisions, state.decisionCount)
    if expected == 0 { return state.plan?.firstDecision == nil ? "none planned" : "none due yet" }
    return "\(state.decisionCount) of \(expected), \(state.prunedCount) components pruned, "
      + "\(state.grownCount) grown"
  }

  private static func speed(_ state: DashboardState) -> String {
    guard let seconds = state.stop?.seconds ?? state.report?.elapsed, seconds > 0 else {
      return NumberText.none
    }
    let rate = Double(state.tokens) / seconds
    return "\(NumberText.grouped(rounded(rate))) tokens/s, "
      + "\(NumberText.grouped(state.tokens)) tokens in \(NumberText.duration(seconds))"
  }

  private static func interventions(_ state: DashboardState) -> [String] {
    state.log.interventions.map { record in
      let step = record.step.map { "at step \($0)" } ?? "before the first step"
      let line = "intervention: \(record.intervention.text) by \(record.author) \(step)"
      if case .rejected(let why) = record.outcome { return line + ", refused: \(why)" }
      return line
    }
  }

  /// The smoothed loss, or the raw one where that is not finite.
  private static func loss(_ raw: Double, _ state: DashboardState) -> String {
    NumberText.short(raw.isFinite ? state.smoothedLoss ?? raw : raw)
  }

  private static func rounded(_ value: Double) -> Int {
    value.isFinite && abs(value) < 1e15 ? Int(value.rounded()) : 0
  }
}
