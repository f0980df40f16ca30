import Allocation
import Foundation
import LanguageModels
import Tensors
import Testing
import Training

@Suite struct IVONTests {
  private static let ivon: IVON = {
    var ivon = IVON(examples: 50)
    ivon.start = 0.7
    ivon.beta2 = 0.95
    ivon.decay = 1e-3
    ivon.radius = 0.4
    return ivon
  }()

  /// The published update, entry by entry, in `Double`.
  @Test func `updates are those of plain arithmetic over many steps`() {
    let count = 37
    let ivon = Self.ivon
    let parameters = FloatBuffer(count: count)
    parameters.fillRandomly(seed: 3)
    let momentum = FloatBuffer(count: count)
    let hessian = FloatBuffer(count: count)
    hessian.fill(ivon.start)
    var x = parameters.array.map(Double.init)
    var m = [Double](repeating: 0, count: count)
    var h = [Double](repeating: Double(ivon.start), count: count)
    let (ess, wd) = (50.0, Double(Float(1e-3)))
    var clipped = 0
    for step in 1...12 {
      let gradient = FloatBuffer(count: count)
      gradient.fillRandomly(seed: 100 + UInt64(step))
      let noise = FloatBuffer(count: count)
      noise.fillRandomly(seed: 200 + UInt64(step))
      scale(noise.base, by: 0.1, count: count)
      ivon.update(
        parameters.base, gradient: gradient.base, noise: noise.base, momentum: momentum.base,
        hessian: hessian.base, count: count, step: step, rate: 0.3)
      for i in 0..<count {
        let g = Double(gradient.base[i])
        m[i] = 0.9 * m[i] + 0.1 * g
        let f = (Double(noise.base[i]) * g * (h[i] + wd)) * ess
        let new =
          0.95 * h[i] + 0.05 * f + (0.5 * 0.05 * 0.05) * (h[i] - f) * (h[i] - f) / (h[i] + wd)
        h[i] = new
        let debias = 1 - pow(0.9, Double(step))
        let direction = (m[i] / debias + wd * x[i]) / (h[i] + wd)
        if abs(direction) > 0.4 { clipped += 1 }
        x[i] -= 0.3 * (0.7 + wd) * min(max(direction, -0.4), 0.4)
      }
      for i in 0..<count {
        #expect(abs(Double(parameters.base[i]) - x[i]) < 1e-4, "step \(step), entry \(i)")
        #expect(abs(Double(hessian.base[i]) - h[i]) < 1e-4 * h[i])
        #expect(abs(Double(momentum.base[i]) - m[i]) < 1e-5)
      }
    }
    #expect(clipped > 20 && clipped < 12 * count - 20, "the radius must matter, not always")
  }

  private func optimizer(_ count: Int, examples: Float = 100) -> Optimizer {
    let optimizer = Optimizer(count: count)
    optimizer.use(.ivon(IVON(examples: examples)), after: 0)
    return optimizer
  }

  private func noise(
    _ optimizer: Optimizer, step: Int, seed: UInt64, threads: Int, count: Int, _ range: Range<Int>
  ) -> [Float] {
    let workers = Workers(count: threads)
    defer { workers.close() }
    let parameters = FloatBuffer(count: count)
    let changed = optimizer.perturb(
      parameters, groups: [.init(range: range, rate: 1, decay: 0)], step: step, seed: seed,
      workers: workers)
    #expect(changed)
    let found = parameters.array
    optimizer.settle(parameters)
    #expect(parameters.array.allSatisfy { $0 == 0 })
    return found
  }

