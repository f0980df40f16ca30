import Evidence
import Testing

@Suite struct PairedBootstrapTests {
  /// All `n^n` resamples one by one, in the plainest way.
  private func reference(_ differences: [Double]) -> ClosedRange<Double> {
    let count = differences.count
    var means: [Double] = []
    var total = 1
    for _ in 0..<count { total *= count }
    for number in 0..<total {
      var (rest, sum) = (number, 0.0)
      for _ in 0..<count {
        sum += differences[rest % count]
        rest /= count
      }
      means.append(sum / Double(count))
    }
    means.sort()
    func quantile(_ share: Double) -> Double {
      means[max(0, Int((share * Double(total)).rounded(.up)) - 1)]
    }
    return quantile(0.025)...quantile(0.975)
  }

  @Test func `three pairs by hand: the range, for 1 of 27 is more than 2.5 per cent`() {
    let interval = PairedBootstrap.interval([0.03, -0.01, 0.02])!
    #expect(abs(interval.lowerBound + 0.01) < 1e-12 && abs(interval.upperBound - 0.03) < 1e-12)
  }

  @Test func `four pairs by hand`() {
    // Of 256 resamples of 0, 0, 0, 4 the mean is 0 in 81, and 4 in 1, 3 in 12: 243 of 256 (94.9 %) are 2 or less.
    let interval = PairedBootstrap.interval([0, 0, 4, 0])!
    #expect(interval == 0...3)
  }

  @Test(arguments: [
    [0.1, 0.2], [0.4, -0.3, 0.25, 0.1], [1.5, 2.25, -0.5, 3.125, 0.75],
    [0.01, 0.02, -0.005, 0.03, 0.015, 0.04],
  ])
  func `enumeration by weights is enumeration one by one`(_ differences: [Double]) {
    let (found, wanted) = (PairedBootstrap.interval(differences)!, reference(differences))
    #expect(abs(found.lowerBound - wanted.lowerBound) < 1e-12)
    #expect(abs(found.upperBound - wanted.upperBound) < 1e-12)
  }

  @Test func `equal differences leave no width, none no interval`() {
    #expect(PairedBootstrap.interval([]) == nil)
    let interval = PairedBootstrap.interval([0.5, 0.5, 0.5, 0.5])!
    #expect(interval == 0.5...0.5)
  }

  @Test func `many pairs: the same each time, and near the normal interval`() {
    // 0 ... 99: mean 49.5, standard error 28.866 / 10, so about 49.5 -+ 1.96 x 2.887.
    let differences = (0..<100).map(Double.init)
    let interval = PairedBootstrap.interval(differences)!
    #expect(interval == PairedBootstrap.interval(differences)!)
    #expect(abs(interval.lowerBound - 43.84) < 0.4 && abs(interval.upperBound - 55.16) < 0.4)
  }

  @Test func `the stated rate of false alarms holds for three pairs and for five`() {
    for pairs in [3, 5] {
      var numbers = Numbers(state: UInt64(pairs))
      var alarms = 0
      let trials = 4000
      for _ in 0..<trials {
        // A sum of twelve uniform numbers is normal enough.
        let differences = (0..<pairs).map { _ in
          (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &numbers) }
        }
        if !PairedBootstrap.interval(differences)!.contains(0) { alarms += 1 }
      }
      // Five standard errors of a share of 4000.
      let rate = Double(alarms) / Double(trials)
      #expect(abs(rate - PairedBootstrap.falseAlarmRate(pairs: pairs)!) < 0.035)
    }
  }
}

/// A linear congruential generator (Knuth's MMIX), its upper half: the same numbers in every run.
private struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    var result: UInt64 = 0
    for _ in 0..<2 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      result = result << 32 | state >> 32
    }
    return result
  }
}
