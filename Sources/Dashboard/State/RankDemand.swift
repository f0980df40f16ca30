import RunEvents

/// What a person demands of one module's rank.
public struct RankDemand: Sendable, Hashable {
  /// Index of the module.
  public var module: Int
  /// Slots of its pinned components, rising.
  public var slots: [Int] = []
  /// Least rank, if one is set.
  public var floor: Int?
  /// Largest rank, if one is set.
  public var cap: Int?

  /// Whether something keeps the rank from falling.
  public var isPinned: Bool { !slots.isEmpty || floor != nil }

  /// In words, without the module: `pinned #0 #2`, `at least 3`, `at most 4`.
  public var words: [String] {
    var words: [String] = []
    if (1...4).contains(slots.count) {
      words.append("pinned " + slots.map { "#\($0)" }.joined(separator: " "))
    } else if !slots.isEmpty {
      words.append("\(slots.count) pinned")
    }
    if let floor { words.append("at least \(floor)") }
    if let cap { words.append("at most \(cap)") }
    return words
  }
}

extension RankConstraints {
  /// What is demanded, module by module in manifest order.
  var demands: [RankDemand] {
    var demands: [Int: RankDemand] = [:]
    for id in pinned.sorted() {
      demands[id.module, default: RankDemand(module: id.module)].slots.append(id.slot)
    }
    for (module, floor) in floors {
      demands[module, default: RankDemand(module: module)].floor = floor
    }
    for (module, cap) in caps { demands[module, default: RankDemand(module: module)].cap = cap }
    return demands.values.sorted { $0.module < $1.module }
  }

  /// Without what lies outside these modules and their slots.
  func inside(_ modules: [AdaptedModule]) -> RankConstraints {
    RankConstraints(
      pinned: pinned.filter {
        modules.indices.contains($0.module) && (0..<modules[$0.module].capacity).contains($0.slot)
      }, floors: floors.filter { modules.indices.contains($0.key) },
      caps: caps.filter { modules.indices.contains($0.key) })
  }
}

extension [RankDemand] {
  /// All of them in one line: `L3.q pinned #0 #2, L4.up at most 3, and 7 more`.
  func text(_ grid: ModuleGrid, most: Int = 8) -> String {
    if isEmpty { return "no pins and no caps any more" }
    var parts = prefix(most).map { demand in
      "\(grid.label(demand.module)) " + demand.words.joined(separator: ", ")
    }
    if count > most { parts.append("and \(count - most) more") }
    return parts.joined(separator: "; ")
  }
}
