import Allocation
import RunEvents
import Testing

/// What holds for every allocator that ranks, over whole runs on random statistics.
@Suite struct AllocatorTests {
  private static let ranking = [AllocatorKind.adalora, .dora, .bayesian]

  @Test(arguments: ranking, 0..<40)
  func `a run ends at exactly its target and never leaves its bounds`(
    kind: AllocatorKind, seed: Int
  ) throws {
    var random = RandomNumbers(state: UInt64(seed))
    let widths = (1...Int.random(in: 1...9, using: &random)).map { module in
      Int.random(in: (module == 1 ? 1 : 0)...12, using: &random)
    }
    let layout = ComponentLayout(capacities: widths)
    let total = Int.random(in: 4...300, using: &random)
    var options = AllocatorOptions()
    options.targetBudget = Int.random(in: 1...layout.count, using: &random)
    options.warmup = .fraction(Double.random(in: 0..<0.4, using: &random))
    options.final = .fraction(Double.random(in: 0..<0.3, using: &random))
    var allocator = try Allocators.make(
      name: kind.rawValue, layout: layout, options: options, totalSteps: total)
    let plan = allocator.plan
    var mask = allocator.alive
    var decisionSteps: [Int] = []
    for step in 1...total {
      let decision = allocator.update(random.statistics(step, layout))
      guard let decision else {
        #expect(allocator.alive == mask)
        continue
      }
      decisionSteps.append(step)
      #expect(decision.step == step && decision.allocator == kind.rawValue)
      #expect(decision.alive.count { $0 } == decision.budget)
      #expect(decision.budget == allocator.budget(at: step))
      #expect((1...layout.count).contains(decision.budget))
      for id in decision.pruned { mask[layout.index(of: id)] = false }
      for id in decision.grown { mask[layout.index(of: id)] = true }
      #expect(mask == decision.alive && mask == allocator.alive)
      #expect(decision.isFinal == allocator.holdsMask)
      let highestCut = zip(decision.scores, mask).filter { !$1 }.map { $0.0 }.max()
      #expect(decision.threshold == highestCut)
      if let highestCut {
        #expect(zip(decision.scores, mask).allSatisfy { !$1 || $0 >= highestCut })
      }
    }
    #expect(allocator.aliveCount == options.targetBudget)
    #expect(allocator.holdsMask)
    #expect(decisionSteps == steps(of: plan))
    #expect(plan.decisions(through: total) == decisionSteps.count)
    #expect(allocator.plan == plan)
  }

  private func steps(of plan: Plan) -> [Int] {
    var steps: [Int] = []
    while let next = plan.nextDecision(after: steps.last ?? 0) { steps.append(next) }
    return steps
  }

