import Foundation
import RunEvents
import RunStore

/// A run in figures, folded from its recorded events: what `train --json` and `show --json` print.
struct RunSummary: Encodable {
  var run: String
  var adapter: String?
  var status: String
  var steps: Int
  var totalSteps: Int
  var seconds: Double
  var tokensPerSecond: Double
  var loss: Double?
  var metrics: [String: Double]
  var components: Int
  var budgetUnit: BudgetUnit
  var parameters: Int
  var checkpoints: [Checkpoint]
  var seams: [SeamSummary]
  var ranks: [String: Int]
  var interventions: [InterventionSummary]
  var recovery: Double?
  var details: Details?

  /// One intervention in words.
  struct InterventionSummary: Encodable {
    var step: Int?
    var kind: String
    var value: String?
    var author: String
    var requestedAt: Double
    var outcome: String
  }

  /// Where the run was taken up again or forked.
  struct SeamSummary: Encodable {
    var step: Int
    var source: String?
    var lastRecorded: Int
  }

  /// What `show` adds.
  struct Details: Encodable {
    var manifest: Manifest
    var plan: Plan?
    var budgets: [BudgetStep]
    var decisions: [DecisionSummary]
    var evaluations: [Evaluation]
    var alarms: [Alarm]
  }

  /// Budget and components alive from a step on.
  struct BudgetStep: Encodable {
    var step: Int
    var budget: Int
    var alive: Int
  }

  /// One decision without its scores.
  struct DecisionSummary: Encodable {
    var number: Int
    var step: Int
    var allocator: String
    var budget: Int
    var threshold: Float?
    var pruned: [String]
    var grown: [String]
    var isFinal: Bool
    var reason: String
  }

  /// Reads a run.
  ///
  /// - Throws: `StoreError`, or a failure when the run has no manifest yet.
  init(reading reader: RunReader, path: String, withDetails: Bool) throws {
    var fold = Fold()
    try reader.forEachEvent { fold.apply($0) }
    guard let manifest = fold.manifest else {
      throw Failure("\(path): the run has not started yet, or died before its first event")
    }
    self.run = path
    adapter = fold.stop?.adapter
    status = try Self.statusWord(fold.stop, reader)
    steps = fold.report?.step ?? 0
    totalSteps = manifest.totalSteps
    seconds = fold.stop?.seconds ?? fold.report?.elapsed ?? 0
    // A fork's file lacks the steps before it, whose time and tokens count.
    tokensPerSecond = seconds > 0 ? Double(fold.stop?.tokens ?? fold.tokens) / seconds : 0
    loss = fold.report?.loss.finite
    metrics = (fold.evaluations.last?.metrics ?? [:]).filter { $0.value.isFinite }
    let found = manifest.layout.ranks(alive: fold.alive)
    components = found.reduce(0, +)
    budgetUnit = manifest.budgetUnit
    parameters = zip(found, manifest.modules).reduce(0) {
      $0 + $1.0 * $1.1.parametersPerComponent
    }
    checkpoints = fold.checkpoints
    seams = fold.seams
    ranks = Dictionary(
      zip(manifest.modules.map(\.name), found), uniquingKeysWith: { first, _ in first })
    interventions = fold.interventions
    recovery = manifest.plantedRanks.map { planted in
      let missed = zip(found, planted).reduce(0) { $0 + abs($1.0 - $1.1) }
      return 1 - Double(missed) / Double(2 * max(1, planted.reduce(0, +)))
    }
    if withDetails {
      details = Details(
        manifest: manifest, plan: fold.plan, budgets: fold.budgets, decisions: fold.decisions,
        evaluations: fold.evaluations, alarms: fold.alarms)
    }
  }

  private static func statusWord(_ stop: Stop?, _ reader: RunReader) throws -> String {
    switch stop?.reason {
    case .finished: return "finished"
    case .stopped: return "stopped"
    case .lossNotFinite: return "loss-not-finite"
    case .failed: return "failed"
    case nil:
      if case .live = try reader.liveness() { return "live" }
      return "died"
    }
  }

  /// The object as one line.
  func json() throws -> String { try Self.encode(self) }

  /// Any value as ranktop prints JSON: one line, keys in snake case and in order, numbers that are none as
  /// text.
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// What the summary keeps while it reads.
private struct Fold {
  var manifest: Manifest?
  var plan: Plan?
  var report: StepReport?
  var stop: Stop?
  var tokens = 0
  var alive: [Bool] = []
  var budgets: [RunSummary.BudgetStep] = []
  var decisions: [RunSummary.DecisionSummary] = []
  var evaluations: [Evaluation] = []
  var alarms: [Alarm] = []
  var interventions: [RunSummary.InterventionSummary] = []
  var checkpoints: [Checkpoint] = []
  var seams: [RunSummary.SeamSummary] = []

  mutating func apply(_ event: RunEvent) {
    switch event {
    case .started(let manifest):
      self.manifest = manifest
      alive = manifest.aliveAtStart
    case .planned(let plan): self.plan = plan
    case .step(let report):
      self.report = report
      tokens += report.tokens
      if budgets.last?.budget != report.budget || budgets.last?.alive != report.alive {
        budgets.append(.init(step: report.step, budget: report.budget, alive: report.alive))
      }
    case .decision(let decision):
      alive = decision.alive
      decisions.append(summary(decision))
    case .evaluation(let evaluation): evaluations.append(evaluation)
    case .alarm(let alarm): alarms.append(alarm)
    case .intervention(let record): interventions.append(summary(record))
    case .stopped(let stop): self.stop = stop
    case .resumed(let seam):
      alive = seam.alive
      seams.append(
        .init(step: seam.step, source: seam.source, lastRecorded: seam.lastRecorded))
    case .checkpoint(let checkpoint): checkpoints.append(checkpoint)
    case .statistics, .gates, .constraints, .progress, .proposed: break
    }
  }

  private func summary(_ decision: Decision) -> RunSummary.DecisionSummary {
    func names(_ ids: [ComponentID]) -> [String] {
      ids.map { id in
        let modules = manifest?.modules ?? []
        let name = modules.indices.contains(id.module) ? modules[id.module].name : "\(id.module)"
        return "\(name)#\(id.slot)"
      }
    }
    return .init(
      number: decision.number, step: decision.step, allocator: decision.allocator,
      budget: decision.budget, threshold: decision.threshold, pruned: names(decision.pruned),
      grown: names(decision.grown), isFinal: decision.isFinal, reason: decision.reason)
  }

  private func summary(_ record: InterventionRecord) -> RunSummary.InterventionSummary {
    let outcome =
      switch record.outcome {
      case .pending: "pending"
      case .applied: "applied"
      case .rejected(let reason): "rejected: \(reason)"
      }
    return .init(
      step: record.step, kind: record.intervention.kind, value: record.intervention.value,
      author: record.author,
      requestedAt: record.requestedAt, outcome: outcome)
  }
}

extension Double {
  /// The number, or nil when it is none.
  fileprivate var finite: Double? { isFinite ? self : nil }
}
