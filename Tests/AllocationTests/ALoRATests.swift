import Allocation
import Foundation
import RunEvents
import Testing

/// ALoRA's rounds against algorithm 1 of Liu et al. 2024 in plain loops.
@Suite struct ALoRATests {
  /// Modules of the network, each with `slots` slots of which the first `rank` are alive.
  private func start(
    modules: Int, slots: Int, rank: Int, steps: Int = 400, layers: Int = 1, costs: [Int]? = nil
  ) -> RunStart {
    RunStart(
      layout: ComponentLayout(capacities: [Int](repeating: slots, count: modules)),
      totalSteps: steps,
      alive: (0..<modules).flatMap { _ in (0..<slots).map { $0 < rank } },
      stepsPerEpoch: steps / 4, parameters: costs,
      layers: (0..<modules).map { $0 * layers / modules })
  }

  private func allocator(
    _ start: RunStart, rank: Int, change: (inout AllocatorOptions) -> Void = { _ in }
  ) throws -> ALoRAAllocator {
    var options = AllocatorOptions()
    options.rank = rank
    options.values["patience"] = 0
    change(&options)
    return try ALoRAAllocator(start: start, options: options)
  }

  /// Steps up to the next round and holds it with these scores; nil when none comes any more.
  private func nextRound(
    _ allocator: inout ALoRAAllocator, after step: inout Int, through last: Int,
    score: Double = 0, _ scores: (Int) -> Float
  ) -> Decision? {
    while step < last {
      step += 1
      guard allocator.needs(at: step) == .ablation else {
        #expect(allocator.update(Statistics(step: step)) == nil)
        continue
      }
      var statistics = Statistics(step: step)
      let alive = allocator.alive
      statistics.ablation = AblationRound(
        full: score, importance: alive.indices.map { alive[$0] ? scores($0) : .nan })
      return allocator.update(statistics)
    }
    return nil
  }

  /// One round as the paper has it: module by module, no sharing.
  private func reference(
    alive: [[Bool]], scores: [[Float]], moves: Int
  ) -> (pruned: [[Int]], grown: [Int]) {
    var live: [(score: Float, module: Int, slot: Int)] = []
    for module in alive.indices {
      for slot in alive[module].indices where alive[module][slot] {
        live.append((scores[module][slot], module, slot))
      }
    }
    live.sort { ($0.score, $0.module, $0.slot) < ($1.score, $1.module, $1.slot) }
    let cut = live.prefix(moves)
    var pruned = [[Int]](repeating: [], count: alive.count)
    for item in cut { pruned[item.module].append(item.slot) }
    var unharmed: [(mean: Float, module: Int, room: Int)] = []
    for module in alive.indices where pruned[module].isEmpty {
      let own = live.filter { $0.module == module }.map(\.score)
      let mean = own.isEmpty ? -Float.infinity : own.reduce(0, +) / Float(own.count)
      unharmed.append((mean, module, alive[module].count { !$0 }))
    }
    unharmed.sort { ($1.mean, $0.module) < ($0.mean, $1.module) }
    var grown = [Int](repeating: 0, count: alive.count)
    var left = cut.count
    var took = true
    while left > 0 && took {
      took = false
      for item in unharmed where left > 0 && grown[item.module] < item.room {
        grown[item.module] += 1
        left -= 1
        took = true
      }
    }
    return (pruned.map { $0.sorted() }, grown)
  }

  @Test(arguments: 1...20)
  func `every round prunes and grows what the paper's algorithm does`(seed: Int) throws {
    let (modules, slots, rank) = (12, 6, 3)
    let start = start(modules: modules, slots: slots, rank: rank, layers: 2)
    var allocator = try allocator(start, rank: rank)
    var random = RandomNumbers(state: UInt64(seed))
    var step = 0
    var rounds = 0
    while true {
      let scores = (0..<modules * slots).map { _ in Float(random.next() % 1000) / 1000 }
      let before = allocator.alive
      guard
        let decision = nextRound(
          &allocator, after: &step, through: 400, { scores[$0] })
      else { break }
      rounds += 1
      func rows<Value>(_ flat: [Value]) -> [[Value]] {
        (0..<modules).map { Array(flat[$0 * slots..<($0 + 1) * slots]) }
      }
      let expected = reference(alive: rows(before), scores: rows(scores), moves: 6)
      for module in 0..<modules {
        #expect(
          decision.pruned.filter { $0.module == module }.map(\.slot) == expected.pruned[module])
        #expect(decision.grown.count { $0.module == module } == expected.grown[module])
      }
      for id in decision.pruned { #expect(!allocator.alive[start.layout.index(of: id)]) }
      for id in decision.grown {
        #expect(!before[start.layout.index(of: id)] && allocator.alive[start.layout.index(of: id)])
      }
      #expect(decision.alive == allocator.alive && decision.allocator == "alora")
    }
    // 12 modules in 2 layers are 6 kinds; K1 is a quarter, K2 a sixteenth of four epochs.
    #expect(rounds == 8)
  }

