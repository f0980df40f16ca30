import Allocation
import LanguageModels
import Tensors

extension AdapterSet {
  /// Draws the factors and sets the gates as a method's recipe says; the head stays as it is.
  ///
  /// Each module has a stream of its own, so adding one changes no other.
  public func start(_ recipe: AdapterRecipe, seed: UInt64) {
    for (index, adapter) in adapters.enumerated() {
      var generator = SeededGenerator(seed: seed, stream: 0x10A0 + UInt64(index))
      let a = down(index, in: parameters)
      let b = up(index, in: parameters)
      switch recipe.factorStart {
      case .loraDefault:
        a.drawUniform(bound: 1 / Float(adapter.site.inputs).squareRoot(), &generator)
        b.clear()
      case .gaussian(let deviation):
        a.drawNormal(deviation, &generator)
        b.drawNormal(deviation, &generator)
      case .kaimingUniform(let slope):
        // torch takes the second dimension as fan-in: in for A [rank, in], rank for B [out, rank].
        let gain = (6 / (1 + slope * slope)).squareRoot()
        a.drawUniform(bound: gain / Float(adapter.site.inputs).squareRoot(), &generator)
        b.drawUniform(bound: gain / Float(adapter.rank).squareRoot(), &generator)
      }
      let gates = gates(index, in: parameters)
      gates.update(repeating: recipe.initialGate, count: adapter.rank)
      if recipe.gateDeviation > 0 {
        for slot in 0..<adapter.rank { gates[slot] += recipe.gateDeviation * generator.normal() }
      }
    }
  }
}

extension Matrix {
  /// Fills with uniform numbers in `-bound ..< bound`.
  func drawUniform(bound: Float, _ generator: inout SeededGenerator) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = (2 * generator.uniform() - 1) * bound }
    }
  }

  /// Fills with normal numbers of mean 0.
  func drawNormal(_ deviation: Float, _ generator: inout SeededGenerator) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = generator.normal() * deviation }
    }
  }
}
