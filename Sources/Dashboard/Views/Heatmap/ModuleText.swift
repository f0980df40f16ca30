import Screen

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
