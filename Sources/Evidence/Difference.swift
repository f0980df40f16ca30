/// How an allocator differs from the baseline in one metric, over the seeds that both have.
public struct Difference: Sendable, Hashable, Encodable {
  /// What can be said of a difference.
  public enum Verdict: String, Sendable, Encodable {
    /// The interval holds 0, or there are fewer than three pairs.
    case withinNoise = "within noise"
    /// The interval lies above 0.
    case better
    /// The interval lies below 0.
    case worse
  }

  /// Fewest pairs from which anything is said.
  public static let fewestPairs = 3

  /// The rank; nil where there is no such axis.
  public var rank: Int?
  /// The allocator.
  public var allocator: String
  /// The metric.
  public var metric: String
  /// Seeds that both have.
  public var pairs: Int
  /// Mean of the allocator's metric minus the baseline's; nil for no pairs.
  public var mean: Double?
  /// Lower end of the interval of ``PairedBootstrap``; nil for no pairs.
  public var lower: Double?
  /// Upper end of it.
  public var upper: Double?
  /// The plain word.
  public var verdict: Verdict

  /// Compares results of one allocator and rank with the baseline's; each seed is there once at most.
  init(
    rank: Int?, allocator: String, metric: String, _ results: [CellResult],
    minus reference: [CellResult]
  ) {
    self.rank = rank
    self.allocator = allocator
    self.metric = metric
    let base = Dictionary(
      reference.compactMap { result in result.metrics[metric].map { (result.cell.seed, $0) } },
      uniquingKeysWith: { first, _ in first })
    let differences = results.compactMap { result -> Double? in
      guard let value = result.metrics[metric], let other = base[result.cell.seed] else {
        return nil
      }
      return value - other
    }
    pairs = differences.count
    mean = Spread(differences).mean
    let interval = PairedBootstrap.interval(differences)
    lower = interval?.lowerBound
    upper = interval?.upperBound
    verdict = .withinNoise
    if let interval, pairs >= Self.fewestPairs {
      if interval.lowerBound > 0 { verdict = .better }
      if interval.upperBound < 0 { verdict = .worse }
    }
  }
}
