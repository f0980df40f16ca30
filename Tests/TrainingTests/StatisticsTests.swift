import Allocation
import LanguageModels
import Tensors
import Testing
import Training

@Suite struct StatisticsTests {
  /// Adapters of rank 5 on layers of two shapes, with random factors and gates.
  static func adapters() -> AdapterSet {
    let sites = [
      AdapterSite(name: "a", layer: 0, kind: .up, inputs: 19, outputs: 35),
      AdapterSite(name: "b", layer: 0, kind: .down, inputs: 35, outputs: 19),
    ]
    let set = AdapterSet(sites: sites, rank: 5, scale: 2, headCount: 3)
    var generator = SeededGenerator(seed: 4)
    for index in 0..<set.parameters.count { set.parameters.base[index] = generator.normal() }
    set.gates(0, in: set.parameters)[2] = 0
    return set
  }

  /// A factor as a flat array, `[rank, width]`.
  static func flat(_ matrix: Matrix) -> [Float] {
    (0..<matrix.rows).flatMap { row in (0..<matrix.columns).map { matrix[row, $0] } }
  }

  @Test func `norms agree with plain loops`() {
    let set = Self.adapters()
    let norms = FactorNorms(set)
    norms.measure()
    for (index, adapter) in set.adapters.enumerated() {
      let a = Self.flat(set.down(index, in: set.parameters))
      let b = Self.flat(set.up(index, in: set.parameters))
      let c = (0..<adapter.rank).map { set.gates(index, in: set.parameters)[$0] }
      let components = UpdateNorms.components(a: a, b: b, c: c)
      for slot in 0..<adapter.rank {
        let found = Double(norms.components[adapter.component + slot])
        #expect(abs(found - components[slot]) <= 1e-5 * max(1, components[slot]))
      }
      let whole = UpdateNorms.wholeByDefinition(a: a, b: b, c: c)
      #expect(abs(Double(norms.modules[index]) - whole) <= 1e-5 * whole)
    }
  }

  @Test func `sensitivity agrees with the plain recurrence`() {
    let set = Self.adapters()
    let meter = Training.SensitivityMeter(set, beta1: 0.85, beta2: 0.8)
    var plain = set.adapters.map {
      Allocation.SensitivityMeter(
        rank: $0.rank, inputs: $0.site.inputs, outputs: $0.site.outputs, beta1: 0.85, beta2: 0.8)
    }
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<4 {
      let gradient = FloatBuffer((0..<set.parameters.count).map { _ in generator.normal() })
      for index in 0..<set.parameters.count { set.parameters.base[index] += 0.1 }
      meter.update(gradient: gradient, gradientScale: 0.5)
      for (index, adapter) in set.adapters.enumerated() {
        func half(_ values: [Float]) -> [Float] { values.map { 0.5 * $0 } }
        func gates(_ buffer: FloatBuffer) -> [Float] {
          (0..<adapter.rank).map { set.gates(index, in: buffer)[$0] }
        }
        plain[index].update(
          a: Self.flat(set.down(index, in: set.parameters)),
          aGradient: half(Self.flat(set.down(index, in: gradient))),
          b: Self.flat(set.up(index, in: set.parameters)),
          bGradient: half(Self.flat(set.up(index, in: gradient))),
          c: gates(set.parameters), cGradient: half(gates(gradient)))
        for (slot, wanted) in plain[index].scores.enumerated() {
          let found = Double(meter.scores[adapter.component + slot])
          #expect(abs(found - wanted) <= 1e-5 * max(1e-3, wanted))
        }
      }
    }
  }

  @Test(arguments: [Regularizer.orthogonality(weight: 0.5), .equilibrium(weight: 0.3)])
  func `a regulariser's gradient agrees with central differences`(_ regularizer: Regularizer) {
    let set = Self.adapters()
    let gradient = FloatBuffer(count: set.parameters.count)
    let value = RegularizerTerm.add(regularizer, of: set, to: gradient)
    #expect(value > 0)
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<5 {
      let direction = (0..<set.head.lowerBound).map { _ in generator.normal() }
      let start = set.parameters.array
      func moved(_ step: Float) -> Double {
        for index in direction.indices {
          set.parameters.base[index] = start[index] + step * direction[index]
        }
        let scratch = FloatBuffer(count: set.parameters.count)
        return RegularizerTerm.add(regularizer, of: set, to: scratch)
      }
      let slope = (moved(1e-2) - moved(-1e-2)) / 2e-2
      set.parameters.base.update(from: start, count: start.count)
      let expected = zip(direction, gradient.array).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1)
      }
      #expect(abs(slope - expected) < 5e-3 * max(0.1, abs(expected)))
    }
    // Gates and the head have no part in it.
    #expect((0..<5).allSatisfy { set.gates(0, in: gradient)[$0] == 0 })
    #expect(set.head.allSatisfy { gradient.base[$0] == 0 })
  }

  @Test func `a start follows the method's recipe`() {
    let set = Self.adapters()
    set.start(AllocatorKind.lora.recipe, seed: 3)
    let a = Self.flat(set.down(0, in: set.parameters))
    #expect(a.allSatisfy { abs($0) <= 1 / Float(19).squareRoot() } && a.contains { $0 != 0 })
    #expect(Self.flat(set.up(0, in: set.parameters)).allSatisfy { $0 == 0 })
    #expect(set.gates(0, in: set.parameters)[4] == 1)
    set.start(AllocatorKind.dora.recipe, seed: 3)
    let b = Self.flat(set.up(0, in: set.parameters))
    #expect(b.allSatisfy { abs($0) <= (6 / Float(5)).squareRoot() } && b.contains { abs($0) > 0.9 })
    #expect((0..<5).allSatisfy { set.gates(1, in: set.parameters)[$0] == 0 })
    let again = set.parameters.array
    set.start(AllocatorKind.dora.recipe, seed: 3)
    #expect(set.parameters.array == again)
    set.start(AllocatorKind.dora.recipe, seed: 4)
    #expect(set.parameters.array != again)
  }
}
