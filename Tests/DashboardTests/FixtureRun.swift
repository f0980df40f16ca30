import RunEvents

/// A run made up by arithmetic alone: the same events on every machine.
struct FixtureRun {
  var layers = 6
  var kinds = ["q", "k", "v", "o", "up", "down"]
  var capacity = 6
  var totalSteps = 684
  var target = 144
  var allocator = "dora"
  var name = "trec-dora-r4"
  var isPlanted = false
  /// Step after which the events end without a `stopped`; nil for a whole run.
  var cutAfter: Int?
  var interval = 10
  var decisions = true
  /// Steps between records of statistics.
  var cadence = 5
  var unit = BudgetUnit.components
  /// Whether the allocator that takes over has phases of its own from there on.
  var restartsPhases = false

  var modules: [AdaptedModule] {
    (0..<layers).flatMap { layer in
      kinds.map { kind in
        AdaptedModule(
          name: "encoder.layer.\(layer).\(kind)", layer: layer, kind: kind, inputs: 384,
          outputs: kind == "up" ? 1536 : 384, capacity: capacity)
      }
    }
  }

  var manifest: Manifest {
    let modules = modules
    return Manifest(
      name: name, model: "all-minilm-l6-v2", architecture: "bert", task: "classification",
      data: ["train": "trec/train.tsv", "eval": "trec/test.tsv"],
      labels: ["ABBR", "ENTY", "DESC", "HUM", "LOC", "NUM"], mainMetric: "accuracy",
      allocator: allocator, hyperparameters: ["rank": "4"], seed: 7, totalSteps: totalSteps,
      stepsPerEpoch: max(1, totalSteps / 4), initialBudget: modules.count * capacity * meanCost,
      targetBudget: target * meanCost, modules: modules,
      plantedRanks: isPlanted ? modules.indices.map { plantedRank($0) } : nil,
      environment: ["version": "1"], startedAt: 1_800_000_000, budgetUnit: unit)
  }

  /// Budget that one component takes up on average.
  var meanCost: Int {
    let modules = modules
    if unit == .components || modules.isEmpty { return 1 }
    return modules.reduce(0) { $0 + $1.parametersPerComponent } / modules.count
  }

  /// Budget that a mask takes up.
  func cost(of alive: [Bool]) -> Int {
    zip(ComponentLayout(modules).ranks(alive: alive), modules).reduce(0) {
      $0 + $1.0 * (unit == .components ? 1 : $1.1.parametersPerComponent)
    }
  }

  /// What a module is worth: middle layers and the value path most.
  func worth(_ module: Int) -> Double {
    let layer = module / kinds.count
    let kind = module % kinds.count
    let middle = 1 - abs(Double(layer) - Double(layers - 1) * 0.65) / Double(max(1, layers))
    let share = [0.35, 0.3, 0.9, 0.7, 0.6, 0.5, 0.8][kind % 7]
    return middle * share + 0.1 * noise(module, 1)
  }

  func plantedRank(_ module: Int) -> Int {
    min(capacity, Int(worth(module) * Double(capacity) * 1.1))
  }

  var start: Int { max(1, totalSteps / 10) }
  var last: Int { max(1, totalSteps * 7 / 10) }

  func plan(target: Int, from step: Int, allocator: String) -> Plan {
    let budgets = stride(from: start, through: max(start, last), by: max(1, interval)).map {
      Plan.BudgetPoint(step: $0, budget: budget(at: $0, target: target) * meanCost)
    }
    if restartsPhases && step > 1 {
      return Plan(
        allocator: allocator, fromStep: step,
        phases: [
          .init(name: "warm-up", start: step, end: step + 59),
          .init(name: "budget", start: step + 60, end: step + 199),
          .init(name: "final", start: step + 200, end: totalSteps),
        ], budgets: budgets, targetBudget: target * meanCost, firstDecision: step + 69,
        decisionInterval: interval, lastDecision: step + 199)
    }
    return Plan(
      allocator: allocator, fromStep: step,
      phases: [
        .init(name: "warm-up", start: 1, end: start),
        .init(name: "budget", start: start + 1, end: last),
        .init(name: "final", start: last + 1, end: max(last + 1, totalSteps)),
      ], budgets: budgets, targetBudget: target * meanCost,
      firstDecision: decisions ? start + 10 : nil,
      decisionInterval: interval, lastDecision: decisions ? last : nil)
  }

  func budget(at step: Int, target: Int) -> Int {
    let total = modules.count * capacity
    let done = min(1, max(0, Double(step - start) / Double(max(1, last - start))))
    let left = 1 - done
    return target + Int(Double(total - target) * left * left)
  }

  /// A number in 0 ..< 1 that depends on its arguments alone.
  func noise(_ a: Int, _ b: Int) -> Double {
    var x = UInt64(truncatingIfNeeded: a) &* 0x9E37_79B9_7F4A_7C15
    x ^= UInt64(truncatingIfNeeded: b) &* 0xBF58_476D_1CE4_E5B9
    x ^= x >> 30
    x &*= 0x94D0_49BB_1331_11EB
    x ^= x >> 31
    return Double(x >> 11) / Double(1 << 53)
  }

  func loss(_ step: Int) -> Double {
    let time = Double(step) / Double(max(1, totalSteps))
    return 0.12 + 1.68 / (1 + 18 * time) + 0.12 * (noise(step, 3) - 0.5) / (1 + 3 * time)
  }

  func score(_ module: Int, _ slot: Int, _ step: Int) -> Float {
    let fade = 1 - 0.75 * Double(slot) / Double(capacity)
    return Float(0.1 * worth(module) * fade * (0.9 + 0.2 * noise(module * 97 + slot, step / 40)))
  }

  var events: [RunEvent] {
    var maker = FixtureMaker(run: self)
    maker.make()
    return maker.events
  }
}
