import Allocation
import Foundation
import RunEvents
import Testing

@Suite struct SoRATests {
  /// 12 slots, target 4, 100 steps: warm-up to 15, budget phase to 50, a decision every 5 steps.
  private func allocator(_ change: (inout AllocatorOptions) -> Void = { _ in }) throws
    -> SoRAAllocator
  {
    var options = AllocatorOptions()
    options.targetBudget = 4
    options.interval = 5
    change(&options)
    return try SoRAAllocator(
      start: RunStart(layout: ComponentLayout(capacities: [6, 6]), totalSteps: 100),
      options: options)
  }

  private func statistics(_ step: Int, _ gates: [Float]) -> Statistics {
    var statistics = Statistics(step: step)
    statistics.gates = gates
    return statistics
  }

  @Test func `the threshold rises in levels from 0 over the budget phase and ends with it`() throws
  {
    let sora = try allocator { $0.values = ["lambda2": 0.8, "levels": 5] }
    let rate: Float = 0.01
    let found = (1...100).map { sora.proximalThreshold(at: $0, rate: rate) }
    for step in 1...100 {
      // 35 steps in 5 levels of 7: 0, 1/4, 1/2, 3/4, 1.
      var wanted: Float = 0
      if step > 15 && step <= 50 { wanted = rate * 0.8 * Float((step - 16) / 7) / 4 }
      #expect(abs(found[step - 1] - wanted) < 1e-9, "step \(step)")
    }
    let single = try allocator { $0.values = ["lambda2": 0.8, "levels": 1] }
    #expect(single.proximalThreshold(at: 16, rate: rate) == rate * 0.8)
    #expect(single.proximalThreshold(at: 15, rate: rate) == 0)
    #expect(sora.proximalOperator == .softThreshold && sora.gateRate == nil)
    let other = try allocator { $0.values = ["quirk": 1, "gate-lr": 0.5] }
    #expect(other.proximalOperator == .sequentialMasks && other.gateRate == 0.5)
  }

  @Test func `inside the phase gates decide, and may come back`() throws {
    var sora = try allocator()
    #expect(sora.needs(at: 50) == .gates && sora.needs(at: 51) == [])
    #expect(sora.regularizer(at: 50) == .sparsity(weight: 1e-3))
    #expect(sora.regularizer(at: 51) == .none)
    var gates: [Float] = [1, 0, -2, 3, 4, 5, 6, 0, 0, 7, 8, 9]
    let first = sora.update(statistics(20, gates))
    #expect(first?.pruned.map(\.slot) == [1, 1, 2] && first?.grown == [])
    #expect(first?.isFinal == false && first?.budget == 12 && sora.budget(at: 20) == 12)
    #expect(first?.reason.hasPrefix("9 of 12 kept: 3 pruned (SoRA gate") == true)
    #expect(sora.alive == gates.map { $0 != 0 })
    #expect(sora.importance == gates.map(abs))
    gates[1] = 0.5
    gates[0] = 0
    let second = sora.update(statistics(25, gates))
    #expect(second?.pruned == [ComponentID(module: 0, slot: 0)])
    #expect(second?.grown == [ComponentID(module: 0, slot: 1)])
    #expect(!sora.holdsMask)
  }

  @Test func `at its end the largest gates are held`() throws {
    var sora = try allocator()
    let gates: [Float] = [1, 0, -9, 3, 4, 5, -6, 0, 0, 7, 8, 2]
    let last = sora.update(statistics(50, gates))
    #expect(
      sora.alive
        == [2, 6, 9, 10].reduce(into: [Bool](repeating: false, count: 12)) {
          $0[$1] = true
        })
    #expect(last?.isFinal == true && sora.holdsMask && last?.budget == 4)
    #expect(sora.plan.budgets == [.init(step: 1, budget: 12), .init(step: 50, budget: 4)])
    // Who asks for more gets it, from the largest of the rest on.
    #expect(sora.setTarget(budget: 6, at: 60) == nil)
    let more = sora.update(Statistics(step: 65))
    #expect(more?.grown.map { $0.module * 6 + $0.slot } == [4, 5] && more?.isFinal == true)
  }

  @Test func `where fewer are left, fewer are held`() throws {
    var sora = try allocator()
    let gates: [Float] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]
    let last = sora.update(statistics(50, gates))
    #expect(sora.alive.count { $0 } == 2 && last?.isFinal == true)
    #expect(last?.reason.hasPrefix("2 of 12 kept") == true)
  }

  @Test func `pins and caps hold against the gates`() throws {
    var sora = try allocator()
    let pinned = ComponentID(module: 0, slot: 1)
    #expect(
      sora.setConstraints(RankConstraints(pinned: [pinned], caps: [1: 1]), at: 1) == nil)
    let gates: [Float] = [1, 0.1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    _ = sora.update(statistics(50, gates))
    #expect(sora.alive.count { $0 } == 4)
    #expect(sora.alive[1] && sora.alive[6...].count { $0 } == 1 && sora.alive[11])
  }

  @Test func `a decoded allocator goes on as if nothing had happened`() throws {
    var sora = try allocator()
    let gates: [Float] = [1, 0, -9, 3, 4, 5, -6, 0, 0, 7, 8, 2]
    _ = sora.update(statistics(20, gates))
    var copy = try JSONDecoder().decode(
      SoRAAllocator.self, from: JSONEncoder().encode(sora))
    #expect(copy.update(statistics(50, gates)) == sora.update(statistics(50, gates)))
    #expect(copy.plan == sora.plan && copy.alive == sora.alive)
  }
}
