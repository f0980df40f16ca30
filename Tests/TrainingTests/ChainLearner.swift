import Foundation
import LanguageModels
import RunEvents
import Tensors
import Training

/// Four adapted layers in a chain, so that the gates of one bend the gradients of the others.
///
///     h' = tanh(W h + s g B (c o A h)),   loss = mean over samples of ||h4 - y||^2 / 2
///
/// Training and validation have samples of their own. Gradients are worked out in doubles; raw, as the
/// engine wants them.
final class ChainLearner: Learner, @unchecked Sendable {
  var weightGradients: [WeightGradients] = []
  static let widths = [3, 4, 3, 4, 2]
  static let layers = [0, 0, 1, 1]
  static let rank = 2
  static let samples = 3

  let adapters: AdapterSet
  let headTensors: [ClassifierHead.Tensor] = []
  let weights: [[Double]]
  let training: [(x: [Double], y: [Double])]
  let validation: [(x: [Double], y: [Double])]
  private var isValidating = false
  private(set) var prepared: [Int] = []

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func draw(_ count: Int, _ size: Float) -> [Double] {
      (0..<count).map { _ in Double(generator.normal() * size) }
    }
    let widths = Self.widths
    adapters = AdapterSet(
      sites: Self.layers.indices.map {
        AdapterSite(
          name: "layer.\(Self.layers[$0]).m\($0)", layer: Self.layers[$0],
          kind: $0 % 2 == 0 ? .query : .key, inputs: widths[$0], outputs: widths[$0 + 1])
      }, rank: Self.rank, scale: 1.5, headCount: 0)
    weights = Self.layers.indices.map { draw(widths[$0] * widths[$0 + 1], 0.6) }
    let sample = { (x: draw(widths[0], 1), y: draw(widths[4], 0.7)) }
    training = (0..<Self.samples).map { _ in sample() }
    validation = (0..<Self.samples).map { _ in sample() }
    for index in 0..<adapters.parameters.count {
      adapters.parameters.base[index] = 0.6 * generator.normal()
    }
    publish()
  }

  func publish() { adapters.refreshCoefficients() }
  func prepare(step: Int, workers: Int) -> Int {
    isValidating = false
    prepared.append(step)
    return 1
  }
  func holdOut(_ share: Double) -> String? { nil }
  func prepareValidation(step: Int, workers: Int) -> Int {
    isValidating = true
    prepared.append(-step)
    return 1
  }
  func evaluate(step: Int, workers: Workers) -> Evaluation? { nil }

  func accumulate(step: Int, worker: Int, gradient: FloatBuffer) -> Double {
    let samples = isValidating ? validation : training
    var loss = 0.0
    for (number, sample) in samples.enumerated() where number % 2 == worker % 2 {
      loss += backward(sample, gradient) / Double(samples.count)
    }
    return loss
  }

  private func backward(_ sample: (x: [Double], y: [Double]), _ gradient: FloatBuffer) -> Double {
    var states = [sample.x]
    for index in adapters.adapters.indices {
      states.append(
        Self.layer(
          states[index], weights[index], a: adapters.down(index, in: adapters.parameters).flat,
          b: adapters.up(index, in: adapters.parameters).flat, coefficients: coefficients(index)))
    }
    var slope = zip(states[4], sample.y).map { $0 - $1 }
    let loss = slope.reduce(0) { $0 + $1 * $1 } / 2
    for index in adapters.adapters.indices.reversed() {
      slope = backward(
        index, states[index], zip(slope, states[index + 1]).map { $0 * (1 - $1 * $1) }, gradient)
    }
    return loss
  }

  /// Through one layer: raw sums into the gradient, the slope of its input back.
  private func backward(_ index: Int, _ h: [Double], _ d: [Double], _ gradient: FloatBuffer)
    -> [Double]
  {
    let (a, b) = (
      adapters.down(index, in: adapters.parameters), adapters.up(index, in: adapters.parameters)
    )
    var back = h.indices.map { column in
      d.indices.reduce(0) { $0 + weights[index][$1 * h.count + column] * d[$1] }
    }
    let share = 1 / Double(Self.samples)
    for slot in 0..<Self.rank {
      let u = h.indices.reduce(0) { $0 + Double(a[slot, $1]) * h[$1] }
      let v = d.indices.reduce(0) { $0 + Double(b[slot, $1]) * d[$1] }
      let up = adapters.up(index, in: gradient)
      for row in d.indices { up[slot, row] += Float(share * u * d[row]) }
      adapters.gates(index, in: gradient)[slot] += Float(share * u * v)
      let down = adapters.down(index, in: gradient)
      let c = coefficients(index)[slot]
      for column in h.indices {
        down[slot, column] += Float(share * c * v * h[column])
        back[column] += c * v * Double(a[slot, column])
      }
    }
    return back
  }

  private func coefficients(_ index: Int) -> [Double] {
    (0..<Self.rank).map { Double(adapters.coefficients.base[index * Self.rank + $0]) }
  }

  /// `tanh(W h + B (coefficients o A h))`, A `[rank, in]`, B transposed `[rank, out]`.
  static func layer(
    _ h: [Double], _ weight: [Double], a: [Float], b: [Float], coefficients: [Double]
  ) -> [Double] {
    let outputs = weight.count / h.count
    return (0..<outputs).map { row in
      var sum = 0.0
      for column in h.indices { sum += weight[row * h.count + column] * h[column] }
      for slot in 0..<rank {
        var u = 0.0
        for column in h.indices { u += Double(a[slot * h.count + column]) * h[column] }
        sum += coefficients[slot] * Double(b[slot * outputs + row]) * u
      }
      return tanh(sum)
    }
  }
}
