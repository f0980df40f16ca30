import Allocation
import Testing

/// The reference formulas, against numbers worked out by hand and against each other.
@Suite struct ReferenceTests {
  @Test func `sensitivity follows the recurrence`() {
    var meter = SensitivityMeter(rank: 1, inputs: 2, outputs: 1, beta1: 0.5, beta2: 0.75)
    meter.update(a: [2, -1], aGradient: [3, 0.5], b: [1], bGradient: [-4], c: [2], cGradient: [1])
    // I: A 6, 0.5; B 4; c 2.  Ibar = I/2, U = (I - I/2)/4, s = I^2/16.
    #expect(abs(meter.scores[0] - (4.0 / 16 + 16.0 / 16 + (36 + 0.25) / 16 / 2)) < 1e-12)
    meter.update(a: [1, 1], aGradient: [0, 0], b: [1], bGradient: [0], c: [1], cGradient: [2])
    // c: Ibar = 1/2 + 1 = 1.5, U = 0.75 * 0.25 + 0.25 * 0.5. Others: Ibar = I/4, U = 3I/32 + I/16.
    let c = 1.5 * (0.1875 + 0.125)
    let other = { (i: Double) in i / 4 * (i * 3 / 32 + i / 16) }
    #expect(abs(meter.scores[0] - (c + other(4) + (other(6) + other(0.5)) / 2)) < 1e-12)
  }

  @Test func `components are scored apart`() {
    var meter = SensitivityMeter(rank: 2, inputs: 1, outputs: 2)
    meter.update(
      a: [1, 1], aGradient: [0, 0], b: [0, 0, 3, 0], bGradient: [1, 1, 1, 1], c: [0, 0],
      cGradient: [1, 1])
    #expect(meter.scores[0] == 0)
    #expect(meter.scores[1] > 0)
  }

  @Test func `a component's norm is the product of its parts`() {
    // A rows (3, 4) and (0, 2), B columns (0, 2) and (1, 1), gates -2 and 0.
    let norms = UpdateNorms.components(a: [3, 4, 0, 2], b: [0, 2, 1, 1], c: [-2, 0])
    #expect(norms == [20, 0])
  }

  @Test(arguments: [1, 2, 3, 7, 8, 9])
  func `the Gram identity gives the norm of the whole update`(rank: Int) {
    var random = RandomNumbers(state: UInt64(rank))
    for (inputs, outputs) in [(1, 1), (4, 5), (9, 3), (64, 65)] {
      let a = random.floats(rank * inputs).map { $0 - 0.5 }
      let b = random.floats(rank * outputs).map { $0 - 0.5 }
      let c = random.floats(rank).map { 4 * $0 - 2 }
      let definition = UpdateNorms.wholeByDefinition(a: a, b: b, c: c)
      #expect(abs(UpdateNorms.whole(a: a, b: b, c: c) - definition) < 1e-12 * definition)
      if rank == 1 {
        #expect(abs(UpdateNorms.components(a: a, b: b, c: c)[0] - definition) < 1e-12 * definition)
      }
    }
  }

  @Test func `components that cancel leave no norm`() {
    let a: [Float] = [0.1, 0.7, 0.1, 0.7]
    let b: [Float] = [0.3, 0.9, 0.3, 0.9]
    #expect(UpdateNorms.whole(a: a, b: b, c: [1.3, -1.3]) < 1e-7)
    #expect(UpdateNorms.whole(a: [], b: [], c: []) == 0)
    #expect(UpdateNorms.whole(a: [.nan], b: [1], c: [1]).isNaN)
  }
}
