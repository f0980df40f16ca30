import Allocation
import RunEvents
import TestSupport
import Testing

/// DoRA's scores and cuts, by the published definitions.
@Suite struct DoRAGoldenTests {
  struct Log: Decodable {
    struct Config: Decodable {
      var start_rank, end_rank, steps, interval: Int
      var start_ratio, end_ratio: Double
      var beta, eps: Float
    }
    struct Step: Decodable {
      var step: Int
      var A: [String: [[Float]]]
      var B: [String: [[Float]]]
      var c: [String: [Float]]
      var score: [String: [Double]]?
      var pruned: [String: [Bool]]?
      var threshold: Double?
    }
    var config: Config
    var steps: [Step]
  }

  private func norms(_ step: Log.Step, _ modules: [String]) -> Statistics {
    var statistics = Statistics(step: step.step)
    for module in modules {
      let a = step.A[module]!.flatMap { $0 }
      let rows = step.B[module]!
      let b = rows[0].indices.flatMap { column in rows.map { $0[column] } }
      let c = step.c[module]!
      statistics.componentNorms += UpdateNorms.components(a: a, b: b, c: c).map { Float($0) }
      statistics.moduleNorms.append(Float(UpdateNorms.whole(a: a, b: b, c: c)))
    }
    return statistics
  }

  @Test(arguments: [true, false])
  func `scores agree to a millionth and the same components are cut`(officialTies: Bool) throws {
    let log = try Golden.json("dora/log.json", as: Log.self)
    let config = log.config
    let modules = log.steps[0].A.keys.sorted()
    var options = AllocatorOptions()
    options.rank = config.end_rank
    options.warmup = .fraction(config.start_ratio)
    options.final = .fraction(config.end_ratio)
    options.interval = config.interval
    options.smoothing = config.beta
    options.epsilon = config.eps
    options.officialTies = officialTies
    let layout = ComponentLayout(capacities: modules.map { _ in config.start_rank })
    var allocator = try Allocators.make(
      name: "dora", layout: layout, options: options, totalSteps: config.steps)

    let end = try #require(log.steps.last { $0.pruned != nil }).step
    for step in log.steps {
      #expect(allocator.needs(at: step.step) == (step.score == nil ? [] : .norms))
      let decision = allocator.update(norms(step, modules))
      if let score = step.score {
        let expected = modules.flatMap { score[$0]! }
        let worst = zip(allocator.importance, expected).map { abs(Double($0) - $1) }.max()!
        #expect(worst < 1e-6, "step \(step.step): scores differ by \(worst)")
      }
      #expect((decision != nil) == (step.pruned != nil), "step \(step.step)")
      if let decision, let pruned = step.pruned, let threshold = step.threshold {
        #expect(decision.alive.map { !$0 } == modules.flatMap { pruned[$0]! })
        #expect(abs(Double(decision.threshold ?? .nan) - threshold) < 1e-6)
        #expect(decision.isFinal == (step.step == end))
      }
      #expect(allocator.holdsMask == (step.step >= end))
    }
    #expect(allocator.alive.count { $0 } == config.end_rank * modules.count)
  }
}
