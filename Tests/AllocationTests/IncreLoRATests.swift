import Allocation
import Foundation
import RunEvents
import Testing

@Suite struct IncreLoRATests {
  /// Four modules of 6 slots, rank 1 each, to a budget of 12 at a mean rank of 4: growth by 2.
  private func allocator(
    capacity: [Int] = [6, 6, 6, 6], parameters: [Int]? = nil,
    _ change: (inout AllocatorOptions) -> Void = { _ in }
  ) throws -> IncreLoRAAllocator {
    var options = AllocatorOptions()
    options.rank = 4
    options.targetBudget = 12
    options.interval = 5
    change(&options)
    let layout = ComponentLayout(capacities: capacity)
    return try IncreLoRAAllocator(
      start: RunStart(
        layout: layout, totalSteps: 100,
        alive: capacity.flatMap { count in (0..<count).map { $0 == 0 } }, parameters: parameters),
      options: options)
  }

  private func statistics(_ step: Int, _ sensitivity: [Float]) -> Statistics {
    var statistics = Statistics(step: step)
    statistics.updateSensitivity = sensitivity
    return statistics
  }

  private func ranks(_ allocator: IncreLoRAAllocator) -> [Int] {
    let layout = ComponentLayout(capacities: [6, 6, 6, 6])
    return layout.ranks(alive: allocator.alive)
  }

  /// The published recurrence, module by module, in `Double`.
  @Test func `the score is the smoothed sensitivity times its uncertainty`() throws {
    var allocator = try allocator { $0.values = ["beta1": 0.8, "beta2": 0.6] }
    #expect(allocator.importance.isEmpty)
    var average = [0.0, 0, 0, 0]
    var uncertainty = average
    var random = RandomNumbers(state: 4)
    for step in 1...15 {
      let now = random.floats(4)
      _ = allocator.update(statistics(step, now))
      for module in 0..<4 {
        average[module] = 0.8 * average[module] + 0.2 * Double(now[module])
        uncertainty[module] =
          0.6 * uncertainty[module] + 0.4 * abs(Double(now[module]) - average[module])
      }
    }
    for module in 0..<4 {
      let wanted = average[module] * uncertainty[module]
      #expect(abs(Double(allocator.importance[6 * module + 5]) - wanted) < 1e-5 * wanted)
    }
  }

  @Test(arguments: [(2, 1), (4, 2), (6, 3), (8, 4), (1, 1), (5, 2)])
  func `modules grow by half the mean rank`(rank: Int, growth: Int) throws {
    var allocator = try allocator(capacity: [24, 24, 24, 24]) {
      $0.rank = rank
      $0.targetBudget = nil
      $0.values = ["top-h": 1]
    }
    for step in 1...20 {
      let decision = allocator.update(statistics(step, [1, 5, 2, 1].map { $0 * Float(step) }))
      if step < 20 || rank == 1 {
        #expect(decision == nil)
      } else {
        #expect(decision?.grown == (1...growth).map { ComponentID(module: 1, slot: $0) })
        #expect(decision?.pruned == [] && decision?.threshold == nil)
        #expect(decision?.reason.contains("\(growth) grown in 1 modules") == true)
      }
    }
  }

  @Test func `the highest modules grow until the target is reached exactly`() throws {
    var allocator = try allocator {
      $0.targetBudget = 11
      $0.values = ["top-h": 2]
    }
    let plan = allocator.plan
    #expect(plan.phases.map(\.name) == ["warm-up", "budget", "final"])
    #expect(plan.firstDecision == 20 && plan.lastDecision == 25 && plan.targetBudget == 11)
    #expect(plan.budgets.map(\.budget) == [4, 8, 11] && plan.budgets.map(\.step) == [1, 20, 25])
    var decisions: [Decision] = []
    for step in 1...100 {
      let isWanted = allocator.needs(at: step) == .updateSensitivity
      #expect(isWanted == (step <= 25), "step \(step)")
      // The order turns after the first decision.
      let now: [Float] = step <= 20 ? [4, 3, 2, 1] : [0, 0, 400, 1600]
      if let decision = allocator.update(statistics(step, isWanted ? now : [])) {
        decisions.append(decision)
        if step == 20 { #expect(ranks(allocator) == [3, 3, 1, 1]) }
      }
    }
    #expect(decisions.map(\.step) == [20, 25] && decisions.map(\.isFinal) == [false, true])
    #expect(decisions.map(\.budget) == [8, 11])
    #expect(ranks(allocator) == [3, 3, 2, 3])
    #expect(decisions[1].grown.map(\.module) == [2, 3, 3])
    #expect(allocator.alive.count { $0 } == 11 && allocator.reserve.isEmpty)
  }

  @Test func `left alone it reaches the target by the end of the phase`() throws {
    for target in [5, 9, 12, 24] {
      var allocator = try allocator {
        $0.targetBudget = target
        $0.interval = nil
      }
      var last = 0
      for step in 1...100 {
        let needs = allocator.needs(at: step)
        let now: [Float] = needs.isEmpty ? [] : [1, 2, Float(step), 3]
        if let decision = allocator.update(statistics(step, now)) {
          last = step
          #expect(decision.alive.count { $0 } == decision.budget)
          #expect(decision.budget == allocator.budget(at: step))
        }
      }
      #expect(allocator.alive.count { $0 } == target)
      #expect(last <= 50 && last > 30, "\(target) at \(last)")
      #expect(allocator.plan.lastDecision == last)
    }
  }

  @Test func `a full or capped module is passed over`() throws {
    var allocator = try allocator { $0.values = ["top-h": 1] }
    #expect(allocator.setConstraints(RankConstraints(caps: [1: 2]), at: 1) == nil)
    for step in 1...50 {
      _ = allocator.update(
        statistics(step, allocator.needs(at: step).isEmpty ? [] : [9, 8, 2, 1]))
    }
    #expect(ranks(allocator) == [6, 2, 3, 1])
    var small = try self.allocator(capacity: [2, 1, 1, 1]) { $0.targetBudget = 5 }
    for step in 1...50 {
      _ = small.update(statistics(step, small.needs(at: step).isEmpty ? [] : [0, 8, 2, 1]))
    }
    #expect(small.alive == [true, true, true, true, true])
  }

  @Test func `the next components of every module are the reserve`() throws {
    let allocator = try allocator()
    #expect(allocator.reserveGate == 1e-5)
    #expect(
      allocator.reserve
        == [Bool](repeating: true, count: 4).flatMap { _ in
          [false, true, true, false, false, false]
        }
    )
    #expect(try self.allocator { $0.values = ["advance": 0] }.reserve.isEmpty)
  }

