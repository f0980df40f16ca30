import Allocation
import RunEvents
import Testing

/// A person changes the target or the allocator while the run is under way.
@Suite struct InterventionTests {
  private static let ranking = [AllocatorKind.adalora, .dora, .bayesian]
  private let layout = ComponentLayout(capacities: [12, 12, 12])

  /// 36 components to 24 in 100 steps: warm-up to 15, budget phase to 50, a decision every 5 steps.
  private func allocator(_ kind: AllocatorKind) throws -> any Allocator {
    var options = AllocatorOptions()
    options.targetBudget = 24
    options.interval = 5
    return try Allocators.make(
      name: kind.rawValue, layout: layout, options: options, totalSteps: 100)
  }

  @Test(arguments: ranking, [3, 32])
  func `before the final phase the curve leads to the new target`(
    kind: AllocatorKind, step: Int
  ) throws {
    var random = RandomNumbers(state: 1)
    for target in [10, 30, 36, 1] {
      var allocator = try allocator(kind)
      _ = allocator.run(1...step, layout, &random)
      let alive = allocator.alive
      #expect(allocator.setTarget(budget: target, at: step) == nil)
      #expect(allocator.alive == alive)

      let plan = allocator.plan
      #expect(plan.fromStep == step + 1 && plan.targetBudget == target)
      #expect(plan.budgets.first?.step == step + 1 && plan.budgets.last?.budget == target)
      #expect(plan.nextDecision(after: step) == (step == 32 ? 35 : kind == .dora ? 15 : 20))
      let decisions = allocator.run(step + 1...100, layout, &random)
      #expect(decisions.first?.step == plan.nextDecision(after: step))
      #expect(decisions.allSatisfy { $0.budget == allocator.budget(at: $0.step) })
      #expect(decisions.last?.step == 50 && decisions.last?.isFinal == true)
      #expect(allocator.aliveCount == target)
    }
  }

  @Test(arguments: ranking)
  func `after it, lowering prunes the lowest by the last importance`(kind: AllocatorKind) throws {
    var random = RandomNumbers(state: 2)
    var allocator = try allocator(kind)
    _ = allocator.run(1...61, layout, &random)
    let before = allocator.alive
    #expect(allocator.setTarget(budget: 20, at: 61) == nil)

    let plan = allocator.plan
    #expect(plan.fromStep == 62 && plan.targetBudget == 20)
    #expect(plan.firstDecision == 65 && plan.lastDecision == 65)
    #expect(
      plan.budgets == [
        Plan.BudgetPoint(step: 62, budget: 24), Plan.BudgetPoint(step: 65, budget: 20),
      ])
    #expect(allocator.holdsMask && allocator.budget(at: 64) == 24)

