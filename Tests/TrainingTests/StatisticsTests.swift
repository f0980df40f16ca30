import Allocation
import LanguageModels
import Tensors
import Testing
import Training

/// The engine's statistics against the plain formulas of `Allocation`.
@Suite struct FactorNormsTests {
  @Test(arguments: [1, 2, 3, 8, 9])
  func `norms are those of the reference`(rank: Int) throws {
    let adapters = SmallAdapters.random(rank: rank, scale: 3, seed: UInt64(rank))
    let norms = FactorNorms(adapters)
    norms.measure()
    for (index, adapter) in adapters.adapters.enumerated() {
      let a = adapters.down(index, in: adapters.parameters).flat
      let b = adapters.up(index, in: adapters.parameters).flat
      let c = adapters.gateValues(index)
      let whole = UpdateNorms.wholeByDefinition(a: a, b: b, c: c)
      #expect(abs(Double(norms.modules[index]) - whole) < 1e-5 * whole)
      let parts = UpdateNorms.components(a: a, b: b, c: c)
      for slot in 0..<rank {
        let found = Double(norms.components[adapter.component + slot])
        #expect(abs(found - parts[slot]) < 1e-5 * parts[slot])
      }
    }
  }

  @Test func `closed gates have no norm, cancelling components leave none, NaN comes through`() {
    let adapters = SmallAdapters.random(rank: 2)
    func set(_ index: Int, _ gates: [Float]) {
      adapters.gates(index, in: adapters.parameters).update(from: gates, count: 2)
    }
    set(0, [0, 0])
    set(1, [0.7, -0.7])
    for buffer in [
      adapters.down(1, in: adapters.parameters), adapters.up(1, in: adapters.parameters),
    ] {
      buffer.row(1).update(from: buffer.row(0), count: buffer.columns)
    }
    set(2, [.nan, 1])
    let norms = FactorNorms(adapters)
    norms.measure()
    #expect(norms.modules[0] == 0 && norms.components[0] == 0 && norms.components[1] == 0)
    #expect(norms.modules[1] < 1e-2 * norms.components[2])
    #expect(norms.components[2] > 0)
    #expect(norms.modules[2].isNaN && norms.components[4].isNaN && norms.components[5] > 0)
  }
}

@Suite struct SensitivityMeterTests {
  @Test(arguments: [1, 3, 8])
  func `scores are those of the reference over many steps`(rank: Int) {
    let adapters = SmallAdapters.make(rank: rank)
    let fast = Training.SensitivityMeter(adapters, beta1: 0.85, beta2: 0.7)
    var plain = adapters.adapters.map {
      Allocation.SensitivityMeter(
        rank: rank, inputs: $0.site.inputs, outputs: $0.site.outputs,
        beta1: Double(Float(0.85)), beta2: Double(Float(0.7)))
    }
    let gradient = FloatBuffer(count: adapters.parameters.count)
    for step in 1...12 {
      adapters.parameters.fillRandomly(seed: UInt64(step))
      gradient.fillRandomly(seed: UInt64(1000 + step))
      let clip: Float = 0.5
      fast.update(gradient: gradient, gradientScale: clip)
      for (index, adapter) in adapters.adapters.enumerated() {
        func values(_ matrix: Matrix) -> [Float] { matrix.flat.map { $0 * clip } }
        let gates = adapters.gates(index, in: gradient)
        plain[index].update(
          a: adapters.down(index, in: adapters.parameters).flat,
          aGradient: values(adapters.down(index, in: gradient)),
          b: adapters.up(index, in: adapters.parameters).flat,
          bGradient: values(adapters.up(index, in: gradient)),
          c: adapters.gateValues(index), cGradient: (0..<rank).map { gates[$0] * clip })
        for (slot, wanted) in plain[index].scores.enumerated() {
          let found = Double(fast.scores[adapter.component + slot])
          #expect(abs(found - wanted) <= 1e-5 * wanted, "step \(step), module \(index)")
        }
      }
    }
    #expect(fast.scores.allSatisfy { $0 > 0 })
  }

  @Test func `a NaN stays in its component for good`() {
    let adapters = SmallAdapters.random(rank: 2)
    let meter = Training.SensitivityMeter(adapters, beta1: 0.85, beta2: 0.85)
    let gradient = FloatBuffer(count: adapters.parameters.count)
    gradient.fillRandomly(seed: 3)
    adapters.gates(1, in: gradient)[0] = .nan
    meter.update(gradient: gradient, gradientScale: 1)
    gradient.fillRandomly(seed: 4)
    meter.update(gradient: gradient, gradientScale: 1)
    #expect(meter.scores.indices.filter { meter.scores[$0].isNaN } == [2])
  }
}
