import Foundation
import RunEvents

/// Importance of every component of a made-up run: fixed inside a module, while the modules' shares wander
/// through the layers, so that ranks move.
struct SyntheticScores {
  /// Of every component slot, flat, as last moved.
  private(set) var values: [Float]
  /// Components alive.
  private(set) var aliveCount: Int

  private let modules: [AdaptedModule]
  private let layers: Int
  private let layout: ComponentLayout
  private let base: [Float]
  private let phases: [Double]
  private var random: SyntheticRandom
  private var ranks: [UInt16]
  /// Mean of the fixed part over the alive components of each module.
  private var means: [Float]

  /// Draws the fixed part.
  init(_ modules: [AdaptedModule], layers: Int, _ seed: UInt64) {
    self.modules = modules
    self.layers = max(1, layers)
    layout = ComponentLayout(modules)
    var random = SyntheticRandom(seed)
    base = (0..<layout.count).map { _ in
      let share = Float(random.unit())
      return 0.02 + share * share
    }
    phases = modules.map { _ in random.unit() }
    values = base
    ranks = modules.map { UInt16(clamping: $0.capacity) }
    means = modules.map { _ in 0.35 }
    aliveCount = layout.count
    self.random = random
    take(alive: [Bool](repeating: true, count: layout.count))
  }

  /// Share of a module at a time of the run, about 1.
  private func share(_ module: Int, _ progress: Double) -> Float {
    let layer = Double(modules[module].layer) / Double(layers)
    let wave = 0.5 * cos(2 * .pi * (layer - 1.5 * progress))
    let own = 0.4 * sin(2 * .pi * (phases[module] + 2.5 * progress))
    return Float(exp(wave + own))
  }

  /// Moves all scores to a time of the run, with a little noise.
  mutating func move(to progress: Double) {
    for module in modules.indices {
      let share = share(module, progress)
      for index in layout.range(of: module) {
        let noise = Float(random.next() >> 40) * (0.01 / 16_777_216)
        values[index] = base[index] * share * (1 + noise)
      }
    }
  }

  /// Takes in which components are alive.
  mutating func take(alive: [Bool]) {
    aliveCount = 0
    for module in modules.indices {
      var (rank, sum) = (0, Float(0))
      for index in layout.range(of: module) where alive[index] {
        rank += 1
        sum += base[index]
      }
      aliveCount += rank
      ranks[module] = UInt16(clamping: rank)
      means[module] = rank > 0 ? sum / Float(rank) : .nan
    }
  }

  /// Statistics of every module at a step.
  func statistics(
    _ step: Int, _ progress: Double, _ random: inout SyntheticRandom
  ) -> ModuleStatistics {
    let shares = modules.indices.map { share($0, progress) }
    return ModuleStatistics(
      step: step, ranks: ranks, importance: zip(means, shares).map { $0 * $1 },
      gradientNorm: shares.map {
        $0 * Float(0.05 + 0.2 * exp(-5 * progress) + 0.01 * random.unit())
      },
      updateNorm: zip(shares, ranks).map {
        $0 * Float($1).squareRoot() * Float(0.3 * progress.squareRoot())
      })
  }
}

/// SplitMix64: the same numbers on every machine.
///
/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
struct SyntheticRandom: Sendable {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Evenly in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// About a normal distribution of variance 1: four even numbers together.
  mutating func symmetric() -> Double {
    ((unit() + unit() + unit() + unit()) - 2) * 1.732
  }
}
