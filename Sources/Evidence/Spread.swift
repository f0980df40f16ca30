/// Mean and spread of a sample.
public struct Spread: Sendable, Hashable, Encodable {
  /// Number of values.
  public var count: Int
  /// Arithmetic mean; nil for no values.
  public var mean: Double?
  /// Sample standard deviation, `sqrt(sum (x - mean)^2 / (n - 1))`; nil for fewer than two values.
  public var standardDeviation: Double?

  /// Works out mean and spread in two passes, so that a small spread about a large mean stays exact.
  ///
  /// - Parameter values: Finite numbers.
  public init(_ values: [Double]) {
    count = values.count
    guard !values.isEmpty else { return }
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    guard values.count > 1 else { return }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = (squares / Double(values.count - 1)).squareRoot()
  }
}
