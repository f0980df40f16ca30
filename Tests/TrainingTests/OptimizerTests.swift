import Foundation
import Tensors
import TestSupport
import Testing
import Training

@Suite struct OptimizerTests {
  private struct Log: Decodable {
    struct Config: Decodable {
      var lr: Double
      var weight_decay: Double
      var warmup: Int
      var total: Int
      var clip_norm: Double
    }
    struct Step: Decodable {
      var lr: Double
      var grad: [Float]
      var param: [Float]
    }
    var config: Config
    var start: [Float]
    var steps: [Step]
  }

  @Test func `AdamW, schedule and clipping are torch's`() throws {
    let log = try Golden.json("adamw/log.json", as: Log.self)
    let parameters = FloatBuffer(log.start)
    let optimizer = Optimizer(count: parameters.count)
    let schedule = LearningRateSchedule(
      warmupSteps: log.config.warmup, totalSteps: log.config.total)
    let group = Optimizer.Group(
      range: 0..<parameters.count, rate: Float(log.config.lr),
      decay: Float(log.config.weight_decay))
    for (index, step) in log.steps.enumerated() {
      let factor = schedule.factor(at: index + 1)
      #expect(abs(factor * log.config.lr - step.lr) < 1e-12)
      let gradient = FloatBuffer(step.grad)
      let norm = sumOfSquares(gradient.elements).squareRoot()
      optimizer.update(
        parameters, gradient: gradient, groups: [group], step: index + 1, rateFactor: factor,
        gradientScale: min(1, Float(log.config.clip_norm) / (norm + 1e-6)))
      for (found, wanted) in zip(parameters.array, step.param) {
        #expect(abs(found - wanted) < 1e-6)
      }
    }
  }

  @Test func `what is in no group stays as it is`() {
    let parameters = FloatBuffer([1, 2, 3, 4])
    let gradient = FloatBuffer([1, 1, 1, 1])
    Optimizer(count: 4).update(
      parameters, gradient: gradient,
      groups: [Optimizer.Group(range: 1..<3, rate: 0.1, decay: 0)], step: 1, rateFactor: 1,
      gradientScale: 1)
    #expect(parameters.array[0] == 1 && parameters.array[3] == 4)
    #expect(abs(parameters.array[1] - 1.9) < 1e-5 && abs(parameters.array[2] - 2.9) < 1e-5)
  }
}
