/// A sweep's outcome: spreads of every allocator at every rank, and paired differences from a baseline.
public struct Comparison: Sendable {
  /// What was learned, e.g. the data set's name.
  public var task: String
  /// The allocator that the others are compared with.
  public var baseline: String
  /// Names of the metrics, the main one first.
  public var metrics: [String]
  /// Kinds of modules, in the model's order.
  public var kinds: [String]
  /// One entry for each rank and allocator that has a result, in the grid's order.
  public var groups: [Group]
  /// One entry for each rank, allocator other than the baseline, and metric.
  public var differences: [Difference]
  /// What finished.
  public var cells: [CellResult]
  /// What did not.
  public var missing: [MissingCell]
  /// What a reader must know before he trusts the figures, in sentences.
  public var notes: [String]

  /// One allocator at one rank, over its seeds.
  public struct Group: Sendable, Encodable {
    /// The rank; nil where there is no such axis.
    public var rank: Int?
    /// The allocator.
    public var allocator: String
    /// Seeds that finished.
    public var seeds: [UInt64]
    /// Metric to its spread.
    public var metrics: [String: Spread]
    /// Components alive at the end.
    public var components: Spread
    /// Parameters of these components.
    public var parameters: Spread
    /// Training time in seconds.
    public var seconds: Spread
    /// Mean final rank of each kind's modules, over the seeds.
    public var kindRanks: [String: Double]
  }

  /// Puts results together.
  ///
  /// - Parameters:
  ///   - task: What was learned.
  ///   - grid: What was asked for.
  ///   - results: What finished; cells beyond the grid are ignored.
  ///   - missing: What did not finish, and why.
  ///   - baseline: One of the grid's allocators.
  ///   - metrics: Names of the metrics in the order to show.
  ///   - kinds: Kinds of modules in the order to show.
  public init(
    task: String, grid: SweepGrid, results: [CellResult], missing: [MissingCell],
    baseline: String, metrics: [String], kinds: [String]
  ) {
    let found = Dictionary(results.map { ($0.cell, $0) }, uniquingKeysWith: { first, _ in first })
    self.task = task
    self.baseline = baseline
    self.metrics = metrics
    self.kinds = kinds
    self.missing = missing
    cells = grid.cells.compactMap { found[$0] }
    groups = []
    differences = []
    for rank in grid.rankAxis {
      func results(_ allocator: String) -> [CellResult] {
        grid.seeds.compactMap {
          found[SweepCell(allocator: allocator, rank: rank, seed: $0)]
        }
      }
      let reference = results(baseline)
      for allocator in grid.allocators {
        let own = results(allocator)
        if own.isEmpty { continue }
        groups.append(Group(rank, allocator, own, metrics: metrics, kinds: kinds))
        if allocator == baseline { continue }
        differences += metrics.map {
          Difference(rank: rank, allocator: allocator, metric: $0, own, minus: reference)
        }
      }
    }
    notes = ComparisonNotes(groups: groups, differences: differences, cells: cells).lines
  }
}

extension Comparison.Group {
  fileprivate init(
    _ rank: Int?, _ allocator: String, _ results: [CellResult], metrics: [String], kinds: [String]
  ) {
    self.rank = rank
    self.allocator = allocator
    seeds = results.map(\.cell.seed)
    self.metrics = metrics.reduce(into: [:]) { spreads, name in
      spreads[name] = Spread(results.compactMap { $0.metrics[name] })
    }
    components = Spread(results.map { Double($0.components) })
    parameters = Spread(results.map { Double($0.parameters) })
    seconds = Spread(results.map(\.seconds))
    kindRanks = kinds.reduce(into: [:]) { ranks, kind in
      ranks[kind] = Spread(results.compactMap { $0.kindRanks[kind] }).mean
    }
  }
}
