import Allocation
import Testing

@Suite struct ProximalOperatorTests {
  static let gates: [Float] = [
    0, 0.05, -0.05, 0.1, -0.1, 0.15, -0.15, 0.2, -0.2, 0.25, -0.25, 1, -1, 3.5,
  ]

  /// The soft threshold minimises `(x - g)^2 / 2 + xi |x|`: a search finds nothing better.
  @Test(arguments: gates) func `the soft threshold is the proximal map of an L1 term`(gate: Float) {
    let xi = 0.1
    let found = Double(ProximalOperator.softThreshold(gate, threshold: Float(xi)))
    func cost(_ x: Double) -> Double {
      (x - Double(gate)) * (x - Double(gate)) / 2 + xi * abs(x)
    }
    for step in -5000...5000 {
      #expect(cost(found) <= cost(Double(step) * 1e-3) + 1e-9)
    }
    if abs(Double(gate)) <= xi { #expect(found == 0) }
  }

  /// The three masks one after the other on a whole array, as the published code has them.
  @Test func `the quirk is the published code's three masks in order`() {
    let xi: Float = 0.1
    var wanted = Self.gates
    for index in wanted.indices where wanted[index] > xi { wanted[index] -= xi }
    for index in wanted.indices where wanted[index] < -xi { wanted[index] += xi }
    for index in wanted.indices where abs(wanted[index]) < xi { wanted[index] = 0 }
    let found = Self.gates.map { ProximalOperator.sequentialMasks($0, threshold: xi) }
    #expect(found == wanted)
    #expect(ProximalOperator.sequentialMasks(0.19, threshold: xi) == 0, "a dead zone of 2 xi")
    #expect(ProximalOperator.softThreshold(0.19, threshold: xi) > 0.08)
    #expect(abs(ProximalOperator.sequentialMasks(-0.25, threshold: xi) + 0.15) < 1e-7)
  }

  @Test func `what is not a number stays visible`() {
    #expect(ProximalOperator.softThreshold(.nan, threshold: 0.1).isNaN)
    #expect(ProximalOperator.sequentialMasks(.nan, threshold: 0.1).isNaN)
  }
}
