import Allocation
import Foundation
import RunEvents
import Testing

@Suite struct PosteriorScoreTests {
  /// Moments of |theta| by the midpoint rule over 12 deviations on either side.
  private func integrated(mean: Double, deviation: Double) -> Double {
    let (cells, span) = (200_000, 12.0)
    var (first, second) = (0.0, 0.0)
    for cell in 0..<cells {
      let z = -span + 2 * span * (Double(cell) + 0.5) / Double(cells)
      let weight = exp(-z * z / 2) / (2 * Double.pi).squareRoot() * 2 * span / Double(cells)
      let x = mean + deviation * z
      first += weight * abs(x)
      second += weight * x * x
    }
    return first / (second - first * first).squareRoot()
  }

  @Test(arguments: [0, 1e-3, 0.02, -0.02, 0.3, -1.7], [0.01, 0.5])
  func `the score is that of the folded normal`(mean: Double, deviation: Double) {
    if abs(mean / deviation) > 35 { return expectNormal(mean, deviation) }
    let wanted = integrated(mean: mean, deviation: deviation)
    let found = PosteriorScore.signalToNoise(mean: mean, deviation: deviation)
    #expect(abs(found - wanted) < 1e-6 * wanted, "\(found), \(wanted)")
  }

  private func expectNormal(_ mean: Double, _ deviation: Double) {
    let found = PosteriorScore.signalToNoise(mean: mean, deviation: deviation)
    #expect(abs(found - abs(mean / deviation)) < 1e-9 * found)
  }

  @Test func `a certain entry scores high without cancelling, and what is no number 0`() {
    #expect(PosteriorScore.signalToNoise(mean: 5, deviation: 1e-9) > 4e9)
    #expect(PosteriorScore.signalToNoise(mean: .nan, deviation: 1) == 0)
    let below = PosteriorScore.signalToNoise(mean: 39.99, deviation: 1)
    #expect(abs(below - 39.99) < 1e-6, "both forms meet")
  }
}

@Suite struct BayesianTests {
  @Test func `scores are asked for at mask steps only and ranked as they come`() throws {
    var options = AllocatorOptions()
    options.targetBudget = 2
    options.interval = 5
    var allocator = try BayesianAllocator(
      start: RunStart(layout: ComponentLayout(capacities: [2, 2]), totalSteps: 100),
      options: options)
    let asked = (1...100).filter { allocator.needs(at: $0) == .posterior }
    #expect(asked == [20, 25, 30, 35, 40, 45, 50])
    #expect((1...100).filter { !allocator.needs(at: $0).isEmpty } == asked)
    #expect(allocator.regularizer(at: 100) == .orthogonality(weight: 0.1))
    for step in 1...100 {
      var statistics = Statistics(step: step)
      // No smoothing: the last scores decide alone.
      if asked.contains(step) {
        statistics.posterior = step == 50 ? [1, 9, 8, 2] : [9, 1, 2, 8]
      }
      let decision = allocator.update(statistics)
      #expect((decision != nil) == asked.contains(step))
      if let decision { #expect(decision.scores == statistics.posterior) }
    }
    #expect(allocator.alive == [false, true, true, false] && allocator.holdsMask)
    let copy = try JSONDecoder().decode(
      BayesianAllocator.self, from: JSONEncoder().encode(allocator))
    #expect(copy.importance == allocator.importance && copy.plan == allocator.plan)
  }
}
