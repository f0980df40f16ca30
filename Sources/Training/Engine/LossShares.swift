/// Each worker's part of the loss; a worker writes its own element only.
final class LossShares: @unchecked Sendable {
  private let shares: UnsafeMutableBufferPointer<Double>

  init(count: Int) {
    shares = .allocate(capacity: count)
    shares.initialize(repeating: 0)
  }

  deinit { shares.deallocate() }

  func set(_ value: Double, for worker: Int) { shares[worker] = value }
  var sum: Double { shares.reduce(0, +) }
}
