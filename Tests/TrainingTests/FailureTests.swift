import Allocation
import RunEvents
import Testing
import Training

/// Runs that cannot go on.
@Suite(.timeLimit(.minutes(1))) struct FailureTests {
  @Test(arguments: [ToyLearner.Fault.loss, .gradient], AllocatorKind.allCases)
  func `a loss or gradient that is not finite stops the run and touches nothing`(
    fault: ToyLearner.Fault, kind: AllocatorKind
  ) throws {
    func start(_ fault: (step: Int, kind: ToyLearner.Fault)?) -> ToyLearner {
      let learner = ToyLearner(rank: 3, fault: fault)
      learner.adapters.start(kind.recipe, seed: 1)
      return learner
    }
    var options = AllocatorOptions()
    options.rank = 2
    let learner = start((step: 12, kind: fault))
    let script = RunScript()
    let stop = try script.train(learner, kind, steps: 40, allocation: options)
    #expect(stop.reason == .lossNotFinite)
    #expect(stop.step == 12)
    #expect(script.events.steps.map(\.step) == Array(1...12))
    let last = try #require(script.events.steps.last)
    #expect(!(last.loss.isFinite && last.gradientNorm.isFinite))
    #expect(script.events.steps.dropLast().allSatisfy { $0.loss.isFinite })
    #expect(learner.adapters.parameters.array.allSatisfy { $0.isFinite })

    // The parameters are those of the last good step.
    let good = start(nil)
    let stops = RunScript([.init(after: 11, ask: .stop)])
    _ = try stops.train(good, kind, steps: 40, allocation: options)
    #expect(good.adapters.parameters.array == learner.adapters.parameters.array)
  }

  @Test(arguments: [1, 2, 9])
  func `an outlet that fails ends the run with its error`(event: Int) throws {
    let learner = ToyLearner(rank: 3)
    let script = RunScript(breaksAtEvent: event)
    #expect(throws: RunScript.Broken(at: event)) {
      _ = try script.train(learner, .lora, steps: 40)
    }
    #expect(script.events.count == event, "nothing is published afterwards")
  }

  @Test func `a mailbox that fails ends the run with its error`() throws {
    let learner = ToyLearner(rank: 3)
    let script = RunScript(breaksAtPoll: 7)
    #expect(throws: RunScript.Broken(at: 7)) { _ = try script.train(learner, .lora, steps: 40) }
    #expect(script.events.steps.last?.step == 7)
  }

  @Test func `a schedule that cannot fit is refused before anything happens`() throws {
    let script = RunScript()
    var options = AllocatorOptions()
    options.rank = 2
    options.warmup = .steps(30)
    options.final = .steps(30)
    #expect(throws: AllocationError.noBudgetPhase(warmup: 30, final: 30, steps: 40)) {
      _ = try script.train(ToyLearner(rank: 3), .dora, steps: 40, allocation: options)
    }
    #expect(script.events.isEmpty)
  }
}
