import LanguageModels
import Tensors
import TestSupport
import Testing
import Training

@Suite struct OptimizerTests {
  struct Log: Decodable {
    struct Config: Decodable {
      var lr, weight_decay, clip_norm: Float
      var warmup, total: Int
    }
    struct Step: Decodable {
      var lr: Double
      var grad, param: [Float]
    }
    var config: Config
    var start: [Float]
    var steps: [Step]
  }

  @Test func `AdamW with warm-up and clipping is torch's`() throws {
    let log = try Golden.json("adamw/log.json", as: Log.self)
    let schedule = LearningRateSchedule(
      warmupSteps: log.config.warmup, totalSteps: log.config.total)
    let parameters = FloatBuffer(log.start)
    let optimizer = Optimizer(count: parameters.count)
    let group = Optimizer.Group(
      range: 0..<parameters.count, rate: log.config.lr, decay: log.config.weight_decay)
    var clipped = 0
    for (index, entry) in log.steps.enumerated() {
      let step = index + 1
      #expect(abs(Double(log.config.lr) * schedule.factor(at: step) - entry.lr) < 1e-9)
      let gradient = FloatBuffer(entry.grad)
      let norm = sumOfSquares(gradient.elements).squareRoot()
      if norm > log.config.clip_norm { clipped += 1 }
      optimizer.update(
        parameters, gradient: gradient, groups: [group], step: step,
        rateFactor: schedule.factor(at: step),
        gradientScale: Optimizer.clipping(norm: norm, limit: log.config.clip_norm))
      for (found, wanted) in zip(parameters.array, entry.param) {
        #expect(abs(found - wanted) < 1e-6, "step \(step)")
      }
    }
    #expect(log.steps.count == 20)
    #expect(clipped > 10, "clipping must matter")
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

  @Test func `clipping keeps small gradients and can be switched off`() {
    #expect(Optimizer.clipping(norm: 0.5, limit: 1) == 1)
    #expect(abs(Optimizer.clipping(norm: 4, limit: 1) - 0.25) < 1e-6)
    #expect(Optimizer.clipping(norm: 1e9, limit: 0) == 1)
    #expect(Optimizer.clipping(norm: 0, limit: 1) == 1)
  }

  @Test func `the rate rises from 0, peaks after the warm-up and falls to the last step`() {
    let schedule = LearningRateSchedule(warmupSteps: 4, totalSteps: 14)
    let factors = (1...15).map { schedule.factor(at: $0) }
    #expect(Array(factors[...4]) == [0, 0.25, 0.5, 0.75, 1])
    #expect(abs(factors[13] - 0.1) < 1e-12)
    #expect(factors[14] == 0)
    let flat = LearningRateSchedule(warmupSteps: 0, totalSteps: 4)
    #expect((1...4).map { flat.factor(at: $0) } == [1, 0.75, 0.5, 0.25])
    #expect(LearningRateSchedule(warmupSteps: 3, totalSteps: 3).factor(at: 4) == 0)
  }

  @Test(arguments: [true, false])
  func `groups cover what is trained, once`(trainsGates: Bool) {
    let head = ClassifierHead(
      family: .bert, width: 7, outputs: 3, dropout: 0,
      pooler: Array(repeating: 0, count: 7 * 7 + 7))
    let adapters = SmallAdapters.make(rank: 2, headCount: head.parameterCount)
    let groups = Optimizer.groups(
      adapters: adapters, headTensors: head.tensors, rate: 1, headRate: 2, decay: 0.5,
      trainsGates: trainsGates, decaysGates: false)
    var rates = Array(repeating: Float(0), count: adapters.parameters.count)
    var decays = rates
    for group in groups {
      for index in group.range {
        #expect(rates[index] == 0, "entry \(index) is in two groups")
        rates[index] = group.rate
        decays[index] = group.decay
      }
    }
    for adapter in adapters.adapters {
      #expect(rates[adapter.down] == 1 && decays[adapter.down] == 0.5)
      #expect(rates[adapter.gate] == (trainsGates ? 1 : 0) && decays[adapter.gate] == 0)
      #expect(rates[adapter.up] == 1 && decays[adapter.up] == 0.5)
      #expect(rates[adapter.up + 2 * adapter.site.outputs - 1] == 1)
    }
    #expect(rates[adapters.head].allSatisfy { $0 == 2 })
    #expect(decays[adapters.head] == (Array(repeating: 0.5, count: 21) + [0, 0, 0])[...])
    #expect(rates.count { $0 == 0 } == (trainsGates ? 0 : adapters.componentCount))
  }
}
