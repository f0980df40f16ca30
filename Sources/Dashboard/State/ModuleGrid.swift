import RunEvents

/// Where every adapted module stands on the grid of layers by kinds.
public struct ModuleGrid: Sendable, Hashable {
  /// Layers from top to bottom, by their numbers.
  public let layers: [Int]
  /// Kinds from left to right, in the order in which the model has them.
  public let kinds: [String]
  /// Capacity of the largest module, at least 1: the top of every rank scale.
  public let maxCapacity: Int
  /// Component slots in the whole network.
  public let capacity: Int
  /// Layout of the flat per-component arrays.
  public let layout: ComponentLayout
  private let labels: [String]
  private let cells: [Int?]

  /// Creates the grid of these modules.
  ///
  /// Two modules at one place (which no ordinary model has) get columns of their own: `q`, `q'`.
  public init(_ modules: [AdaptedModule] = []) {
    var kinds: [String] = []
    var columns: [Int] = []
    var taken: Set<[Int]> = []
    for module in modules {
      var kind = module.kind
      var column = Self.index(of: kind, in: &kinds)
      while !taken.insert([module.layer, column]).inserted {
        kind += "'"
        column = Self.index(of: kind, in: &kinds)
      }
      columns.append(column)
    }
    let layers = Set(modules.map(\.layer)).sorted()
    var cells: [Int?] = Array(repeating: nil, count: layers.count * kinds.count)
    for (index, module) in modules.enumerated() {
      guard let row = layers.firstIndex(of: module.layer) else { continue }
      cells[row * kinds.count + columns[index]] = index
    }
    self.layers = layers
    self.kinds = kinds
    self.cells = cells
    maxCapacity = max(1, modules.map(\.capacity).max() ?? 1)
    layout = ComponentLayout(modules)
    capacity = layout.count
    labels = modules.indices.map { "L\(modules[$0].layer).\(kinds[columns[$0]])" }
  }

  /// Number of modules.
  public var count: Int { labels.count }

  /// Index of the module at a row and a column; nil where there is none.
  public func module(row: Int, column: Int) -> Int? {
    guard layers.indices.contains(row), kinds.indices.contains(column) else { return nil }
    return cells[row * kinds.count + column]
  }

  /// Modules of one row, from left to right.
  public func modules(row: Int) -> [Int] {
    kinds.indices.compactMap { module(row: row, column: $0) }
  }

  /// Short name of a module: `L2.q`.
  public func label(_ module: Int) -> String {
    labels.indices.contains(module) ? labels[module] : "?"
  }

  private static func index(of kind: String, in kinds: inout [String]) -> Int {
    if let index = kinds.firstIndex(of: kind) { return index }
    kinds.append(kind)
    return kinds.count - 1
  }
}