  @Test func `eight over three modules are three, three and two by mean importance`() throws {
    // Module 3 holds the lowest scores and loses; 2 is on average better than 0, 0 better than 1.
    let start = start(modules: 4, slots: 20, rank: 10)
    var allocator = try allocator(start, rank: 10) { $0.values["move-count"] = 8 }
    var step = 0
    let level: [Float] = [5, 3, 9, 0]
    let decision = try #require(
      nextRound(&allocator, after: &step, through: 400) {
        level[$0 / 20] + Float($0 % 20) / 100
      })
    #expect(decision.pruned.allSatisfy { $0.module == 3 } && decision.pruned.count == 8)
    #expect((0..<4).map { module in decision.grown.count { $0.module == module } } == [3, 2, 3, 0])
    #expect(allocator.budget(at: step) == 40 && allocator.alive.count { $0 } == 40)
  }

  @Test func `nothing grows when every module lost one`() throws {
    let start = start(modules: 3, slots: 8, rank: 4)
    var allocator = try allocator(start, rank: 4) { $0.values["move-count"] = 6 }
    var step = 0
    // The two first components of every module are the lowest six.
    let decision = try #require(
      nextRound(&allocator, after: &step, through: 400) { Float($0 % 8) })
    #expect(decision.pruned.count == 6 && decision.grown.isEmpty)
    #expect(allocator.alive.count { $0 } == 6)
  }

  @Test func `equal scores go by slot order, and what is no number goes first`() throws {
    let start = start(modules: 3, slots: 4, rank: 2)
    var allocator = try allocator(start, rank: 2) { $0.values["move-count"] = 2 }
    var step = 0
    let decision = try #require(
      nextRound(&allocator, after: &step, through: 400) { $0 == 9 ? .nan : 1 })
    #expect(
      decision.pruned == [ComponentID(module: 0, slot: 0), ComponentID(module: 2, slot: 1)])
    #expect(decision.grown.allSatisfy { $0.module == 1 } && decision.grown.count == 2)
  }

  @Test func `pins stay, caps are kept, and what cannot be is said`() throws {
    let start = start(modules: 3, slots: 8, rank: 4)
    var allocator = try allocator(start, rank: 4) { $0.values["move-count"] = 3 }
    var constraints = RankConstraints()
    for slot in 0..<4 { constraints.pinned.insert(ComponentID(module: 0, slot: slot)) }
    constraints.caps[2] = 5
    #expect(allocator.setConstraints(constraints, at: 0) == nil)
    var step = 0
    while let decision = nextRound(
      &allocator, after: &step, through: 400, { Float($0) })
    {
      #expect(!decision.pruned.contains { $0.module == 0 && $0.slot < 4 })
      let ranks = start.layout.ranks(alive: decision.alive)
      #expect(ranks[2] <= 5 && ranks[0] >= 4 && ranks.reduce(0, +) <= 12)
    }
    // Every module of module 0 is low, yet the first to be pruned are module 1's.
    #expect(start.layout.ranks(alive: allocator.alive)[1] < 4)
    constraints.floors[1] = 7
    #expect(allocator.setConstraints(constraints, at: step)?.contains("pin at most rank") == true)
    constraints.floors[1] = 12
    #expect(allocator.setConstraints(constraints, at: step)?.contains("release some") == true)
  }

  @Test func `a lower and a higher target are reached, after the last round too`() throws {
    let start = start(modules: 4, slots: 8, rank: 4)
    var allocator = try allocator(start, rank: 4)
    var step = 0
    _ = nextRound(&allocator, after: &step, through: 400) { Float($0) }
    #expect(allocator.setTarget(budget: 10, at: step) == nil)
    _ = nextRound(&allocator, after: &step, through: 400) { Float($0) }
    #expect(allocator.alive.count { $0 } == 10)
    while nextRound(&allocator, after: &step, through: 300, { Float($0) }) != nil {}
    step = 300
    #expect(allocator.setTarget(budget: 24, at: step) == nil)
    #expect(allocator.plan.nextDecision(after: step) == 325)
    let extra = try #require(nextRound(&allocator, after: &step, through: 400) { Float($0) })
    #expect(step == 325 && extra.pruned.isEmpty && allocator.alive.count { $0 } == 24)
    #expect(allocator.setTarget(budget: 10, at: 390)?.contains("too late") == true)
    #expect(allocator.setTarget(budget: 33, at: 330) == "budget 33: choose 1 ... 32 components")
  }

  @Test func `rounds end when the validation score no longer rises`() throws {
    let start = start(modules: 4, slots: 8, rank: 4)
    var allocator = try allocator(start, rank: 4) { $0.values["patience"] = 2 }
    var step = 0
    let scores: [Double] = [-1, -0.5, -0.6, -0.7, 0]
    var decisions: [Decision] = []
    for score in scores {
      if let decision = nextRound(
        &allocator, after: &step, through: 400, score: score, { Float($0) })
      {
        decisions.append(decision)
      }
    }
    #expect(decisions.count == 4)
    let last = try #require(decisions.last)
    #expect(last.pruned.isEmpty && last.grown.isEmpty && last.isFinal)
    #expect(last.reason.contains("stopped early"))
    #expect(allocator.plan.lastDecision == last.step)
  }

  @Test func `a budget in parameters is not exceeded`() throws {
    let start = start(modules: 3, slots: 8, rank: 2, costs: [10, 10, 50])
    var allocator = try allocator(start, rank: 2) {
      $0.budgetUnit = .parameters
      $0.values["move-count"] = 2
    }
    #expect(allocator.plan.targetBudget == 140)
    var step = 0
    var random = RandomNumbers(state: 3)
    var moved = 0
    while let decision = nextRound(
      &allocator, after: &step, through: 400, { _ in Float(random.next() % 100) })
    {
      moved += decision.grown.count
      let ranks = start.layout.ranks(alive: decision.alive)
      #expect(zip(ranks, [10, 10, 50]).reduce(0) { $0 + $1.0 * $1.1 } <= 140)
    }
    #expect(moved > 0)
  }

  @Test func `a decoded allocator goes on as if nothing had happened`() throws {
    let start = start(modules: 6, slots: 6, rank: 3, layers: 2)
    var original = try allocator(start, rank: 3)
    var step = 0
    _ = nextRound(&original, after: &step, through: 400) { Float(($0 * 7) % 11) }
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    var copy = try decoder.decode(ALoRAAllocator.self, from: try encoder.encode(original))
    var (a, b) = (step, step)
    for _ in 0..<7 {
      let one = nextRound(&original, after: &a, through: 400) { Float(($0 * 5) % 13) }
      let other = nextRound(&copy, after: &b, through: 400) { Float(($0 * 5) % 13) }
      #expect(one?.alive == other?.alive && one?.reason == other?.reason && a == b)
      #expect(one != nil)
    }
  }

  @Test func `full modules lose no budget`() throws {
    // One module has room for two, the others for none.
    let layout = ComponentLayout(capacities: [3, 3, 3, 5])
    let start = RunStart(
      layout: layout, totalSteps: 400, alive: (0..<14).map { $0 < 12 }, stepsPerEpoch: 100)
    var allocator = try allocator(start, rank: 3)
    var step = 0
    var moved = 0
    while let decision = nextRound(&allocator, after: &step, through: 400, { Float($0) }) {
      #expect(decision.pruned.count == decision.grown.count)
      #expect(decision.alive.count { $0 } == 12)
      moved += decision.grown.count
    }
    #expect(moved >= 2)
  }

  @Test func `the other reading of n_A is one a module`() throws {
    let start = start(modules: 12, slots: 6, rank: 3, layers: 2)
    for (reading, count) in [(0.0, 6), (1.0, 12)] {
      var allocator = try allocator(start, rank: 3) { $0.values["moves"] = reading }
      var step = 0
      let decision = try #require(
        nextRound(&allocator, after: &step, through: 400) { Float($0) })
      #expect(decision.pruned.count == count)
    }
  }
}
