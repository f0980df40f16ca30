/// What a person demands of ranks, whatever the scores say.
///
/// A pinned component is never pruned; a module keeps at least its floor (the best ones of it) and at
/// most its cap.
public struct RankConstraints: Sendable, Hashable, Codable {
  /// Components that stay alive.
  public var pinned: Set<ComponentID>
  /// Least rank of a module, by its index.
  public var floors: [Int: Int]
  /// Largest rank of a module, by its index.
  public var caps: [Int: Int]

  /// Creates constraints; none by default.
  public init(pinned: Set<ComponentID> = [], floors: [Int: Int] = [:], caps: [Int: Int] = [:]) {
    self.pinned = pinned
    self.floors = floors
    self.caps = caps
  }

  /// Whether nothing is demanded.
  public var isEmpty: Bool { pinned.isEmpty && floors.isEmpty && caps.isEmpty }

  /// Components of each module that must stay: the larger of its floor and its pins.
  ///
  /// - Complexity: O(modules + pins).
  public func leastRanks(moduleCount: Int) -> [Int] {
    var least = [Int](repeating: 0, count: moduleCount)
    for id in pinned { least[id.module] += 1 }
    for (module, floor) in floors { least[module] = max(least[module], floor) }
    return least
  }

  /// Whether ranks, one a module, are within all bounds.
  public func allow(_ ranks: [Int]) -> Bool {
    let least = leastRanks(moduleCount: ranks.count)
    return ranks.indices.allSatisfy {
      ranks[$0] >= least[$0] && ranks[$0] <= caps[$0] ?? .max
    }
  }
}

extension RankConstraints {
  /// Adds a pin.
  ///
  /// - Parameters:
  ///   - rule: `pattern` pins what is alive, `pattern:N` keeps rank N, `pattern#S` pins a component.
  ///   - modules: The run's modules.
  ///   - alive: Components alive, flat.
  /// - Returns: Why it cannot be, as a sentence for a person; nil when it was added.
  public mutating func pin(_ rule: ModuleRule, modules: [AdaptedModule], alive: [Bool]) -> String? {
    let layout = ComponentLayout(modules)
    let matching = rule.matches(in: modules)
    if matching.isEmpty { return rule.noMatch(modules) }
    for module in matching {
      let capacity = modules[module].capacity
      switch rule.part {
      case .all:
        for index in layout.range(of: module) where alive[index] {
          pinned.insert(ComponentID(module: module, slot: index - layout.offsets[module]))
        }
      case .count(let count):
        guard count <= capacity else {
          return
            "pin \(rule): \(modules[module].name) has \(capacity) slots, rank \(count) cannot be"
        }
        floors[module] = count
      case .slot(let slot):
        guard slot < capacity else {
          return "pin \(rule): \(modules[module].name) has slots 0 ... \(capacity - 1)"
        }
        guard alive[layout.offsets[module] + slot] else {
          return "pin \(rule): component \(slot) of \(modules[module].name) is not alive"
        }
        pinned.insert(ComponentID(module: module, slot: slot))
      }
    }
    return conflict(modules)
  }

  /// Caps the rank of the modules that match `pattern:N`; see ``pin(_:modules:alive:)``.
  public mutating func cap(_ rule: ModuleRule, modules: [AdaptedModule]) -> String? {
    let matching = rule.matches(in: modules)
    if matching.isEmpty { return rule.noMatch(modules) }
    guard case .count(let count) = rule.part else {
      return "cap \(rule): give the largest rank, e.g. \(rule.pattern):4"
    }
    for module in matching { caps[module] = count }
    return conflict(modules)
  }

  /// Removes pins, floors and caps of what matches; see ``pin(_:modules:alive:)``.
  public mutating func release(_ rule: ModuleRule, modules: [AdaptedModule]) -> String? {
    let matching = Set(rule.matches(in: modules))
    if matching.isEmpty { return rule.noMatch(modules) }
    if case .slot(let slot) = rule.part {
      pinned = pinned.filter { !(matching.contains($0.module) && $0.slot == slot) }
      return nil
    }
    pinned = pinned.filter { !matching.contains($0.module) }
    floors = floors.filter { !matching.contains($0.key) }
    caps = caps.filter { !matching.contains($0.key) }
    return nil
  }

  private func conflict(_ modules: [AdaptedModule]) -> String? {
    let least = leastRanks(moduleCount: modules.count)
    for (module, cap) in caps.sorted(by: { $0.key < $1.key }) {
      if least[module] > cap {
        return "\(modules[module].name) is pinned to rank \(least[module]) and capped at \(cap): "
          + "release one of the two"
      }
    }
    return nil
  }
}