  @Test func `equal scores grow in module order, and what is no number last`() throws {
    for (scores, first) in [([1, 1, 1, 1], 0), ([.nan, 1, 1, .nan], 1)] as [([Float], Int)] {
      var allocator = try allocator { $0.values = ["top-h": 1] }
      for step in 1...20 { _ = allocator.update(statistics(step, scores)) }
      #expect(ranks(allocator) == (0..<4).map { $0 == first ? 3 : 1 })
    }
  }

  @Test func `floors grow first, and what pruning would need is refused`() throws {
    var allocator = try allocator()
    #expect(allocator.setConstraints(RankConstraints(floors: [3: 4]), at: 1) == nil)
    for step in 1...50 {
      _ = allocator.update(
        statistics(step, allocator.needs(at: step).isEmpty ? [] : [9, 8, 2, 0]))
    }
    #expect(ranks(allocator)[3] == 4 && allocator.alive.count { $0 } == 12)
    #expect(allocator.setTarget(budget: 11, at: 60)?.contains("incre only grows") == true)
    #expect(
      allocator.setConstraints(RankConstraints(caps: [3: 2]), at: 60)?.contains("above the cap")
        == true)
    let wide = RankConstraints(floors: [2: ranks(allocator)[2] + 1])
    #expect(allocator.setConstraints(wide, at: 60)?.contains("incre never prunes") == true)
    #expect(allocator.setTarget(budget: 25, at: 60) == "budget 25: choose 1 ... 24 components")

    // More is grown at the next step of the grid, by the last scores.
    #expect(allocator.setTarget(budget: 15, at: 61) == nil)
    #expect(allocator.plan.firstDecision == 65 && allocator.plan.lastDecision == 65)
    #expect(allocator.budget(at: 64) == 12 && allocator.budget(at: 65) == 15)
    #expect(!allocator.reserve.isEmpty)
    let more = (62...100).compactMap { allocator.update(Statistics(step: $0)) }
    #expect(more.map(\.step) == [65] && more.first?.grown.count == 3)
    #expect(more.first?.isFinal == true && allocator.reserve.isEmpty)
    #expect(allocator.plan.lastDecision == 65 && allocator.budget(at: 80) == 15)
    #expect(allocator.setTarget(budget: 16, at: 100)?.contains("after the run's last") == true)
  }

  @Test func `a budget of parameters is never exceeded`() throws {
    var allocator = try allocator(parameters: [10, 30, 10, 30]) { $0.targetBudget = 205 }
    for step in 1...60 {
      let needs = allocator.needs(at: step)
      _ = allocator.update(statistics(step, needs.isEmpty ? [] : [1, 9, 3, 2]))
    }
    let cost = zip(ranks(allocator), [10, 30, 10, 30]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(cost <= 205 && cost > 205 - 10)
  }

  @Test func `a decoded allocator goes on as if nothing had happened`() throws {
    var allocator = try allocator()
    for step in 1...22 { _ = allocator.update(statistics(step, [9, 8, 2, Float(step)])) }
    var copy = try JSONDecoder().decode(
      IncreLoRAAllocator.self, from: JSONEncoder().encode(allocator))
    for step in 23...50 {
      let now: [Float] = allocator.needs(at: step).isEmpty ? [] : [9, Float(step), 2, 1]
      #expect(copy.update(statistics(step, now)) == allocator.update(statistics(step, now)))
    }
    #expect(copy.plan == allocator.plan && copy.alive == allocator.alive)
  }
}
