import RunEvents

/// Where in a run an allocator takes over, and what it finds there.
public struct RunStart: Sendable, Hashable {
  /// Component slots of the network.
  public let layout: ComponentLayout
  /// Optimiser steps of the whole run.
  public let totalSteps: Int
  /// Last step finished; 0 at the start of a run.
  public let startStep: Int
  /// Components alive now, flat.
  public let alive: [Bool]

  /// Creates the start of an allocator.
  ///
  /// - Parameters:
  ///   - layout: Component slots of the network.
  ///   - totalSteps: Optimiser steps of the whole run.
  ///   - startStep: Last step finished; 0 at the start of a run.
  ///   - alive: Components alive now, flat; nil when every slot is.
  /// - Precondition: `alive` has one entry a slot.
  public init(
    layout: ComponentLayout, totalSteps: Int, startStep: Int = 0, alive: [Bool]? = nil
  ) {
    let count = layout.count
    precondition(
      alive == nil || alive!.count == count,
      "mask has \(alive?.count ?? 0) entries, layout \(count)")
    self.layout = layout
    self.totalSteps = totalSteps
    self.startStep = startStep
    self.alive = alive ?? [Bool](repeating: true, count: count)
  }

  /// Whether the run is under way: a live switch.
  var isLive: Bool { startStep > 0 }
  /// Steps still to come.
  var remaining: Int { max(0, totalSteps - startStep) }
  /// Number of components alive.
  var aliveCount: Int { alive.count { $0 } }

  /// Target budget that the options ask for.
  ///
  /// - Throws: When it is outside `1 ... capacity`, or above what a fresh run starts with.
  func target(_ options: AllocatorOptions) throws(AllocationError) -> Int {
    let capacity = layout.count
    guard let target = options.targetBudget else {
      return min(options.rank * layout.moduleCount, aliveCount)
    }
    guard (1...max(1, capacity)).contains(target) else {
      throw isLive || target < 1
        ? .budgetOutOfRange(budget: target, capacity: capacity)
        : .targetAboveInitial(target: target, initial: capacity)
    }
    guard isLive || target <= aliveCount else {
      throw .targetAboveInitial(target: target, initial: aliveCount)
    }
    return target
  }
}
