import Testing
import Training

@Suite struct BatchOrderTests {
  @Test(arguments: [(1, 1), (7, 1), (7, 7), (7, 3), (64, 16), (65, 16), (5, 100)])
  func `every example comes once an epoch, and the last batch takes what is left`(
    count: Int, batchSize: Int
  ) {
    var order = BatchOrder(count: count, batchSize: batchSize, seed: 3)
    let perEpoch = (count + batchSize - 1) / batchSize
    #expect(order.stepsPerEpoch == perEpoch)
    for epoch in 0..<3 {
      let batches = (1...perEpoch).map { order.indices(step: epoch * perEpoch + $0) }
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<count))
      #expect(batches.dropLast().allSatisfy { $0.count == batchSize })
      #expect(batches.last?.count == count - (perEpoch - 1) * batchSize)
    }
  }

  @Test func `a step's examples depend on seed and step alone`() {
    var forward = BatchOrder(count: 50, batchSize: 8, seed: 9)
    let all = (1...21).map { forward.indices(step: $0) }
    var backward = BatchOrder(count: 50, batchSize: 8, seed: 9)
    for step in (1...21).reversed() { #expect(backward.indices(step: step) == all[step - 1]) }
    #expect(forward.indices(step: 1) == all[0])
    var fresh = BatchOrder(count: 50, batchSize: 8, seed: 9)
    #expect(fresh.indices(step: 17) == all[16])
  }

  @Test func `epochs and seeds differ`() {
    var order = BatchOrder(count: 50, batchSize: 50, seed: 1)
    var other = BatchOrder(count: 50, batchSize: 50, seed: 2)
    #expect(order.indices(step: 1) != order.indices(step: 2))
    #expect(order.indices(step: 1) != Array(0..<50))
    #expect(order.indices(step: 1) != other.indices(step: 1))
  }

  @Test func `every example comes first about equally often`() {
    var counts = Array(repeating: 0, count: 5)
    for seed in 0..<2000 {
      var order = BatchOrder(count: 5, batchSize: 1, seed: UInt64(seed))
      counts[order.indices(step: 1)[0]] += 1
    }
    // 400 expected; six standard deviations are 107.
    #expect(counts.allSatisfy { abs($0 - 400) < 107 }, "\(counts)")
  }
}
