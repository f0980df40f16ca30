import Allocation
import RunEvents

/// SplitMix64: the same numbers on every machine.
struct RandomNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Numbers in `0 ..< 1`.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float.random(in: 0..<1, using: &self) }
  }

  /// Statistics of a step, everything filled.
  mutating func statistics(_ step: Int, _ layout: ComponentLayout) -> Statistics {
    var statistics = Statistics(
      step: step, componentNorms: floats(layout.count),
      moduleNorms: [Float](repeating: 1, count: layout.moduleCount),
      sensitivity: floats(layout.count))
    statistics.posterior = statistics.sensitivity
    statistics.gates = statistics.componentNorms
    statistics.updateSensitivity = statistics.moduleNorms
    return statistics
  }
}

extension Allocator {
  /// Runs the steps on random statistics and gives the decisions.
  mutating func run(
    _ steps: ClosedRange<Int>, _ layout: ComponentLayout, _ random: inout RandomNumbers
  ) -> [Decision] {
    steps.compactMap { update(random.statistics($0, layout)) }
  }

  /// Number of components alive.
  var aliveCount: Int { alive.count { $0 } }
}
