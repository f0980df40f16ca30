import Allocation
import RunEvents
import Tensors
import Testing
import Training

/// Short runs of the embedded demonstration.
@Suite(.timeLimit(.minutes(2))) struct DeterminismTests {
  private func run(_ kind: AllocatorKind, seed: UInt64, threads: Int) throws
    -> (events: [RunEvent], learner: PlantedLearner)
  {
    try OpenBLAS.open()
    let task = PlantedTask(seed: seed)
    let rank = kind == .lora ? PlantedTask.meanRank : PlantedTask.startRank
    let learner = PlantedLearner(
      task: task, rank: rank, scale: kind.recipe.scale(alpha: Float(rank), startRank: rank),
      threads: threads)
    learner.adapters.start(kind.recipe, seed: seed)
    var allocation = AllocatorOptions()
    allocation.rank = PlantedTask.meanRank
    allocation.targetBudget = task.budget
    let script = RunScript()
    let stop = try script.train(
      learner, kind, steps: 40, threads: threads, seed: seed, allocation: allocation)
    #expect(stop.reason == .finished && stop.step == 40)
    return (script.events, learner)
  }

  @Test(arguments: AllocatorKind.allCases)
  func `one seed gives one run, bit for bit, and ends on the target`(kind: AllocatorKind) throws {
    let first = try run(kind, seed: 1, threads: 2)
    let second = try run(kind, seed: 1, threads: 2)
    #expect(first.events.withoutTimes == second.events.withoutTimes)
    #expect(first.learner.adapters.parameters.array == second.learner.adapters.parameters.array)
    #expect(first.events.steps.map(\.step) == Array(1...40))

    let budget = first.learner.task.budget
    #expect(first.events.steps.last?.alive == budget)
    #expect(first.learner.adapters.openGates.count { $0 } == budget)
    let ranks = try #require(first.events.statistics.last?.ranks)
    #expect(ranks.reduce(0) { $0 + Int($1) } == budget)
    #expect((first.events.decisions.last?.isFinal ?? true) == true)
    #expect(first.events.decisions.isEmpty == (kind == .lora))
    #expect(first.events.decisions.map(\.number) == Array(1..<first.events.decisions.count + 1))

    let other = try run(kind, seed: 2, threads: 2)
    #expect(other.events.steps.map(\.loss) != first.events.steps.map(\.loss))
    let scores = { (events: [RunEvent]) in events.decisions.map(\.scores) }
    #expect(kind == .lora || scores(other.events) != scores(first.events))
  }

  @Test func `the demonstration's learner learns`() throws {
    let events = try run(.lora, seed: 3, threads: 1).events
    let losses = events.steps.map(\.loss)
    // Untouched, the student is at 1 but for the batch's chance.
    #expect(abs(losses[0] - 1) < 0.2)
    #expect(losses[30...].reduce(0, +) / 10 < 0.9 * losses[0])
    let last = try #require(events.evaluations.last)
    #expect(last.step == 40)
    #expect(abs(last.metrics["explained"]! - (1 - last.loss)) < 1e-12)
  }
}
