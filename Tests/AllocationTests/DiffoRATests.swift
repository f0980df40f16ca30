import Allocation
import Foundation
import RunEvents
import Testing

/// DiffoRA's theta and its selection.
@Suite struct DiffoRATests {
  /// Modules of two layers, three each, of four slots; 60 steps, the search ends at 20.
  private func allocator(
    layers: [Int]? = [0, 0, 0, 1, 1, 1], parameters: [Int]? = nil, alive: [Bool]? = nil,
    _ change: (inout AllocatorOptions) -> Void = { _ in }
  ) throws -> DiffoRAAllocator {
    var options = AllocatorOptions()
    options.rank = 2
    options.warmup = .steps(20)
    change(&options)
    return try DiffoRAAllocator(
      start: RunStart(
        layout: ComponentLayout(capacities: [4, 4, 4, 4, 4, 4]), totalSteps: 60, alive: alive,
        parameters: parameters, layers: layers), options: options)
  }

  /// Steps on constant slopes: with Adam's first moments every theta moves at the rate, so the number
  /// of steps with a slope sets theta.
  private func decide(
    _ allocator: inout DiffoRAAllocator, raised: [Int], steps: ClosedRange<Int> = 1...20
  ) -> [Decision] {
    steps.compactMap { step in
      var statistics = Statistics(step: step)
      statistics.gateGradients = raised.map { step <= $0 ? -1 : 0 }
      return allocator.update(statistics)
    }
  }

  private func ranks(_ allocator: DiffoRAAllocator) -> [Int] {
    ComponentLayout(capacities: [4, 4, 4, 4, 4, 4]).ranks(alive: allocator.alive)
  }

  // MARK: Theta