    let decisions = allocator.run(62...100, layout, &random)
    #expect(decisions.map(\.step) == [65])
    let lowest = before.indices.filter { before[$0] }
      .sorted { allocator.importance[$0] < allocator.importance[$1] }.prefix(4)
    #expect(decisions[0].pruned.map { layout.index(of: $0) } == lowest.sorted())
    #expect(decisions[0].grown.isEmpty && decisions[0].isFinal)
    #expect(decisions[0].reason.contains("20 of 36 kept: 4 pruned at or below "))
    #expect(decisions[0].reason.contains("budget 24 -> 20"))
    #expect(allocator.holdsMask && allocator.aliveCount == 20)
    #expect(allocator.plan == plan)
  }

  @Test(arguments: ranking)
  func `after it, raising revives the highest of the dead`(kind: AllocatorKind) throws {
    var random = RandomNumbers(state: 3)
    var allocator = try allocator(kind)
    _ = allocator.run(1...70, layout, &random)
    let before = allocator.alive
    #expect(allocator.setTarget(budget: 29, at: 70) == nil)
    let decisions = allocator.run(71...100, layout, &random)
    #expect(decisions.map(\.step) == [75])
    let highest = before.indices.filter { !before[$0] }
      .sorted { allocator.importance[$0] > allocator.importance[$1] }.prefix(5)
    #expect(decisions[0].grown.map { layout.index(of: $0) } == highest.sorted())
    #expect(decisions[0].pruned.isEmpty && decisions[0].isFinal)
    #expect(allocator.holdsMask && allocator.aliveCount == 29)
  }

  @Test(arguments: ranking)
  func `a second thought replaces the first before it is carried out`(kind: AllocatorKind) throws {
    var random = RandomNumbers(state: 4)
    var allocator = try allocator(kind)
    _ = allocator.run(1...61, layout, &random)
    #expect(allocator.setTarget(budget: 20, at: 61) == nil)
    #expect(allocator.setTarget(budget: 26, at: 61) == nil)
    #expect(allocator.budget(at: 64) == 24 && allocator.budget(at: 65) == 26)
    #expect(allocator.run(62...80, layout, &random).map(\.budget) == [26])
    // And again later, when the first has been.
    #expect(allocator.setTarget(budget: 5, at: 80) == nil)
    #expect(allocator.budget(at: 84) == 26)
    #expect(allocator.run(81...100, layout, &random).map(\.step) == [85])
    #expect(allocator.aliveCount == 5)
  }

  @Test(arguments: ranking)
  func `a decision that a person asked for is made up for when skipped`(
    kind: AllocatorKind
  ) throws {
    var random = RandomNumbers(state: 5)
    var allocator = try allocator(kind)
    _ = allocator.run(1...61, layout, &random)
    #expect(allocator.setTarget(budget: 20, at: 61) == nil)
    #expect(allocator.update(Statistics(step: 68))?.budget == 20)
    #expect(allocator.update(Statistics(step: 70)) == nil)
  }

  @Test(arguments: AllocatorKind.allCases)
  func `the present target is accepted and changes nothing`(kind: AllocatorKind) throws {
    var options = AllocatorOptions()
    options.rank = 12
    var allocator = try Allocators.make(
      name: kind.rawValue, layout: layout, options: options, totalSteps: 100)
    let plan = allocator.plan
    #expect(allocator.setTarget(budget: 36, at: 10) == nil)
    #expect(allocator.plan == plan)
  }

  @Test(arguments: ranking)
  func `what cannot be is rejected in words and changes nothing`(kind: AllocatorKind) throws {
    var random = RandomNumbers(state: 6)
    var allocator = try allocator(kind)
    let plan = allocator.plan
    #expect(allocator.setTarget(budget: 0, at: 1) == "budget 0: choose 1 ... 36 components")
    #expect(allocator.setTarget(budget: 37, at: 1) == "budget 37: choose 1 ... 36 components")
    _ = allocator.run(1...100, layout, &random)
    #expect(
      allocator.setTarget(budget: 20, at: 100)
        == "the next decision would fall on step 105, after the run's last, 100: "
        + "the budget stays 24")
    #expect(allocator.plan == plan && allocator.budget(at: 100) == 24)
  }

  @Test func `lora rejects every other budget`() throws {
    var options = AllocatorOptions()
    options.rank = 12
    var lora = try Allocators.make(
      name: "lora", layout: layout, options: options, totalSteps: 100)
    #expect(
      lora.setTarget(budget: 20, at: 1)
        == "lora ranks nothing and cannot choose what to prune: switch to an allocator that prunes first"
    )
    #expect(lora.aliveCount == 36)
  }

  // MARK: A live switch

  /// The first third of each module is dead.
  private var switchMask: [Bool] { (0..<36).map { $0 % 12 >= 4 } }

  private func switched(_ name: String, target: Int, at step: Int = 60) throws -> any Allocator {
    var options = AllocatorOptions()
    options.targetBudget = target
    return try Allocators.make(
      name: name, layout: layout, options: options, totalSteps: 100, startStep: step,
      alive: switchMask)
  }

  @Test(arguments: ranking)
  func `a switch starts anew on the rest of the run and lets the dead rest`(
    kind: AllocatorKind
  ) throws {
    var random = RandomNumbers(state: 7)
    var allocator = try switched(kind.rawValue, target: 16)
    #expect(allocator.alive == switchMask && allocator.importance.isEmpty)
    #expect(!allocator.holdsMask && allocator.excluded == switchMask.map { !$0 })
    #expect(allocator.budget(at: 61) == 24)
    #expect(allocator.plan.fromStep == 61 && allocator.plan.phases.first?.start == 61)
    #expect(allocator.plan.phases.map(\.name) == ["warm-up", "budget", "final"])
    #expect(allocator.plan.lastDecision == 80)  // 15 % and 50 % of the remaining 40 steps

    let decisions = allocator.run(61...100, layout, &random)
    #expect(decisions.map(\.step).allSatisfy { $0 >= 66 && $0 <= 80 })
    for decision in decisions {
      #expect(zip(decision.alive, switchMask).allSatisfy { !$0 || $1 })
      #expect(zip(decision.scores, switchMask).allSatisfy { $0.isNaN != $1 })
      #expect(!decision.reason.contains("not numbers"))
    }
    #expect(allocator.aliveCount == 16 && allocator.holdsMask)
  }

  @Test(arguments: ranking)
  func `a target above what was alive brings the dead back into play`(
    kind: AllocatorKind
  ) throws {
    var random = RandomNumbers(state: 8)
    var allocator = try switched(kind.rawValue, target: 30)
    #expect(allocator.excluded.isEmpty)
    _ = allocator.run(61...100, layout, &random)
    #expect(allocator.aliveCount == 30)

    allocator = try switched(kind.rawValue, target: 16)
    _ = allocator.run(61...70, layout, &random)
    #expect(allocator.setTarget(budget: 24, at: 70) == nil)
    #expect(!allocator.excluded.isEmpty)
    #expect(allocator.setTarget(budget: 28, at: 70) == nil)
    #expect(allocator.excluded.isEmpty)
    let decisions = allocator.run(71...90, layout, &random)
    #expect(allocator.aliveCount == 28)
    #expect(decisions.allSatisfy { $0.alive.count { $0 } == $0.budget })
    #expect(allocator.setTarget(budget: 36, at: 90) == nil)
    _ = allocator.run(91...100, layout, &random)
    #expect(allocator.aliveCount == 36)
  }

  @Test func `a switch to lora keeps the mask as it is`() throws {
    let lora = try switched("lora", target: 16)
    #expect(lora.alive == switchMask && lora.holdsMask)
    #expect(lora.budget(at: 61) == 24)
    #expect(
      lora.plan.fromStep == 61 && lora.plan.phases == [.init(name: "fixed", start: 61, end: 100)])
  }

  @Test(arguments: ranking)
  func `a switch that comes too late is refused`(kind: AllocatorKind) throws {
    for step in [99, 100] {
      let error = #expect(throws: AllocationError.self) {
        try switched(kind.rawValue, target: 16, at: step)
      }
      #expect(error?.description.contains("train longer") == true)
    }
    #expect(throws: AllocationError.budgetOutOfRange(budget: 37, capacity: 36, unit: .components)) {
      try switched(kind.rawValue, target: 37)
    }
  }

  // MARK: Reasons

  @Test func `a decision says in one sentence what it did`() throws {
    var options = AllocatorOptions()
    options.targetBudget = 3
    options.warmup = .steps(0)
    options.final = .steps(2)
    options.interval = 1
    var allocator = try Allocators.make(
      name: "adalora", layout: ComponentLayout(capacities: [3, 3]), options: options,
      totalSteps: 5)
    let reasons = [
      [0.3, 0.0123, 0.2, 0.4, 0.5, 0.6], [0.3, 0.2, 0.1, 0.1, 0.5, 0.6],
    ].enumerated().compactMap { index, scores in
      allocator.update(Statistics(step: index + 1, sensitivity: scores))?.reason
    }
    #expect(
      reasons == [
        "3 of 6 kept: 3 pruned at or below 0.3 (AdaLoRA sensitivity), budget 6 -> 3",
        "3 of 6 kept: 1 pruned at or below 0.2 (AdaLoRA sensitivity), 1 revived, budget 3",
      ])
    #expect(
      allocator.update(Statistics(step: 3))?.reason
        == "3 of 6 kept: nothing pruned at or below 0.2 (AdaLoRA sensitivity), budget 3, "
        + "held from here on")
  }
}
