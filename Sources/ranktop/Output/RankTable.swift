import RunEvents

/// Ranks and statistics of every module over the steps, in long form: what `export --format csv` writes.
struct RankTable {
  private var csv = "step,module,layer,kind,rank,importance,gradient_norm,update_norm\n"
  private var modules: [AdaptedModule] = []
  private var layout = ComponentLayout([])
  private var ranks: [Int] = []
  private var step = 0
  private var statistics: ModuleStatistics?
  private var isDue = false
  private let last: Int
  private var isOver = false

  /// Begins a table that ends with a step.
  init(through last: Int) { self.last = last }

  /// Takes in the next event: a block of rows for the start and for each step with statistics or a decision.
  mutating func take(_ event: RunEvent) {
    if isOver { return }
    switch event {
    case .started(let manifest):
      modules = manifest.modules
      layout = manifest.layout
      ranks = modules.map(\.startRank)
      isDue = true
    case .step(let report):
      flush()
      isOver = report.step > last
      step = report.step
    case .statistics(let new) where new.ranks.count == modules.count:
      statistics = new
      ranks = new.ranks.map(Int.init)
      isDue = true
    case .decision(let decision): take(decision.alive)
    case .resumed(let seam):
      flush()
      step = seam.step
      take(seam.alive)
    default: break
    }
  }

  /// The whole table.
  mutating func finished() -> String {
    flush()
    return csv
  }

  private mutating func take(_ alive: [Bool]) {
    guard alive.count == layout.count else { return }
    ranks = layout.ranks(alive: alive)
    isDue = true
  }

  private mutating func flush() {
    guard isDue else { return }
    for (index, module) in modules.enumerated() {
      csv += "\(step),\(quoted(module.name)),\(module.layer),\(quoted(module.kind)),\(ranks[index])"
      for values in [statistics?.importance, statistics?.gradientNorm, statistics?.updateNorm] {
        csv += ","
        // What is not a number is left empty, as tables expect.
        if let values, values.indices.contains(index), values[index].isFinite {
          csv += "\(values[index])"
        }
      }
      csv += "\n"
    }
    statistics = nil
    isDue = false
  }

  /// RFC 4180: what holds a comma, a quote or a line break stands in quotes.
  private func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
