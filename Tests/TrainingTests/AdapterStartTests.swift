import Allocation
import LanguageModels
import Tensors
import Testing
import Training

@Suite struct AdapterStartTests {
  /// Wide enough for statistics of the drawn numbers.
  private func started(_ kind: AllocatorKind, seed: UInt64 = 1, layers: Int = 2) -> AdapterSet {
    var shape = PlantedTask.configuration
    shape.layers = layers
    let adapters = AdapterSet(
      sites: shape.sites(Set(LinearKind.allCases)), rank: 8, scale: 1, headCount: 4)
    for index in adapters.head { adapters.parameters.base[index] = 7 }
    adapters.start(kind.recipe, seed: seed)
    return adapters
  }

  private func expectUniform(_ values: [Float], bound: Float) {
    #expect(values.allSatisfy { abs($0) <= bound })
    #expect((values.max() ?? 0) > 0.95 * bound && (values.min() ?? 0) < -0.95 * bound)
    let square = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
    #expect(abs(square - bound * bound / 3) < 0.15 * bound * bound / 3)
  }

  @Test func `lora draws A as torch's linear layers are drawn, and leaves B at zero`() {
    let adapters = started(.lora)
    for (index, adapter) in adapters.adapters.enumerated() {
      let a = adapters.down(index, in: adapters.parameters).flat
      expectUniform(a, bound: 1 / Float(adapter.site.inputs).squareRoot())
      #expect(adapters.up(index, in: adapters.parameters).flat.allSatisfy { $0 == 0 })
      #expect(adapters.gateValues(index) == Array(repeating: 1, count: 8))
    }
  }

  @Test func `adalora draws small normal factors and closes the gates`() {
    let adapters = started(.adalora)
    for index in adapters.adapters.indices {
      for factor in [
        adapters.down(index, in: adapters.parameters), adapters.up(index, in: adapters.parameters),
      ] {
        let values = factor.flat
        let mean = values.reduce(0, +) / Float(values.count)
        let deviation = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
        #expect(abs(mean) < 0.004)
        #expect(abs(deviation - 0.02) < 0.003)
        #expect(values.contains { abs($0) > 0.04 }, "a normal has tails")
      }
      #expect(adapters.gateValues(index) == Array(repeating: 0, count: 8))
    }
  }

  @Test func `dora draws both factors by Kaiming's rule and closes the gates`() {
    let adapters = started(.dora)
    for (index, adapter) in adapters.adapters.enumerated() {
      let six = Float(6).squareRoot()
      let a = adapters.down(index, in: adapters.parameters).flat
      expectUniform(a, bound: six / Float(adapter.site.inputs).squareRoot())
      // B is [out, rank]: its fan-in is the rank.
      let b = adapters.up(index, in: adapters.parameters).flat
      expectUniform(b, bound: six / Float(8).squareRoot())
      #expect(adapters.gateValues(index) == Array(repeating: 0, count: 8))
    }
  }

  @Test(arguments: AllocatorKind.allCases)
  func `every start leaves the output as it was: an update of zero`(kind: AllocatorKind) {
    let norms = FactorNorms(started(kind))
    norms.measure()
    #expect(norms.modules.allSatisfy { $0 == 0 })
  }

  @Test(arguments: AllocatorKind.allCases)
  func `a seed repeats itself, modules differ, and a further module changes none`(
    kind: AllocatorKind
  ) {
    let adapters = started(kind)
    #expect(started(kind).parameters.array == adapters.parameters.array)
    #expect(started(kind, seed: 2).parameters.array != adapters.parameters.array)
    let first = adapters.down(0, in: adapters.parameters).flat
    #expect(first != adapters.down(1, in: adapters.parameters).flat)
    let more = started(kind, layers: 3)
    for index in adapters.adapters.indices {
      let end = adapters.adapters[index].up + 8 * adapters.adapters[index].site.outputs
      let range = adapters.adapters[index].down..<end
      #expect(more.parameters.array[range] == adapters.parameters.array[range])
    }
    #expect(adapters.parameters.array[adapters.head] == [7, 7, 7, 7])
  }
}
