import Allocation
import RunEvents
import Testing

/// Decisions over rounds and whole modules that are worked out again from their record.
struct ModuleJudgingTests {
  private let modules = (0..<6).map {
    AdaptedModule(
      name: "layer.\($0 / 2).\($0 % 2 == 0 ? "q" : "up")", layer: $0 / 2,
      kind: $0 % 2 == 0 ? "q" : "up", inputs: 8, outputs: $0 % 2 == 0 ? 8 : 32, capacity: 8)
  }

  /// Budget that a person asks for in mid-run, and when.
  private typealias Request = (step: Int, budget: Int)

  private func decisions(
    _ name: String, startRank: Int, unit: BudgetUnit = .components, _ request: Request? = nil,
    set: [String: Double] = [:], recorded: [String: String] = [:]
  ) throws -> [RecordedDecision] {
    var options = AllocatorOptions()
    options.rank = 4
    options.interval = 10
    options.budgetUnit = unit
    options.values = set
    let layout = ComponentLayout(modules)
    let start = RunStart(
      layout: layout, totalSteps: 200, alive: (0..<layout.count).map { $0 % 8 < startRank },
      parameters: unit == .parameters ? modules.map(\.parametersPerComponent) : nil,
      layers: modules.map(\.layer))
    var allocator = try Allocators.make(name: name, start: start, options: options)
    var random = RandomNumbers(state: 5)
    func draw(_ count: Int) -> [Float] { random.floats(count) }
    var records: [RecordedDecision] = []
    for step in 1...200 {
      if let request, request.step == step {
        #expect(allocator.setTarget(budget: request.budget, at: step - 1) == nil)
      }
      let before = allocator.alive
      var statistics = Statistics(step: step)
      let scores = draw(layout.count)
      statistics.ablation = AblationRound(
        full: Double(step), importance: before.indices.map { before[$0] ? scores[$0] : .nan })
      statistics.updateSensitivity = draw(layout.moduleCount)
      statistics.gateGradients = draw(layout.moduleCount).map { $0 - 0.5 }
      guard let decision = allocator.update(statistics) else { continue }
      records.append(
        RecordedDecision(
          decision: decision, aliveBefore: before, modules: modules, unit: unit,
          constraints: RankConstraints(), officialTies: false,
          hyperparameters: ["rank": "4"].merging(recorded) { $1 }))
    }
    return records
  }

  private func check(_ records: [RecordedDecision], count: Int) throws {
    #expect(records.count >= count)
    var moved = 0
    for record in records {
      let judged = try record.judged()
      #expect(judged.alive == record.decision.alive, "@\(record.decision.step)")
      #expect(judged.threshold == record.decision.threshold)
      #expect(record.judges == [record.decision.allocator])
      moved += judged.alive == record.aliveBefore ? 0 : 1
    }
    #expect(moved >= count)
  }

  @Test(arguments: [BudgetUnit.components, .parameters])
  func `rounds`(unit: BudgetUnit) throws {
    try check(decisions("alora", startRank: 4, unit: unit), count: 3)
    // Raised between rounds, and lowered after the last.
    let most = unit == .components ? 30 : 840
    try check(decisions("alora", startRank: 4, unit: unit, (60, most)), count: 3)
    try check(decisions("alora", startRank: 4, unit: unit, (180, most / 2)), count: 3)
    try check(
      decisions(
        "alora", startRank: 4, unit: unit, set: ["move-count": 3], recorded: ["move-count": "3"]),
      count: 3)
  }

  @Test(arguments: [BudgetUnit.components, .parameters])
  func `selections of modules`(unit: BudgetUnit) throws {
    try check(decisions("diffora", startRank: 8, unit: unit), count: 1)
    try check(
      decisions(
        "diffora", startRank: 8, unit: unit, set: ["scope": 1], recorded: ["scope": "network"]),
      count: 1)
    let less = unit == .components ? 16 : 500
    try check(decisions("diffora", startRank: 8, unit: unit, (120, less)), count: 2)
  }

  @Test(arguments: [BudgetUnit.components, .parameters])
  func `growth`(unit: BudgetUnit) throws {
    try check(decisions("incre", startRank: 1, unit: unit), count: 3)
  }

  @Test(arguments: ["alora", "incre", "diffora"])
  func `a tampered score shows`(name: String) throws {
    let rank = name == "alora" ? 4 : name == "incre" ? 1 : 8
    var record = try #require(try decisions(name, startRank: rank).first)
    // The best becomes the worst, and the other way about.
    record.decision.scores = record.decision.scores.map { -$0 }
    #expect(try record.judged().alive != record.decision.alive)
  }

  @Test func `another budget`() throws {
    let record = try #require(try decisions("diffora", startRank: 8).first)
    #expect(try record.judged(budget: 8).alive.count { $0 } == 8)
    #expect(throws: JudgingError.self) { try record.judged(budget: 0) }
    let growth = try #require(try decisions("incre", startRank: 1).first)
    #expect(try growth.judged(budget: 13).alive.count { $0 } == 13)
  }

  @Test func `what a person changed is no mismatch`() throws {
    var record = try #require(try decisions("alora", startRank: 4).first)
    let proposed = record.decision.alive
    let id = try #require(record.decision.pruned.first)
    record.decision.edited = [id]
    record.decision.alive[ComponentLayout(modules).index(of: id)] = true
    #expect(try record.judged().alive == proposed)
  }

  @Test func `growth without the rank that was set is not judged`() throws {
    var record = try #require(try decisions("incre", startRank: 1).first)
    record.hyperparameters = [:]
    #expect(record.judges.isEmpty)
    #expect(throws: JudgingError.self) { try record.judged() }
  }
}
