import Allocation
import RunEvents
import Testing

/// Decisions that are worked out again from their record.
struct JudgingTests {
  private static let kinds = ["adalora", "dora", "bayesian", "sora"]
  private let modules = (0..<6).map {
    AdaptedModule(
      name: "layer.\($0 / 2).\($0 % 2 == 0 ? "q" : "up")", layer: $0 / 2,
      kind: $0 % 2 == 0 ? "q" : "up", inputs: 8, outputs: $0 % 2 == 0 ? 8 : 32, capacity: 5)
  }

  /// All decisions of a run over random statistics, each with what was alive before it.
  private func decisions(
    _ name: String, unit: BudgetUnit = .components, constraints: RankConstraints = .init()
  ) throws -> [RecordedDecision] {
    var options = AllocatorOptions()
    options.rank = 2
    options.budgetUnit = unit
    options.interval = 5
    let layout = ComponentLayout(modules)
    let start = RunStart(
      layout: layout, totalSteps: 100,
      parameters: unit == .parameters ? modules.map(\.parametersPerComponent) : nil,
      layers: modules.map(\.layer))
    var allocator = try Allocators.make(name: name, start: start, options: options)
    #expect(allocator.setConstraints(constraints, at: 0) == nil)
    var random = RandomNumbers(state: 3)
    func draw(_ count: Int) -> [Float] { random.floats(count) }
    var records: [RecordedDecision] = []
    for step in 1...100 {
      let before = allocator.alive
      var statistics = Statistics(
        step: step, componentNorms: draw(layout.count), moduleNorms: draw(layout.moduleCount),
        sensitivity: draw(layout.count))
      statistics.gates = draw(layout.count).map { $0 < 0.2 ? 0 : $0 }
      statistics.posterior = draw(layout.count)
      guard let decision = allocator.update(statistics) else { continue }
      records.append(
        RecordedDecision(
          decision: decision, aliveBefore: before, modules: modules, unit: unit,
          constraints: constraints, officialTies: false))
    }
    return records
  }

  @Test(arguments: kinds, [BudgetUnit.components, .parameters])
  func `a decision is what its scores say`(name: String, unit: BudgetUnit) throws {
    let records = try decisions(name, unit: unit)
    #expect(records.count > 3)
    for record in records {
      let judged = try record.judged()
      #expect(judged.alive == record.decision.alive, "\(name) @\(record.decision.step)")
      #expect(judged.threshold == record.decision.threshold)
    }
  }

  @Test(arguments: kinds)
  func `a decision of other modules is judged by nobody`(name: String) throws {
    var record = try #require(try decisions(name).last)
    record.decision.parts = ["norm", "gate"].map {
      ScorePart(name: $0, values: record.decision.scores)
    }
    #expect(!record.judges.isEmpty)
    record = RecordedDecision(
      decision: record.decision, aliveBefore: record.aliveBefore, modules: modules + modules,
      unit: .components, constraints: .init(), officialTies: false)
    #expect(record.judges.isEmpty)
    #expect(throws: JudgingError.self) { try record.judged(by: "dora") }
  }

  @Test(arguments: kinds)
  func `pins and caps are kept`(name: String) throws {
    var constraints = RankConstraints()
    let modules = modules
    let alive = modules.aliveAtStart
    for text in ["layer.0.q#1", "layer.2.up:3"] {
      let rule = try #require(ModuleRule(text))
      #expect(constraints.pin(rule, modules: modules, alive: alive) == nil)
    }
    let cap = try #require(ModuleRule("layer.1.*:2"))
    #expect(constraints.cap(cap, modules: modules) == nil)
    for record in try decisions(name, constraints: constraints) {
      #expect(try record.judged().alive == record.decision.alive)
    }
  }

  @Test func `a tampered score shows`() throws {
    var record = try #require(try decisions("adalora").last)
    let kept = try #require(record.decision.alive.firstIndex(of: true))
    record.decision.scores[kept] = -1
    #expect(try record.judged().alive != record.decision.alive)
  }

  @Test func `another budget keeps the best of the same scores`() throws {
    let record = try #require(try decisions("dora").last)
    let ranked = record.decision.scores.indices.sorted {
      record.decision.scores[$0] > record.decision.scores[$1]
    }
    for budget in [1, 5, 11, 29] {
      let judged = try record.judged(budget: budget)
      #expect(Set(judged.alive.indices.filter { judged.alive[$0] }) == Set(ranked.prefix(budget)))
    }
  }

  @Test func `others judge where the parts are there`() throws {
    var record = try #require(try decisions("adalora").last)
    #expect(record.judges == ["adalora"])
    #expect(throws: JudgingError.self) { try record.judged(by: "dora") }
    var random = RandomNumbers(state: 9)
    let gates = random.floats(30).map { $0 - 0.5 }
    record.decision.parts = [
      ScorePart(name: "norm", values: gates.map(abs)), ScorePart(name: "gate", values: gates),
    ]
    #expect(record.judges == ["adalora", "dora", "sora"])
    let ranked = gates.indices.sorted { abs(gates[$0]) > abs(gates[$1]) }
    let judged = try record.judged(budget: 7, by: "sora")
    #expect(Set(judged.alive.indices.filter { judged.alive[$0] }) == Set(ranked.prefix(7)))
    // Shares: every module's squares add up to one.
    let shares = try record.judged(by: "dora").scores
    for module in 0..<6 {
      let sum = (0..<5).reduce(Float(0)) { $0 + shares[module * 5 + $1] * shares[module * 5 + $1] }
      #expect(abs(sum - 1) < 1e-4)
    }
    #expect(throws: JudgingError.self) { try record.judged(by: "incre") }
  }

  @Test func `a record that does not fit is refused`() throws {
    var record = try #require(try decisions("adalora").last)
    record.aliveBefore.removeLast()
    #expect(throws: JudgingError.self) { try record.judged() }
  }
}
