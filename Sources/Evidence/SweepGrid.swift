/// One training of a sweep: its place in the grid.
public struct SweepCell: Sendable, Hashable, Encodable {
  /// Name of the allocator.
  public var allocator: String
  /// Rank of every module, for adaptive allocators the mean at the end; nil where there is no such axis.
  public var rank: Int?
  /// Seed of everything random.
  public var seed: UInt64

  /// Creates a cell.
  public init(allocator: String, rank: Int?, seed: UInt64) {
    self.allocator = allocator
    self.rank = rank
    self.seed = seed
  }

  /// The cell in a few characters, for file names: `dora-r4-s1`, without a rank `dora-s1`.
  public var label: String { "\(allocator)\(rank.map { "-r\($0)" } ?? "")-s\(seed)" }
}

/// The grid of a sweep: every allocator at every rank with every seed.
public struct SweepGrid: Sendable, Hashable {
  /// Names of the allocators, in the order of the table.
  public var allocators: [String]
  /// Ranks; empty where there is no such axis.
  public var ranks: [Int]
  /// Seeds.
  public var seeds: [UInt64]

  /// Creates a grid from lists without duplicates.
  public init(allocators: [String], ranks: [Int], seeds: [UInt64]) {
    self.allocators = allocators
    self.ranks = ranks
    self.seeds = seeds
  }

  /// The rows' ranks: ``ranks``, or one nil.
  public var rankAxis: [Int?] { ranks.isEmpty ? [nil] : ranks }

  /// All cells, seed by seed: a sweep cut short leaves pairs that can be compared.
  public var cells: [SweepCell] {
    seeds.flatMap { seed in
      rankAxis.flatMap { rank in
        allocators.map { SweepCell(allocator: $0, rank: rank, seed: seed) }
      }
    }
  }
}
