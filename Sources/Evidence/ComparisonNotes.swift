/// What a reader must know before he trusts a comparison: unlike budgets, few seeds, cells that are no equals.
struct ComparisonNotes {
  var groups: [Comparison.Group]
  var differences: [Difference]
  var cells: [CellResult]

  /// One sentence or two each.
  var lines: [String] {
    budgets + pairs + steered + threads
  }

  /// Relative difference of parameters that is worth words where the components are equal.
  private static let notableShare = 0.01

  private var budgets: [String] {
    var ranks: [Int?] = []
    for group in groups where !ranks.contains(group.rank) { ranks.append(group.rank) }
    return ranks.compactMap { rank in
      let row = groups.filter { $0.rank == rank }
      let place = rank.map { "rank \($0): " } ?? ""
      func list(_ value: (Comparison.Group) -> Double?) -> String {
        row.map { "\($0.allocator) \(NumberForm.count(value($0)))" }.joined(separator: ", ")
      }
      if Set(row.map(\.components.mean)).count > 1 {
        return place + "the final budgets differ (components: \(list(\.components.mean))): "
          + "part of a difference may be size, not place."
      }
      let sizes = row.compactMap(\.parameters.mean)
      guard let least = sizes.min(), let most = sizes.max(),
        most > least * (1 + Self.notableShare)
      else { return nil }
      return place
        + "equal components, but unlike parameters (\(list { $0.parameters.mean?.rounded() })): "
        + "a component costs more in a wide module."
    }
  }

  private var pairs: [String] {
    guard let most = differences.map(\.pairs).max() else { return [] }
    if most < Difference.fewestPairs {
      return [
        "\(most) \(most == 1 ? "pair" : "pairs"): nothing can be told from chance with fewer than "
          + "\(Difference.fewestPairs) seeds."
      ]
    }
    guard let rate = PairedBootstrap.falseAlarmRate(pairs: most) else { return [] }
    let percent = NumberForm.fixed(rate * 100, decimals: 0)
    let range = most == 3 ? " (it is the range of the three differences)" : ""
    return [
      "with \(most) pairs the interval is coarse\(range): about \(percent) % of comparisons of equals "
        + "would be called better or worse. More seeds say more."
    ]
  }

  private var steered: [String] {
    cells.compactMap { cell in
      cell.steering.map { "\(cell.cell.label) was steered while it ran (\($0)): it is no equal." }
    }
  }

  private var threads: [String] {
    let counts = Set(cells.compactMap(\.threads)).sorted()
    return counts.count > 1
      ? [
        "the cells ran on unlike numbers of threads (\(counts.joined(separator: ", "))): "
          + "their times cannot be compared."
      ] : []
  }
}
