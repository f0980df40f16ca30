import Foundation
import RunEvents

/// Events of every kind, ordinary ones and odd ones.
enum Sample {
  static let modules = [
    AdaptedModule(name: "layer.0.q", layer: 0, kind: "q", inputs: 384, outputs: 384, capacity: 2),
    AdaptedModule(
      name: "Schicht «0» 上", layer: 0, kind: "up", inputs: 384, outputs: 1536, capacity: 3),
  ]

  static func manifest(name: String = "run", planted: [Int]? = nil) -> Manifest {
    Manifest(
      name: name, model: "models/mini lm", architecture: "bert", task: "classification",
      data: ["train": "TREC.tsv", "eval": "a\"b\\c.tsv"], labels: ["ABBR", "Größe", "🜁"],
      mainMetric: "accuracy", allocator: "dora",
      hyperparameters: ["lr": "1e-4", "rank": "4"], seed: .max, totalSteps: 684,
      stepsPerEpoch: 171, initialBudget: 5, targetBudget: 3, modules: modules,
      plantedRanks: planted, environment: ["host": "box", "threads": "2"],
      startedAt: 1_700_000_000.25)
  }

  static func report(
    _ step: Int, loss: Double = 0.25, gradientNorm: Double = 1.5, wait: Double = 0
  ) -> StepReport {
    StepReport(
      step: step, loss: loss, regularizer: 0.001 / Double(max(1, step)),
      learningRate: 1e-4 * (1 - Double(step) / 1_000_000), gradientNorm: gradientNorm,
      tokens: 2048, seconds: 0.1 + 1e-7 * Double(step), elapsed: 0.1 * Double(step), budget: 5,
      alive: 4, wait: wait)
  }

  static func alarm(_ step: Int) -> RunEvent {
    .alarm(Alarm(step: step, kind: "test", message: "message \(step)"))
  }

  static func stop(_ step: Int, _ reason: Stop.Reason = .finished) -> Stop {
    Stop(step: step, reason: reason, seconds: 12.5, tokens: 1_000_000, adapter: nil)
  }

  static let plan = Plan(
    allocator: "dora", fromStep: 1,
    phases: [.init(name: "warm-up", start: 1, end: 10), .init(name: "final", start: 11, end: 20)],
    budgets: [.init(step: 1, budget: 5), .init(step: 11, budget: 3)], targetBudget: 3,
    firstDecision: 11, decisionInterval: 5, lastDecision: 20)

  static func decision(_ number: Int, threshold: Float?) -> Decision {
    Decision(
      number: number, step: 10 * number, allocator: "dora", budget: 4, threshold: threshold,
      scores: [0.5, .nan, -0.0, .infinity, .leastNonzeroMagnitude],
      alive: [true, false, true, true, false],
      pruned: [ComponentID(module: 1, slot: 2), ComponentID(module: 0, slot: 1)],
      grown: [ComponentID(module: 1, slot: 0)], isFinal: number > 1,
      reason: "the two weakest of five")
  }

  /// A decision with what its scores are made of, as it waits for an answer.
  static func proposal(_ number: Int) -> Decision {
    var proposal = decision(number, threshold: 0.5)
    proposal.parts = [
      ScorePart(name: "gate", values: [1, -.infinity, .nan, -0.0, 3]),
      ScorePart(name: "Anteil «s»", values: [0, 1, 2, 3, .leastNonzeroMagnitude]),
      ScorePart(name: "", values: []),
    ]
    return proposal
  }

  /// The same after a person's change.
  static func edited(_ number: Int) -> Decision {
    var decision = proposal(number)
    decision.edited = decision.pruned
    decision.pruned = []
    return decision
  }

  static func request(
    _ id: Int64, _ intervention: Intervention, _ outcome: InterventionRecord.Outcome,
    step: Int? = 3
  ) -> InterventionRecord {
    InterventionRecord(
      id: id, intervention: intervention, author: "añа@host", requestedAt: 1_700_000_001.5,
      step: step, outcome: outcome)
  }

  /// Every kind of event, every case inside, and values that a database might lose.
  static let everything: [RunEvent] = [
    .started(manifest(planted: [2, 0])),
    .planned(plan),
    .planned(
      Plan(
        allocator: "fixed", fromStep: 5, phases: [], budgets: [], targetBudget: 0,
        firstDecision: nil, decisionInterval: 0, lastDecision: nil)),
    .step(report(1)),
    .step(report(2, loss: .nan, gradientNorm: .infinity, wait: -.infinity)),
    .step(report(3, loss: .greatestFiniteMagnitude, gradientNorm: .leastNonzeroMagnitude)),
    .statistics(
      ModuleStatistics(
        step: 3, ranks: [2, .max], importance: [.nan, 0.5], gradientNorm: [.infinity, -1],
        updateNorm: [0, .leastNonzeroMagnitude])),
    .statistics(
      ModuleStatistics(step: 4, ranks: [], importance: [], gradientNorm: [], updateNorm: [])),
    .decision(decision(1, threshold: 0.1)),
    .decision(decision(2, threshold: nil)),
    .decision(decision(3, threshold: .nan)),
    .decision(decision(4, threshold: -.infinity)),
    .proposed(proposal(4)),
    .decision(edited(4)),
    .proposed(proposal(5)),
    .decision(
      Decision(
        number: 5, step: 50, allocator: "", budget: 0, threshold: nil, scores: [], alive: [],
        pruned: [], grown: [], isFinal: true, reason: "")),
    .intervention(request(1, .pause, .applied)),
    .intervention(request(2, .resume, .applied, step: nil)),
    .intervention(request(3, .budget(-7), .rejected("must be positive"))),
    .intervention(request(4, .allocator("ада lora"), .rejected(""))),
    .intervention(request(9, .stop, .pending)),
    .evaluation(
      Evaluation(
        step: 5, loss: .infinity, metrics: ["accuracy": 0.1 + 0.2, "f1 «macro»": .nan, "": -1],
        seconds: 2)),
    .evaluation(Evaluation(step: 6, loss: .nan, metrics: [:], seconds: 0)),
    .alarm(Alarm(step: 6, kind: "importance-all-zero", message: "line 1\nline 2 — 'quoted'")),
    .stopped(
      Stop(
        step: 7, reason: .failed("out of memory"), seconds: 1.25, tokens: 9, adapter: "a/b c")),
  ]
}

/// A text that is equal for equal values, where NaN equals NaN.
func fingerprint(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