  @Test(arguments: ranking)
  func `the plan has its phases without gaps and the curve of the budget`(
    kind: AllocatorKind
  ) throws {
    let layout = ComponentLayout(capacities: [Int](repeating: 12, count: 100))
    let allocator = try Allocators.make(
      name: kind.rawValue, layout: layout, options: .init(), totalSteps: 1000)
    let plan = allocator.plan
    let window = kind == .dora ? 150 : 151
    #expect(
      plan.phases == [
        Plan.Phase(name: "warm-up", start: 1, end: window - 1),
        Plan.Phase(name: "budget", start: window, end: 500),
        Plan.Phase(name: "final", start: 501, end: 1000),
      ])
    #expect(plan.fromStep == 1 && plan.targetBudget == 800 && plan.decisionInterval == 10)
    #expect(plan.firstDecision == (kind == .dora ? 150 : 160) && plan.lastDecision == 500)
    #expect(plan.budgets.first == Plan.BudgetPoint(step: 1, budget: 1200))
    #expect(plan.budgets.last?.budget == 800)
    #expect(plan.budgets.allSatisfy { $0.budget == allocator.budget(at: $0.step) })
    #expect(zip(plan.budgets, plan.budgets.dropFirst()).allSatisfy { $0.step < $1.step })
    #expect(plan.budgets.count <= 400)
  }

  @Test(arguments: ranking)
  func `a plan without warm-up and final phase has neither`(kind: AllocatorKind) throws {
    var options = AllocatorOptions()
    options.warmup = .steps(0)
    options.final = .steps(0)
    options.rank = 4
    let layout = ComponentLayout(capacities: [6, 6])
    var allocator = try Allocators.make(
      name: kind.rawValue, layout: layout, options: options, totalSteps: 20)
    #expect(allocator.plan.phases == [Plan.Phase(name: "budget", start: 1, end: 20)])
    var random = RandomNumbers(state: 3)
    let decisions = allocator.run(1...20, layout, &random)
    #expect(decisions.count == allocator.plan.decisions(through: 20))
    #expect(decisions.last?.step == 20 && allocator.aliveCount == 8)
  }

  @Test(arguments: ranking)
  func `the last decision is made up for when its step is skipped`(kind: AllocatorKind) throws {
    let layout = ComponentLayout(capacities: [6, 6])
    var options = AllocatorOptions()
    options.rank = 4
    var allocator = try Allocators.make(
      name: kind.rawValue, layout: layout, options: options, totalSteps: 100)
    var random = RandomNumbers(state: 4)
    _ = allocator.run(1...48, layout, &random)
    let frozen = allocator.importance
    #expect(!allocator.holdsMask)
    let decision = allocator.update(Statistics(step: 57))
    #expect(decision?.isFinal == true && decision?.scores == frozen)
    #expect(allocator.holdsMask && allocator.aliveCount == 8)
    #expect(allocator.update(Statistics(step: 58)) == nil)
  }

  @Test(arguments: [AllocatorKind.adalora, .dora])
  func `statistics and terms are asked for as long as they count`(kind: AllocatorKind) throws {
    let layout = ComponentLayout(capacities: [6, 6])
    var options = AllocatorOptions()
    options.rank = 4
    options.equilibriumWeight = 0.1
    let allocator = try Allocators.make(
      name: kind.rawValue, layout: layout, options: options, totalSteps: 100)
    if kind == .adalora {
      #expect([1, 49, 50, 51].map(allocator.needs) == [.sensitivity, .sensitivity, [], []])
      #expect(
        [1, 50, 100].map(allocator.regularizer)
          == [Regularizer](repeating: .orthogonality(weight: 0.5), count: 3))
    } else {
      #expect([1, 49, 50, 51].map(allocator.needs) == [.norms, .norms, .norms, []])
      #expect(
        [1, 50, 51].map(allocator.regularizer)
          == [.equilibrium(weight: 0.1), .equilibrium(weight: 0.1), .none])
    }
  }

  @Test func `adalora holds the importance of the step before its last decision`() throws {
    let layout = ComponentLayout(capacities: [4])
    var options = AllocatorOptions()
    options.targetBudget = 2
    var allocator = try Allocators.make(
      name: "adalora", layout: layout, options: options, totalSteps: 20)
    for step in 1...9 {
      _ = allocator.update(Statistics(step: step, sensitivity: [4, 3, 2, 1]))
    }
    let final = allocator.update(Statistics(step: 10, sensitivity: [1, 2, 3, 4]))
    #expect(final?.scores == [4, 3, 2, 1])
    #expect(allocator.alive == [true, true, false, false])
  }

  @Test func `dora smooths each module's shares`() throws {
    let layout = ComponentLayout(capacities: [2, 1])
    var options = AllocatorOptions()
    options.targetBudget = 2
    options.smoothing = 0.5
    options.epsilon = 1
    var allocator = try Allocators.make(
      name: "dora", layout: layout, options: options, totalSteps: 100)
    _ = allocator.update(Statistics(step: 1, componentNorms: [2, 4, 6], moduleNorms: [3, 7]))
    #expect(allocator.importance == [0.25, 0.5, 0.375])
    _ = allocator.update(Statistics(step: 2, componentNorms: [0, 4, 0], moduleNorms: [3, 7]))
    #expect(allocator.importance == [0.125, 0.75, 0.1875])
  }

  @Test func `scores that are not numbers go first and are named`() throws {
    let layout = ComponentLayout(capacities: [6])
    var options = AllocatorOptions()
    options.targetBudget = 3
    options.warmup = .steps(0)
    options.interval = 1
    var allocator = try Allocators.make(
      name: "adalora", layout: layout, options: options, totalSteps: 20)
    let scores: [Float] = [0.1, 0.1, .nan, 0.1, 0.1, 0.5]
    let decision = allocator.update(Statistics(step: 1, sensitivity: scores))
    #expect(allocator.alive == [true, true, false, true, true, true])
    #expect(
      decision?.reason == "5 of 6 kept: 1 pruned (AdaLoRA sensitivity), budget 6 -> 5; "
        + "scores that are not numbers, ranked lowest: 1")
  }

  @Test(arguments: [true, false])
  func `all-zero importance is cut by slot order, or whole by official ties`(
    officialTies: Bool
  ) throws {
    let layout = ComponentLayout(capacities: [6])
    var options = AllocatorOptions()
    options.targetBudget = 4
    options.officialTies = officialTies
    var allocator = try Allocators.make(
      name: "adalora", layout: layout, options: options, totalSteps: 20)
    let zero = [Float](repeating: 0, count: 6)
    for step in 1...20 { _ = allocator.update(Statistics(step: step, sensitivity: zero)) }
    #expect(allocator.aliveCount == (officialTies ? 0 : 4))
    if !officialTies { #expect(allocator.alive == [false, false, true, true, true, true]) }
  }

  @Test func `lora keeps everything and decides nothing`() throws {
    let layout = ComponentLayout(capacities: [4, 4])
    var allocator = try Allocators.make(
      name: "lora", layout: layout, options: .init(), totalSteps: 50)
    #expect(allocator.plan.phases == [Plan.Phase(name: "fixed", start: 1, end: 50)])
    #expect(allocator.plan.budgets == [Plan.BudgetPoint(step: 1, budget: 8)])
    #expect(allocator.plan.nextDecision(after: 0) == nil)
    var random = RandomNumbers(state: 5)
    #expect(allocator.run(1...50, layout, &random).isEmpty)
    #expect(allocator.needs(at: 1) == [] && allocator.regularizer(at: 1) == .none)
    #expect(allocator.aliveCount == 8 && allocator.budget(at: 50) == 8)
    #expect(allocator.importance.isEmpty && allocator.excluded.isEmpty)
  }
}
