/// One adapted linear layer of the model: a frozen weight `W (outputs x inputs)` with an adapter.
public struct AdaptedModule: Sendable, Hashable, Codable {
  /// Name as in the checkpoint, e.g. `bert.encoder.layer.0.attention.self.query`.
  public var name: String
  /// Transformer layer, counted from 0: the row on the grid.
  public var layer: Int
  /// Kind of linear layer in a few letters (`q`, `k`, `v`, `o`, `up`, `down`): the column on the grid.
  public var kind: String
  /// Width of the layer's input.
  public var inputs: Int
  /// Width of the layer's output.
  public var outputs: Int
  /// Number of component slots; the rank never exceeds it.
  public var capacity: Int
  /// Components alive before the first step: the first slots.
  public var startRank: Int

  /// Creates a module from its place and its shape; all its slots are alive at the start unless said otherwise.
  public init(
    name: String, layer: Int, kind: String, inputs: Int, outputs: Int, capacity: Int,
    startRank: Int? = nil
  ) {
    self.name = name
    self.layer = layer
    self.kind = kind
    self.inputs = inputs
    self.outputs = outputs
    self.capacity = capacity
    self.startRank = startRank ?? capacity
  }

  /// Parameters that one component of this module costs (its row of A and its column of B).
  public var parametersPerComponent: Int { inputs + outputs }

  /// Budget that one component takes up.
  public func cost(in unit: BudgetUnit) -> Int {
    unit == .components ? 1 : parametersPerComponent
  }
}

extension [AdaptedModule] {
  /// Components alive before the first step, flat.
  public var aliveAtStart: [Bool] {
    flatMap { module in (0..<module.capacity).map { $0 < module.startRank } }
  }
}

/// Identity of one rank-one component, kept from its birth to its pruning.
public struct ComponentID: Sendable, Hashable, Comparable, Codable {
  /// Index of the module in the manifest's list.
  public var module: Int
  /// Slot inside the module, `0 ..< capacity`.
  public var slot: Int

  /// Creates an identity.
  public init(module: Int, slot: Int) {
    self.module = module
    self.slot = slot
  }

  /// Orders by module, then by slot: the order of every flat per-component array.
  public static func < (a: Self, b: Self) -> Bool {
    a.module != b.module ? a.module < b.module : a.slot < b.slot
  }
}

/// Where each module's components lie in a flat per-component array.
///
/// All arrays of scores and masks in this package are flat, modules in manifest order, slots inside.
public struct ComponentLayout: Sendable, Hashable, Codable {
  /// First flat index of each module, and the total count as the last element.
  public let offsets: [Int]

  /// Creates the layout of modules with these capacities.
  public init(capacities: [Int]) {
    var offsets = [0]
    offsets.reserveCapacity(capacities.count + 1)
    for capacity in capacities { offsets.append(offsets.last! + capacity) }
    self.offsets = offsets
  }

  /// Creates the layout of these modules.
  public init(_ modules: [AdaptedModule]) {
    self.init(capacities: modules.map(\.capacity))
  }

  /// Number of modules.
  public var moduleCount: Int { offsets.count - 1 }
  /// Number of component slots in the whole network.
  public var count: Int { offsets.last! }
  /// Flat indices of one module's slots.
  public func range(of module: Int) -> Range<Int> { offsets[module]..<offsets[module + 1] }
  /// Flat index of a component.
  public func index(of id: ComponentID) -> Int { offsets[id.module] + id.slot }

  /// Identity of the component at a flat index.
  public func id(at index: Int) -> ComponentID {
    var low = 0
    var high = moduleCount
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= index { low = middle } else { high = middle }
    }
    return ComponentID(module: low, slot: index - offsets[low])
  }

  /// Rank of every module: its number of true entries in a flat mask of `count` entries.
  public func ranks(alive: [Bool]) -> [Int] {
    precondition(alive.count == count, "mask has \(alive.count) entries, layout \(count)")
    return (0..<moduleCount).map { module in
      range(of: module).reduce(0) { $0 + (alive[$1] ? 1 : 0) }
    }
  }
}
