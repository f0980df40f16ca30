import Evidence
import Testing

@Suite struct SpreadTests {
  @Test func `mean and sample standard deviation by hand`() {
    // Deviations -1.5, -0.5, 0.5, 1.5: squares add up to 5, over n - 1 = 3.
    let spread = Spread([1, 2, 3, 4])
    #expect(spread.count == 4 && spread.mean == 2.5)
    #expect(abs(spread.standardDeviation! - 1.2909944487358056) < 1e-15)
    // Two values: the deviation is |a - b| / sqrt 2.
    #expect(abs(Spread([0.5, 0.75]).standardDeviation! - 0.1767766952966369) < 1e-15)
  }

  @Test func `one value has no deviation, none has no mean`() {
    #expect(Spread([3]).mean == 3 && Spread([3]).standardDeviation == nil)
    #expect(Spread([]).mean == nil && Spread([]).count == 0)
  }

  @Test func `a small spread about a large mean is exact`() {
    #expect(Spread([1e9 + 1, 1e9 + 2, 1e9 + 3]).standardDeviation == 1)
  }
}
