import Allocation
import LanguageModels
import RunEvents
import Tensors
import Testing
import Training

@Suite struct UpdateSensitivityTests {
  /// Everything materialised: the update, the gradient, their product.
  @Test(arguments: [1, 2, 5], [1, 2, 3])
  func `the sensitivity is that of a dense computation`(rank: Int, threads: Int) {
    let adapters = SmallAdapters.random(rank: rank, scale: 1.5, seed: UInt64(rank))
    adapters.refreshCoefficients()
    let meter = UpdateSensitivity(adapters, workers: threads)
    var dense = adapters.adapters.map {
      [Double](repeating: 0, count: $0.site.outputs * $0.site.inputs)
    }
    for worker in 0..<threads {
      for (module, adapter) in adapters.adapters.enumerated() {
        var generator = SeededGenerator(seed: UInt64(10 * worker + module))
        for row in 0..<adapter.site.outputs {
          for column in 0..<adapter.site.inputs {
            let value = generator.normal()
            meter.gradients[worker][module][row, column] += value
            dense[module][row * adapter.site.inputs + column] += Double(value)
          }
        }
      }
    }
    let workers = Workers(count: threads)
    defer { workers.close() }
    meter.measure(workers)
    for (module, adapter) in adapters.adapters.enumerated() {
      let (inputs, outputs) = (adapter.site.inputs, adapter.site.outputs)
      let a = adapters.down(module, in: adapters.parameters)
      let b = adapters.up(module, in: adapters.parameters)
      let c = adapters.gateValues(module)
      var sum = 0.0
      for row in 0..<outputs {
        for column in 0..<inputs {
          var update = 0.0
          for slot in 0..<rank {
            update += 1.5 * Double(b[slot, row]) * Double(c[slot]) * Double(a[slot, column])
          }
          sum += abs(update * dense[module][row * inputs + column])
        }
      }
      let wanted = sum / Double(outputs * inputs).squareRoot()
      #expect(abs(Double(meter.scores[module]) - wanted) < 1e-5 * wanted)
    }
    meter.clear(workers)
    meter.measure(workers)
    #expect(meter.scores.allSatisfy { $0 == 0 })
  }

  /// A learner that keeps count of what is asked of it.
  @Test func `dense gradients exist only while they are asked for`() throws {
    let idle = ToyLearner(rank: 3)
    var options = AllocatorOptions()
    options.rank = 2
    for kind in AllocatorKind.allCases where kind != .incre {
      idle.adapters.start(kind.recipe, seed: 1)
      let script = RunScript()
      _ = try script.train(idle, kind, steps: 30, allocation: options)
      #expect(idle.weightGradients.isEmpty, "\(kind)")
      #expect(idle.timesSet == 0, "\(kind)")
    }
    let asked = ToyLearner(rank: 6)
    asked.adapters.start(AllocatorKind.incre.recipe, seed: 1)
    let script = RunScript()
    _ = try script.train(asked, .incre, steps: 60, allocation: options)
    #expect(asked.timesSet > 10 && asked.weightGradients.isEmpty)
    // Toy modules with larger targets have larger gradients and grow more.
    let ranks = script.events.statistics.last!.ranks
    #expect(ranks.reduce(0) { $0 + Int($1) } == 24)
    let small = ranks.indices.filter { $0 % 5 == 0 }.map { ranks[$0] }
    let large = ranks.indices.filter { $0 % 5 == 4 }.map { ranks[$0] }
    #expect(large.min()! > small.max()!, "\(ranks)")
  }

  @Test func `growth changes the output by no more than the reserve did`() throws {
    let learner = ToyLearner(rank: 6)
    learner.adapters.start(AllocatorKind.incre.recipe, seed: 1)
    var options = AllocatorOptions()
    options.rank = 2
    let script = RunScript()
    _ = try script.train(learner, .incre, steps: 60, allocation: options)
    let first = try #require(script.events.decisions.first)
    let losses = script.events.steps.map(\.loss)
    // Nothing jumps: the step after a decision is like those before it.
    let usual = abs(losses[first.step - 1] - losses[first.step - 2])
    #expect(abs(losses[first.step] - losses[first.step - 1]) < 3 * usual + 1e-6)
    #expect(script.events.decisions.allSatisfy { $0.pruned.isEmpty && !$0.grown.isEmpty })
    #expect(script.events.decisions.last?.isFinal == true)
    #expect(learner.adapters.openGates.count { $0 } == 24, "the reserve is closed at the end")
  }
}

@Suite struct ProximalStepTests {
  private func run(_ requests: [RunScript.Request], _ values: [String: Double]) throws
    -> (events: [RunEvent], learner: ToyLearner)
  {
    let learner = ToyLearner(rank: 4)
    learner.adapters.start(AllocatorKind.sora.recipe, seed: 1)
    var options = AllocatorOptions()
    options.rank = 2
    options.values = values
    let script = RunScript(requests)
    _ = try script.train(learner, .sora, steps: 60, allocation: options)
    return (script.events, learner)
  }

  @Test func `a large threshold empties the network, but for what is pinned`() throws {
    let free = try run([], ["lambda2": 1000])
    #expect(free.events.steps.last?.alive == 0)
    #expect(free.learner.adapters.openGates.allSatisfy { !$0 })
    #expect(free.events.decisions.last?.isFinal == true)

    let rule = try #require(ModuleRule("L0.q#2"))
    let floor = try #require(ModuleRule("L1.k:3"))
    let pinned = try run(
      [.init(after: 2, ask: .pin(rule)), .init(after: 2, ask: .pin(floor))], ["lambda2": 1000])
    #expect(pinned.events.interventions.map(\.outcome) == [.applied, .applied])
    let open = pinned.learner.adapters.openGates
    #expect(open[2] && open.count { $0 } == 4)
    #expect(open[28..<32].count { $0 } == 3)
    #expect(pinned.events.steps.last?.alive == 4)
  }

  @Test func `without a threshold the largest gates are kept at the end`() throws {
    let run = try run([], ["lambda2": 0])
    #expect(run.events.decisions.dropLast().allSatisfy { $0.pruned.isEmpty })
    #expect(run.events.steps.last?.alive == 24)
    #expect(run.events.decisions.last?.pruned.count == 24)
  }
}
