import RunEvents

/// A decision as it is told in words.
public struct DecisionSummary: Sendable, Hashable {
  /// How the rank of one module changed.
  public struct Change: Sendable, Hashable {
    /// Index of the module.
    public var module: Int
    /// Components cut, counted once each.
    public var pruned: Int
    /// Components revived or grown.
    public var grown: Int
    /// Difference of the rank.
    public var difference: Int { grown - pruned }
  }

  /// Running number in the run.
  public var number: Int
  /// Step after which it was taken.
  public var step: Int
  /// Who took it.
  public var allocator: String
  /// Budget wanted, in the run's unit.
  public var budget: Int
  /// Budget taken up afterwards, in the run's unit.
  public var alive: Int
  /// Score at or below which components were cut; nil when nothing was ranked.
  public var threshold: Float?
  /// Components cut.
  public var pruned: Int
  /// Components revived or grown.
  public var grown: Int
  /// Modules that changed, in manifest order.
  public var changes: [Change]
  /// Whether the pruned components stay pruned.
  public var isFinal: Bool
  /// Why.
  public var reason: String

  init(_ decision: Decision, state: DashboardState) {
    let alive =
      decision.alive.count == state.grid.capacity
      ? state.cost(of: state.grid.layout.ranks(alive: decision.alive))
      : decision.alive.count { $0 }
    self.init(
      DecisionOutline(
        number: decision.number, step: decision.step, allocator: decision.allocator,
        budget: decision.budget, alive: alive, threshold: decision.threshold,
        pruned: decision.pruned, grown: decision.grown, isFinal: decision.isFinal,
        reason: decision.reason), moduleCount: state.grid.count)
  }

  init(_ decision: DecisionOutline, moduleCount: Int) {
    var changes: [Int: Change] = [:]
    for id in decision.pruned where (0..<moduleCount).contains(id.module) {
      changes[id.module, default: Change(module: id.module, pruned: 0, grown: 0)].pruned += 1
    }
    for id in decision.grown where (0..<moduleCount).contains(id.module) {
      changes[id.module, default: Change(module: id.module, pruned: 0, grown: 0)].grown += 1
    }
    number = decision.number
    step = decision.step
    allocator = decision.allocator
    budget = decision.budget
    alive = decision.alive
    threshold = decision.threshold
    pruned = decision.pruned.count
    grown = decision.grown.count
    self.changes = changes.values.sorted { $0.module < $1.module }
    isFinal = decision.isFinal
    reason = decision.reason
  }
}
