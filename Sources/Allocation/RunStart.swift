import RunEvents

/// Where in a run an allocator takes over, and what it finds there.
public struct RunStart: Sendable, Hashable, Codable {
  /// Component slots of the network.
  public let layout: ComponentLayout
  /// Optimiser steps of the whole run.
  public let totalSteps: Int
  /// Last step finished; 0 at the start of a run.
  public let startStep: Int
  /// Components alive now, flat.
  public let alive: [Bool]
  /// Optimiser steps in one pass over the training data.
  public let stepsPerEpoch: Int
  /// What budgets count.
  public let unit: BudgetUnit
  /// Budget that one component of each module takes up: 1, or its parameters.
  public let costs: [Int]
  /// Transformer layer of each module.
  public let layers: [Int]
  /// Name of each module, for what is said to a person; empty where they are not known.
  public let names: [String]

  /// Creates the start of an allocator.
  ///
  /// - Parameters:
  ///   - layout: Component slots of the network.
  ///   - totalSteps: Optimiser steps of the whole run.
  ///   - startStep: Last step finished; 0 at the start of a run.
  ///   - alive: Components alive now, flat; nil when every slot is.
  ///   - stepsPerEpoch: Optimiser steps in one pass over the data; nil for the whole run.
  ///   - parameters: Parameters of one component of each module, where budgets count parameters.
  ///   - layers: Transformer layer of each module; nil for one layer.
  ///   - names: Name of each module.
  /// - Precondition: `alive` has one entry a slot, `parameters` and `layers` one a module.
  public init(
    layout: ComponentLayout, totalSteps: Int, startStep: Int = 0, alive: [Bool]? = nil,
    stepsPerEpoch: Int? = nil, parameters: [Int]? = nil, layers: [Int]? = nil,
    names: [String] = []
  ) {
    let count = layout.count
    precondition(
      parameters == nil || parameters!.count == layout.moduleCount,
      "\(parameters?.count ?? 0) costs for \(layout.moduleCount) modules")
    precondition(
      layers == nil || layers!.count == layout.moduleCount,
      "\(layers?.count ?? 0) layers for \(layout.moduleCount) modules")
    precondition(
      alive == nil || alive!.count == count,
      "mask has \(alive?.count ?? 0) entries, layout \(count)")
    self.layout = layout
    self.totalSteps = totalSteps
    self.startStep = startStep
    self.alive = alive ?? [Bool](repeating: true, count: count)
    self.stepsPerEpoch = stepsPerEpoch ?? totalSteps
    unit = parameters == nil ? .components : .parameters
    self.names = names
    self.layers = layers ?? [Int](repeating: 0, count: layout.moduleCount)
    costs = parameters ?? [Int](repeating: 1, count: layout.moduleCount)
  }

  /// Whether the run is under way: a live switch.
  var isLive: Bool { startStep > 0 }
  /// Steps still to come.
  var remaining: Int { max(0, totalSteps - startStep) }
  /// Number of components alive.
  var aliveCount: Int { alive.count { $0 } }

  /// Budget that a mask takes up.
  func cost(of mask: [Bool]) -> Int {
    zip(costs, layout.ranks(alive: mask)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Budget taken up now.
  var aliveCost: Int { cost(of: alive) }
  /// Why a new target is outside what the network can be; nil when it is within.
  func refusal(ofBudget budget: Int) -> String? {
    let (least, capacity) = (costs.min() ?? 1, capacityCost)
    return (least...max(least, capacity)).contains(budget)
      ? nil : "budget \(budget): choose \(least) ... \(capacity) \(unit.rawValue)"
  }

  /// Budget that all slots together would take up.
  var capacityCost: Int {
    (0..<layout.moduleCount).reduce(0) { $0 + costs[$1] * layout.range(of: $1).count }
  }

  /// Why pins that keep more than a budget, or caps that allow less, cannot be; nil when they fit.
  func pinsExceed(_ budget: Int, _ constraints: RankConstraints) -> String? {
    let ranks = constraints.leastRanks(moduleCount: costs.count)
    let least = zip(costs, ranks).reduce(0) { $0 + $1.0 * $1.1 }
    if !constraints.caps.isEmpty {
      let most = costs.indices.reduce(0) { sum, module in
        let slots = layout.range(of: module).count
        return sum + costs[module] * min(slots, constraints.caps[module] ?? slots)
      }
      if most < min(budget, aliveCost) {
        return "the caps allow \(most) \(unit.rawValue), less than the budget of \(budget): "
          + "raise them, or lower the budget"
      }
    }
    return least <= budget
      ? nil
      : "the pins keep \(least) \(unit.rawValue), more than the budget of \(budget): "
        + "release some, or raise the budget"
  }

  /// A module as a person knows it.
  func name(of module: Int) -> String {
    names.indices.contains(module) ? names[module] : "module \(module)"
  }

  /// Kinds of module in a layer, at most.
  var kindCount: Int {
    Dictionary(grouping: layers) { $0 }.values.map(\.count).max() ?? 1
  }

  /// Target budget that the options ask for.
  ///
  /// - Parameter grows: Whether the method may end with more than it starts with.
  /// - Throws: When it is outside `1 ... capacity`, or above what a fresh run starts with.
  func target(_ options: AllocatorOptions, grows: Bool = false) throws(AllocationError) -> Int {
    let capacity = capacityCost
    guard let target = options.targetBudget else {
      let mean = costs.reduce(0) { $0 + $1 * options.rank }
      return min(mean, grows ? capacity : aliveCost)
    }
    let least = costs.min() ?? 1
    guard (least...max(least, capacity)).contains(target) else {
      throw isLive || grows || target < least
        ? .budgetOutOfRange(budget: target, least: least, capacity: capacity, unit: unit)
        : .targetAboveInitial(target: target, initial: aliveCost, unit: unit)
    }
    guard isLive || grows || target <= aliveCost else {
      throw .targetAboveInitial(target: target, initial: aliveCost, unit: unit)
    }
    return target
  }
}