  @Test(arguments: [0.0, 1.0]) func `theta follows Adam on the gates' slopes`(function: Double)
    throws
  {
    var allocator = try allocator {
      $0[.relaxation] = function
      $0[.thetaRate] = 0.05
    }
    var random = RandomNumbers(state: 8)
    var theta = [Double](repeating: 0, count: 6)
    var (m, v) = (theta, theta)
    for step in 1...19 {
      let slopes = random.floats(6).map { $0 - 0.4 }
      // Plain Adam, slopes by the quotient of two small differences of the gates.
      func gate(_ module: Int, _ theta: [Double]) -> Double {
        if function == 0 { return 1 / (1 + exp(-theta[module])) }
        let row = module < 3 ? 0..<3 : 3..<6
        return 3 * exp(theta[module]) / row.reduce(0) { $0 + exp(theta[$1]) }
      }
      for (found, module) in zip(allocator.moduleGates, 0..<6) {
        #expect(abs(Double(found) - gate(module, theta)) < 1e-4)
      }
      var gradient = [Double](repeating: 0, count: 6)
      for other in 0..<6 {
        var (up, down) = (theta, theta)
        up[other] += 1e-5
        down[other] -= 1e-5
        for module in 0..<6 {
          gradient[other] += Double(slopes[module]) * (gate(module, up) - gate(module, down)) / 2e-5
        }
      }
      for module in 0..<6 {
        m[module] = 0.5 * m[module] + 0.5 * gradient[module]
        v[module] = 0.999 * v[module] + 0.001 * gradient[module] * gradient[module]
        theta[module] -=
          0.05 * (m[module] / (1 - pow(0.5, Double(step))))
          / ((v[module] / (1 - pow(0.999, Double(step)))).squareRoot() + 1e-8)
      }
      var statistics = Statistics(step: step)
      statistics.gateGradients = slopes
      #expect(allocator.update(statistics) == nil)
      for module in 0..<6 { #expect(abs(Double(allocator.theta[module]) - theta[module]) < 1e-3) }
    }
    #expect(allocator.theta.contains { abs($0) > 0.1 })
    #expect(allocator.importance == allocator.theta.flatMap { [$0, $0, $0, $0] })
  }

  @Test func `slopes that are not finite leave theta alone`() throws {
    var allocator = try allocator()
    var statistics = Statistics(step: 1)
    statistics.gateGradients = [1, 2, .nan, 1, 1, 1]
    _ = allocator.update(statistics)
    #expect(allocator.theta == [0, 0, 0, 0, 0, 0] && allocator.importance.isEmpty)
  }

  @Test func `what is asked for lasts as long as the search`() throws {
    let first = try allocator { $0[.outerInterval] = 4 }
    #expect([1, 3, 4, 20, 24].map(first.needs) == [[], [], .gateGradient, .gateGradient, []])
    #expect([1, 20, 21].map(first.validationShare) == [0.3, 0.3, 0])
    let second = try allocator { $0[.order] = 1 }
    #expect(second.needs(at: 1) == .unrolledGateGradient)
    var done = second
    _ = decide(&done, raised: [1, 2, 3, 4, 5, 6])
    #expect(done.needs(at: 20) == [] && done.validationShare(at: 20) == 0)
  }

  @Test func `the plan has a search, one decision and a final phase`() throws {
    let plan = try allocator().plan
    #expect(
      plan.phases == [
        Plan.Phase(name: "search", start: 1, end: 20),
        Plan.Phase(name: "final", start: 21, end: 60),
      ])
    #expect(
      plan.budgets == [
        Plan.BudgetPoint(step: 1, budget: 24), Plan.BudgetPoint(step: 20, budget: 12),
      ])
    #expect(plan.nextDecision(after: 0) == 20 && plan.nextDecision(after: 20) == nil)
    #expect(plan.decisions(through: 60) == 1 && plan.targetBudget == 12)
    let byDefault = try allocator { $0.warmup = nil }.searchEnd
    #expect(byDefault == 20)
    let byFinal = try allocator {
      $0.warmup = nil
      $0.final = .steps(45)
    }.searchEnd
    #expect(byFinal == 15)
  }

  // MARK: Selection

  @Test func `each layer keeps its best, the network the best of all`() throws {
    let raised = [9, 8, 7, 4, 3, 2]
    var byLayer = try allocator { $0.targetBudget = 16 }
    let decision = decide(&byLayer, raised: raised).first
    #expect(ranks(byLayer) == [4, 4, 0, 4, 4, 0])
    #expect(decision?.threshold == nil && decision?.isFinal == true && decision?.step == 20)
    #expect(
      decision?.reason == "4 of 6 modules selected by theta, the best of each layer: "
        + "16 of 24 components kept, budget 24 -> 16, held from here on")
    #expect(byLayer.moduleGates == [1, 1, 0, 1, 1, 0] && byLayer.holdsMask)

    var overall = try allocator {
      $0.targetBudget = 16
      $0[.scope] = 1
    }
    let other = decide(&overall, raised: raised).first
    #expect(ranks(overall) == [4, 4, 4, 4, 0, 0])
    #expect(other?.threshold == overall.theta[4])
    #expect(other?.scores == overall.theta.flatMap { [$0, $0, $0, $0] })
    #expect(other?.pruned.count == 8 && other?.pruned.first == ComponentID(module: 4, slot: 0))
    var unknown = try allocator(layers: nil) { $0.targetBudget = 16 }
    _ = decide(&unknown, raised: raised)
    #expect(unknown.alive == overall.alive)
  }

  @Test func `equal theta go by module, and an odd budget by theta between the layers`() throws {
    var level = try allocator { $0.targetBudget = 16 }
    _ = decide(&level, raised: [0, 0, 0, 0, 0, 0])
    #expect(ranks(level) == [4, 4, 0, 4, 4, 0])
    // One each, then the better of the second places; the edge of the budget cuts the next.
    var odd = try allocator { $0.targetBudget = 14 }
    let decision = decide(&odd, raised: [9, 5, 1, 9, 6, 1]).first
    #expect(ranks(odd) == [4, 2, 0, 4, 4, 0])
    #expect(odd.alive[4..<8] == [true, true, false, false])
    #expect(decision?.reason.hasSuffix("kept in part, by the budget's edge or a cap: 1") == true)
    var least = try allocator { $0.targetBudget = 3 }
    _ = decide(&least, raised: [1, 2, 3, 9, 2, 1])
    #expect(ranks(least) == [0, 0, 0, 3, 0, 0])
  }

  @Test func `a budget of parameters is filled in theta's order`() throws {
    let costs = [10, 10, 25, 10, 10, 25]
    var allocator = try allocator(parameters: costs) {
      $0.budgetUnit = .parameters
      $0.targetBudget = 200
      $0[.scope] = 1
    }
    let decision = decide(&allocator, raised: [4, 3, 9, 7, 5, 8]).first
    #expect(
      decision?.reason == "2 of 6 modules selected by theta, the best of the network: "
        + "8 of 24 components kept, budget 360 -> 200, held from here on")
    // 100 for module 2, then 100 for module 5: full.
    #expect(ranks(allocator) == [0, 0, 4, 0, 0, 4])
    #expect(allocator.budget(at: 19) == 360 && allocator.budget(at: 20) == 200)
    var more = try self.allocator(parameters: costs) {
      $0.budgetUnit = .parameters
      $0.targetBudget = 238
      $0[.scope] = 1
    }
    _ = decide(&more, raised: [4, 3, 9, 7, 5, 8])
    #expect(
      ranks(more) == [0, 0, 4, 3, 0, 4], "38 hold three components of 10, nothing after them")
  }

  @Test func `pins come first and whole, caps bound or rule out`() throws {
    var allocator = try allocator { $0.targetBudget = 15 }
    #expect(
      allocator.setConstraints(
        RankConstraints(
          pinned: [ComponentID(module: 2, slot: 3)], floors: [5: 1], caps: [0: 0, 3: 1, 5: 2]),
        at: 5) == nil)
    let decision = decide(&allocator, raised: [9, 8, 1, 9, 7, 1]).first
    // 4 and 2 pinned; then the first places, 4 and 1; then the second place of layer 1: 4.
    #expect(ranks(allocator) == [0, 4, 4, 1, 4, 2])
    #expect(decision?.reason.hasSuffix("pinned: 2") == true)

    var tight = try self.allocator { $0.targetBudget = 2 }
    #expect(
      tight.setConstraints(
        RankConstraints(pinned: [ComponentID(module: 2, slot: 3)], floors: [5: 1]), at: 0) == nil)
    _ = decide(&tight, raised: [9, 8, 1, 9, 7, 1])
    #expect(ranks(tight) == [0, 0, 1, 0, 0, 1] && tight.alive[11] && !tight.alive[8])
    #expect(
      tight.setConstraints(RankConstraints(floors: [0: 3]), at: 30)?.contains(
        "more than the budget")
        == true)
    // What the selection does not fulfil is selected once more; what it fulfils changes nothing.
    #expect(tight.setConstraints(RankConstraints(caps: [0: 0, 2: 1]), at: 30) == nil)
    #expect(tight.update(Statistics(step: 31)) == nil)
    #expect(tight.setConstraints(RankConstraints(floors: [0: 2]), at: 40) == nil)
    #expect(tight.update(Statistics(step: 41))?.pruned.count == 2)
    #expect(ranks(tight) == [2, 0, 0, 0, 0, 0])
    #expect(
      tight.setConstraints(RankConstraints(floors: [3: 2]), at: 59)?.contains("too late") == true)
  }

  @Test func `what was dead at a switch stays dead`() throws {
    let alive = (0..<24).map { $0 % 4 != 0 }
    var allocator = try allocator(alive: alive) { $0.targetBudget = 12 }
    #expect(allocator.excluded == alive.map { !$0 })
    let decision = decide(&allocator, raised: [9, 8, 7, 9, 8, 7]).first
    #expect(ranks(allocator) == [3, 3, 0, 3, 3, 0])
    #expect(zip(allocator.alive, alive).allSatisfy { $1 || !$0 })
    #expect(
      decision?.scores.indices.filter { decision!.scores[$0].isNaN } == [0, 4, 8, 12, 16, 20])
  }

  // MARK: Interventions, refusals, checkpoints

  @Test func `a target changes how many are kept, in the search and after it`() throws {
    var allocator = try allocator()
    _ = decide(&allocator, raised: [9, 8, 7, 9, 8, 7], steps: 1...10)
    #expect(allocator.setTarget(budget: 8, at: 10) == nil)
    #expect(allocator.plan.targetBudget == 8 && allocator.plan.fromStep == 11)
    #expect(allocator.setTarget(budget: 25, at: 10) == "budget 25: choose 1 ... 24 components")
    _ = decide(&allocator, raised: [9, 8, 7, 9, 8, 7], steps: 11...20)
    #expect(ranks(allocator) == [4, 0, 0, 4, 0, 0])
    let plan = allocator.plan
    #expect(allocator.setTarget(budget: 8, at: 30) == nil)
    #expect(allocator.plan == plan)
    // More: the next modules by theta; less: they go again.
    #expect(allocator.setTarget(budget: 16, at: 30) == nil)
    #expect(allocator.plan.nextDecision(after: 30) == 31)
    let raised = allocator.update(Statistics(step: 31))
    #expect(ranks(allocator) == [4, 4, 0, 4, 4, 0] && raised?.pruned == [])
    #expect(raised?.grown.map(\.module) == [1, 1, 1, 1, 4, 4, 4, 4])
    #expect(allocator.moduleGates == [1, 1, 0, 1, 1, 0])
    #expect(allocator.update(Statistics(step: 32)) == nil)
    #expect(allocator.setTarget(budget: 4, at: 40) == nil)
    #expect(allocator.update(Statistics(step: 41))?.pruned.count == 12)
    #expect(ranks(allocator) == [4, 0, 0, 0, 0, 0])
    #expect(allocator.setTarget(budget: 8, at: 59)?.contains("too late") == true)
  }

  @Test func `a search that does not fit is refused in words`() {
    func refusal(_ change: (inout AllocatorOptions) -> Void) -> String {
      do {
        _ = try allocator(change)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(refusal { $0.warmup = .steps(60) }.contains("do not fit into 60"))
    #expect(refusal { $0.warmup = .steps(0) }.contains("a search (--warmup) of 0 steps"))
    #expect(refusal { $0.final = .steps(41) }.contains("final phase of 41"))
    #expect(refusal { $0[.outerInterval] = 21 }.contains("longer than the search of 20 steps"))
    #expect(refusal { $0[.rho] = 0 } == "rho 0.0: choose more than 0, at most 1")
    #expect(refusal { $0.final = .steps(40) } == "none")
  }

  @Test func `rho sets the start rank, a start rank goes before`() {
    var options = AllocatorOptions()
    options.rank = 7
    #expect(AllocatorKind.diffora.startRank(for: options) == 14)
    options[.rho] = 0.7
    #expect(AllocatorKind.diffora.startRank(for: options) == 10)
    options[.rho] = 0.3
    #expect(AllocatorKind.diffora.startRank(for: options) == 24)
    options.initialRank = 9
    #expect(AllocatorKind.diffora.startRank(for: options) == 9)
    #expect(AllocatorKind.adalora.startRank(for: AllocatorOptions()) == 12)
  }

  @Test(arguments: [1, 11, 19, 20, 40])
  func `what is decoded goes on as if nothing had happened`(step: Int) throws {
    var random = RandomNumbers(state: 2)
    func statistics(_ steps: ClosedRange<Int>) -> [Statistics] {
      steps.map { step in
        var statistics = Statistics(step: step)
        statistics.gateGradients = random.floats(6).map { $0 - 0.5 }
        return statistics
      }
    }
    var one = try allocator { $0[.relaxation] = 1 }
    _ = one.setConstraints(RankConstraints(caps: [1: 3]), at: 0)
    for item in statistics(1...step) { _ = one.update(item) }
    var two = try JSONDecoder().decode(
      DiffoRAAllocator.self, from: try JSONEncoder().encode(one))
    for item in statistics(step + 1...60) {
      #expect(one.update(item) == two.update(item))
      #expect(one.theta == two.theta && one.moduleGates == two.moduleGates)
    }
    #expect(one.alive == two.alive && one.plan == two.plan && two.holdsMask)
  }
}
