import Dashboard
import RunEvents

/// The numbers behind the dashboard's picture at a step: what `export --format json` writes.
struct StepNumbers: Encodable {
  struct Module: Encodable {
    var name: String
    var layer: Int
    var kind: String
    var rank: Int?
    var capacity: Int
    var importance: Float?
    var gradientNorm: Float?
    var updateNorm: Float?
  }

  struct Column: Encodable {
    var step: Int
    var ranks: [UInt16]
  }

  struct DecisionNumbers: Encodable {
    var number: Int
    var step: Int
    var allocator: String
    var budget: Int
    var threshold: Float?
    var isFinal: Bool
    var reason: String
    var pruned: [ComponentID]
    var grown: [ComponentID]
    /// Scores slot by slot, a list a module; nil for what was no candidate.
    var scores: [[Float?]]
  }

  var run: String
  var view: String
  var step: Int
  var totalSteps: Int
  var allocator: String?
  var budgetUnit: BudgetUnit
  var alive: Int?
  var budget: Int?
  var targetBudget: Int?
  var loss: Double?
  var smoothedLoss: Double?
  var metrics: [String: Double]
  var modules: [Module]
  /// The view's own: ranks over steps, the decision, the log in words.
  var timeline: [Column]?
  var decision: DecisionNumbers?
  var verdicts: [String]?
  var decisions: [String]?

  init(_ state: DashboardState, view: ViewKind) {
    run = state.manifest?.name ?? ""
    self.view = view.title
    step = state.step
    totalSteps = state.totalSteps
    allocator = state.allocator
    budgetUnit = state.unit
    alive = state.alive
    budget = state.budget
    targetBudget = state.targetBudget
    loss = state.report.flatMap { $0.loss.isFinite ? $0.loss : nil }
    smoothedLoss = state.smoothedLoss
    metrics = (state.evaluation?.metrics ?? [:]).filter { $0.value.isFinite }
    modules = (state.manifest?.modules ?? []).enumerated().map { index, module in
      func value(_ values: [Float]?) -> Float? {
        guard let values, values.indices.contains(index), values[index].isFinite else { return nil }
        return values[index]
      }
      return Module(
        name: module.name, layer: module.layer, kind: module.kind,
        rank: state.ranks.indices.contains(index) ? Int(state.ranks[index]) : nil,
        capacity: module.capacity, importance: value(state.statistics?.importance),
        gradientNorm: value(state.statistics?.gradientNorm),
        updateNorm: value(state.statistics?.updateNorm))
    }
    if view == .timeline || view == .overview {
      timeline = state.timeline.columns.map { Column(step: $0.step, ranks: $0.ranks) }
    }
    if view == .decision, let last = state.scoredDecision { decision = Self.numbers(last, state) }
    if view == .log || view == .overview {
      verdicts = state.verdicts.map(\.text)
      decisions = state.log.decisions.map { "#\($0.number) @\($0.step) \($0.reason)" }
    }
  }

  private static func numbers(_ decision: Decision, _ state: DashboardState) -> DecisionNumbers {
    let layout = state.grid.layout
    let scores =
      decision.scores.count == layout.count
      ? (0..<layout.moduleCount).map { module in
        layout.range(of: module).map { index -> Float? in
          decision.scores[index].isFinite ? decision.scores[index] : nil
        }
      } : []
    return DecisionNumbers(
      number: decision.number, step: decision.step, allocator: decision.allocator,
      budget: decision.budget, threshold: decision.threshold, isFinal: decision.isFinal,
      reason: decision.reason, pruned: decision.pruned, grown: decision.grown, scores: scores)
  }

  func json() throws -> String { try RunSummary.encode(self) }
}
