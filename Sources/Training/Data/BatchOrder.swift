import Tensors

/// Which examples each step takes: all of them once an epoch, shuffled anew from the seed.
///
/// The examples of a step are a pure function of seed and step, so a run can be taken up anywhere. The last
/// batch of an epoch may be smaller.
public struct BatchOrder: Sendable {
  private let count: Int
  private let batchSize: Int
  private let seed: UInt64
  // The epoch asked for last; asking for steps in order shuffles once an epoch.
  private var cached: (epoch: Int, order: [Int])

  /// Creates the order of `count` examples in batches of `batchSize`.
  public init(count: Int, batchSize: Int, seed: UInt64) {
    precondition(count >= 1 && batchSize >= 1, "\(count) examples in batches of \(batchSize)")
    self.count = count
    self.batchSize = batchSize
    self.seed = seed
    cached = (-1, [])
  }

  /// The order of another number of examples, in batches of the same size.
  ///
  /// - Parameter salt: Added to the seed; 0 for the same one.
  func over(_ count: Int, salt: UInt64 = 0) -> BatchOrder {
    BatchOrder(count: count, batchSize: batchSize, seed: salt == 0 ? seed : mix(seed, salt))
  }

  /// Steps in one pass over the examples.
  public var stepsPerEpoch: Int { (count + batchSize - 1) / batchSize }

  /// Examples of a step, counted from 1.
  public mutating func indices(step: Int) -> [Int] {
    precondition(step >= 1, "step \(step): the first is 1")
    let epoch = (step - 1) / stepsPerEpoch
    if cached.epoch != epoch { cached = (epoch, shuffled(epoch)) }
    let start = (step - 1) % stepsPerEpoch * batchSize
    return Array(cached.order[start..<min(start + batchSize, count)])
  }

  /// Fisher and Yates 1938, from the epoch's own stream.
  private func shuffled(_ epoch: Int) -> [Int] {
    var generator = SeededGenerator(seed: mix(seed, 0x5EED_DA7A), stream: UInt64(epoch))
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(index, Int(generator.next() % UInt64(index + 1)))
    }
    return order
  }
}
