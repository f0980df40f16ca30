/// What a finished cell gave.
public struct CellResult: Sendable, Hashable, Encodable {
  /// Which one.
  public var cell: SweepCell
  /// Metrics on held-out data after the last step, by name; the larger the better. None that is not finite.
  public var metrics: [String: Double]
  /// Components alive at the end.
  public var components: Int
  /// Parameters of these components: the sum of their modules' inputs and outputs.
  public var parameters: Int
  /// Mean final rank of the modules of each kind.
  public var kindRanks: [String: Double]
  /// Training time in seconds: steps only, without loading, evaluations and pauses.
  public var seconds: Double
  /// Threads that computed; nil when not recorded.
  public var threads: String?
  /// What a person did to it while it ran, in words; nil for nothing that changes the outcome.
  public var steering: String?
  /// The run file.
  public var runFile: String

  /// Creates a result.
  public init(
    cell: SweepCell, metrics: [String: Double], components: Int, parameters: Int,
    kindRanks: [String: Double], seconds: Double, threads: String? = nil,
    steering: String? = nil, runFile: String
  ) {
    self.cell = cell
    self.metrics = metrics
    self.components = components
    self.parameters = parameters
    self.kindRanks = kindRanks
    self.seconds = seconds
    self.threads = threads
    self.steering = steering
    self.runFile = runFile
  }

  private enum Key: String, CodingKey {
    case allocator, rank, seed, metrics, components, parameters, kindRanks, seconds, steering,
      runFile
  }

  /// Writes the cell's place and its figures as one flat object.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(cell.allocator, forKey: .allocator)
    try values.encodeIfPresent(cell.rank, forKey: .rank)
    try values.encode(cell.seed, forKey: .seed)
    try values.encode(metrics, forKey: .metrics)
    try values.encode(components, forKey: .components)
    try values.encode(parameters, forKey: .parameters)
    try values.encode(kindRanks, forKey: .kindRanks)
    try values.encode(seconds, forKey: .seconds)
    try values.encodeIfPresent(steering, forKey: .steering)
    try values.encode(runFile, forKey: .runFile)
  }
}

/// A cell that has no result.
public struct MissingCell: Sendable, Hashable, Encodable {
  /// Its name: task, allocator, rank, seed.
  public var name: String
  /// Why, in words.
  public var reason: String

  /// Creates an entry.
  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}