  @Test func `noise is normal with the posterior's deviation`() {
    let count = 100_001
    let optimizer = optimizer(count)
    let found = noise(optimizer, step: 3, seed: 1, threads: 2, count: count, 0..<count)
      .map(Double.init)
    let mean = found.reduce(0, +) / Double(count)
    let square = found.reduce(0) { $0 + $1 * $1 } / Double(count)
    let fourth = found.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(count)
    #expect(abs(mean) < 0.0015)
    #expect(abs(square.squareRoot() - 0.1) < 0.001)
    #expect(abs(fourth / (square * square) - 3) < 0.1)
    #expect(optimizer.deviation(of: 7).map { abs($0 - 0.1) < 1e-6 } == true)
    let neighbours = zip(found, found.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    #expect(abs(neighbours) < 0.02 * square)
  }

  @Test func `noise is a matter of seed, step and place`() {
    func noise(_ step: Int, _ seed: UInt64, _ threads: Int) -> [Float] {
      self.noise(optimizer(101), step: step, seed: seed, threads: threads, count: 101, 3..<98)
    }
    let one = noise(5, 9, 1)
    #expect(one[..<3].allSatisfy { $0 == 0 } && one[98...].allSatisfy { $0 == 0 })
    #expect(one[3..<98].allSatisfy { $0 != 0 })
    for threads in 2...5 { #expect(noise(5, 9, threads) == one) }
    #expect(noise(6, 9, 1) != one && noise(5, 8, 1) != one)
  }

  @Test func `parameters come back bit for bit, and AdamW never moves them`() {
    let workers = Workers(count: 1)
    defer { workers.close() }
    let parameters = FloatBuffer(count: 64)
    parameters.fillRandomly(seed: 5)
    let before = parameters.array
    let groups = [Optimizer.Group(range: 0..<64, rate: 1, decay: 0)]
    let adamW = Optimizer(count: 64)
    #expect(!adamW.perturb(parameters, groups: groups, step: 1, seed: 1, workers: workers))
    #expect(parameters.array == before && adamW.deviation(of: 0) == nil)
    let ivon = optimizer(64)
    #expect(ivon.perturb(parameters, groups: groups, step: 1, seed: 1, workers: workers))
    #expect(parameters.array != before)
    ivon.settle(parameters)
    #expect(parameters.array == before)
  }

  @Test func `a change of rule keeps the first moment and begins the second anew`() {
    let optimizer = Optimizer(count: 4)
    let parameters = FloatBuffer([1, 2, 3, 4])
    let gradient = FloatBuffer([1, -1, 2, 0.5])
    let groups = [Optimizer.Group(range: 0..<4, rate: 0.01, decay: 0)]
    for step in 1...30 {
      optimizer.update(
        parameters, gradient: gradient, groups: groups, step: step, rateFactor: 1,
        gradientScale: 1)
    }
    let (first, values) = (optimizer.first.array, parameters.array)
    optimizer.use(.ivon(Self.ivon), after: 30)
    #expect(optimizer.first.array == first && parameters.array == values)
    #expect(optimizer.second.array == [0.7, 0.7, 0.7, 0.7])
    optimizer.use(.adamW, after: 30)
    #expect(optimizer.first.array == first && optimizer.second.array == [0, 0, 0, 0])
    // A constant gradient moves every parameter by the rate, as AdamW's does once it is under way.
    optimizer.update(
      parameters, gradient: gradient, groups: groups, step: 31, rateFactor: 1, gradientScale: 1)
    for index in 0..<4 {
      let moved = abs(parameters.base[index] - values[index])
      #expect(abs(moved - 0.01) < 5e-4, "\(moved)")
    }
  }

  @Test func `posterior scores are those of the formula, entry by entry`() {
    let adapters = SmallAdapters.random(rank: 3, seed: 8)
    let optimizer = optimizer(adapters.parameters.count, examples: 4)
    optimizer.second.fillRandomly(seed: 2)
    for index in 0..<optimizer.second.count {
      optimizer.second.base[index] = abs(optimizer.second.base[index]) + 0.1
    }
    let found = posteriorScores(adapters, optimizer).scores
    #expect(found.count == adapters.componentCount)
    func score(_ index: Int) -> Double {
      let sigma = 1 / (4 * (Double(optimizer.second.base[index]) + 1e-8)).squareRoot()
      return PosteriorScore.signalToNoise(
        mean: Double(adapters.parameters.base[index]), deviation: sigma)
    }
    for adapter in adapters.adapters {
      for slot in 0..<3 {
        var (a, b) = (0.0, 0.0)
        for j in 0..<adapter.site.inputs {
          a += score(adapter.down + slot * adapter.site.inputs + j)
        }
        for j in 0..<adapter.site.outputs {
          b += score(adapter.up + slot * adapter.site.outputs + j)
        }
        let wanted =
          score(adapter.gate + slot) + a / Double(adapter.site.inputs)
          + b / Double(adapter.site.outputs)
        #expect(abs(Double(found[adapter.component + slot]) - wanted) < 1e-4 * wanted)
      }
    }
  }
}
