import Allocation
import Foundation
import Tensors
import Testing

import Training

/// DiffoRA's outer gradients against central differences of losses worked out in plain loops.
@Suite struct GateGradientTests {
  private static let theta: [Double] = [0.4, -0.7, 0.2, 0.9]
  private static let xi = 0.4
  private static let functions: [GateRelaxation.Function] = [.sigmoid, .softmax]

  // MARK: The oracle: doubles, forward passes only

  /// Parameters of the chain: A and B of every layer, end to end, beside fixed gates c.
  private struct Weights {
    var a: [[Double]]
    var b: [[Double]]
    let c: [[Double]]

    init(_ learner: ChainLearner) {
      let adapters = learner.adapters
      let all = adapters.adapters.indices
      a = all.map { adapters.down($0, in: adapters.parameters).flat.map(Double.init) }
      b = all.map { adapters.up($0, in: adapters.parameters).flat.map(Double.init) }
      c = all.map { adapters.gateValues($0).map(Double.init) }
    }
  }

  private static func gates(_ theta: [Double], _ function: GateRelaxation.Function) -> [Double] {
    if function == .sigmoid { return theta.map { 1 / (1 + exp(-$0)) } }
    let (first, second) = (exp(theta[0]) + exp(theta[1]), exp(theta[2]) + exp(theta[3]))
    return theta.indices.map { 2 * exp(theta[$0]) / ($0 < 2 ? first : second) }
  }

  private static func loss(
    _ w: Weights, _ g: [Double], _ learner: ChainLearner, _ samples: [(x: [Double], y: [Double])]
  ) -> Double {
    var total = 0.0
    for sample in samples {
      var h = sample.x
      for layer in 0..<4 {
        let outputs = ChainLearner.widths[layer + 1]
        var next = [Double](repeating: 0, count: outputs)
        for row in 0..<outputs {
          for column in h.indices {
            var weight = learner.weights[layer][row * h.count + column]
            for slot in 0..<ChainLearner.rank {
              weight +=
                1.5 * g[layer] * w.c[layer][slot] * w.b[layer][slot * outputs + row]
                * w.a[layer][slot * h.count + column]
            }
            next[row] += weight * h[column]
          }
          next[row] = tanh(next[row])
        }
        h = next
      }
      for (found, wanted) in zip(h, sample.y) { total += (found - wanted) * (found - wanted) / 2 }
    }
    return total / Double(samples.count)
  }

  /// One step of plain descent on the training loss, its gradient by central differences too.
  private static func stepped(_ w: Weights, _ g: [Double], _ learner: ChainLearner) -> Weights {
    var result = w
    let h = 1e-5
    for path in [\Weights.a, \Weights.b] {
      for layer in 0..<4 {
        for entry in w[keyPath: path][layer].indices {
          var (up, down) = (w, w)
          up[keyPath: path][layer][entry] += h
          down[keyPath: path][layer][entry] -= h
          let slope =
            (loss(up, g, learner, learner.training) - loss(down, g, learner, learner.training))
            / (2 * h)
          result[keyPath: path][layer][entry] -= xi * slope
        }
      }
    }
    return result
  }

  private static func differences(_ f: ([Double]) -> Double) -> [Double] {
    theta.indices.map { module in
      var (up, down) = (theta, theta)
      up[module] += 1e-3
      down[module] -= 1e-3
      return (f(up) - f(down)) / 2e-3
    }
  }

  // MARK: Tests

  /// A learner at the gates of theta, a meter, and theta's gradient by the meter.
  private func found(
    _ function: GateRelaxation.Function, threads: Int, unrolled: Bool
  ) -> (learner: ChainLearner, gradient: [Double]) {
    let learner = ChainLearner(seed: 5)
    let theta = Self.theta.map(Float.init)
    let relaxation = GateRelaxation(function: function, layers: [[0, 1], [2, 3]])
    learner.adapters.moduleGates = relaxation.gates(theta)
    learner.publish()
    let workers = Workers(count: threads)
    defer { workers.close() }
    let meter = GateGradientMeter(learner: learner, workers: workers)
    let slopes =
      unrolled ? meter.unrolled(step: 7, rate: Float(Self.xi)) : meter.firstOrder(step: 7)
    return (learner, relaxation.pullBack(slopes, theta: theta).map(Double.init))
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  @Test(arguments: functions)
  func `the first order is the slope of the validation loss`(function: GateRelaxation.Function) {
    let (learner, gradient) = found(function, threads: 2, unrolled: false)
    let w = Weights(learner)
    let wanted = Self.differences {
      Self.loss(w, Self.gates($0, function), learner, learner.validation)
    }
    #expect(distance(wanted, [0, 0, 0, 0]) > 1e-2)
    #expect(distance(gradient, wanted) < 1e-4 * distance(wanted, [0, 0, 0, 0]))
    #expect(learner.prepared == [-7])
  }

  @Test(arguments: functions)
  func `the unrolled one is its slope one training step on`(function: GateRelaxation.Function) {
    let (learner, gradient) = found(function, threads: 2, unrolled: true)
    let w = Weights(learner)
    let wanted = Self.differences { theta in
      let g = Self.gates(theta, function)
      return Self.loss(Self.stepped(w, g, learner), g, learner, learner.validation)
    }
    let size = distance(wanted, [0, 0, 0, 0])
    #expect(size > 1e-2)
    #expect(distance(gradient, wanted) < 2e-3 * size, "\(gradient) for \(wanted)")
    // The second term counts here: without it the slope is another.
    let ahead = Self.stepped(w, Self.gates(Self.theta, function), learner)
    let without = Self.differences {
      Self.loss(ahead, Self.gates($0, function), learner, learner.validation)
    }
    #expect(distance(without, wanted) > 0.05 * size)
    // The batch of the step to come, three times; one of validation.
    #expect(learner.prepared == [8, -7, 8, 8])
  }

  @Test(arguments: [1, 2]) func `the parameters come back bit for bit`(threads: Int) {
    let learner = ChainLearner(seed: 9)
    learner.adapters.moduleGates = [0.3, 0, 1.2, 0.7]
    learner.publish()
    let (before, coefficients) = (
      learner.adapters.parameters.array, learner.adapters.coefficients.array
    )
    let workers = Workers(count: threads)
    defer { workers.close() }
    let meter = GateGradientMeter(learner: learner, workers: workers)
    let slopes = meter.unrolled(step: 1, rate: 0.5)
    #expect(learner.adapters.parameters.array == before)
    #expect(learner.adapters.coefficients.array == coefficients)
    #expect(slopes == meter.unrolled(step: 1, rate: 0.5))
    #expect(slopes.allSatisfy { $0.isFinite && $0 != 0 }, "a closed gate has a slope too")
    #expect(meter.unrolled(step: 1, rate: 0) == meter.firstOrder(step: 1))
  }
}
