import RunEvents
import Screen

/// Tells a run line by line in words: for screen readers, pipes and terminals that only print.
///
/// Every line stands for itself; nothing depends on colour, place or signs.
public struct PlainNarrator: Sendable {
  /// The run as the events so far give it.
  public private(set) var state = DashboardState()
  /// The last warning told, without its numbers: those alone are no news.
  private var warned = ""

  /// Creates a narrator that has seen nothing.
  public init() {}

  /// Takes in an event of earlier without a word.
  public mutating func takeIn(_ event: RunEvent) { state.apply(event) }

  /// Takes in the next event; returns what is worth saying about it, mostly nothing.
  public mutating func lines(for event: RunEvent) -> [String] {
    let before = (selection: state.selectionStep, constraints: state.constraints)
    state.apply(event)
    var lines: [String] = []
    switch event {
    case .started(let manifest): lines.append(opening(manifest))
    case .planned(let plan): lines.append(words(plan))
    case .decision: lines += state.lastDecision.map { [words($0)] } ?? []
    case .proposed(let decision):
      lines.append(
        "step \(decision.step): decision \(decision.number) is proposed: \(decision.pruned.count) "
          + "to prune, \(decision.grown.count) to grow; the trainer waits for an answer")
    case .intervention(let record): lines.append(words(record))
    case .evaluation(let evaluation): lines.append(words(evaluation))
    case .alarm(let alarm): lines.append("step \(alarm.step): alarm: \(alarm.message)")
    case .checkpoint(let checkpoint):
      let note = RunNote.checkpoint(checkpoint)
      lines.append("step \(note.step): \(note.text(state.grid))")
    case .resumed(let seam): lines.append("step \(seam.step): \(SeamNote(seam).text)")
    case .constraints(let step, _) where before.constraints != state.constraints:
      lines.append("step \(step): held now: \(state.constraints.demands.text(state.grid))")
    case .gates(let gates) where before.selection != state.selectionStep:
      lines.append(
        "step \(gates.step): selection made: \(gates.gates.count { $0 > 0 }) of "
          + "\(gates.gates.count) modules are on")
    case .stopped(let stop): lines.append(words(stop))
    case .step, .statistics, .constraints, .gates, .progress: break
    }
    switch event {
    case .statistics, .decision: lines += verdict
    default: break
    }
    return lines
  }

  /// How far the run has come, in one line.
  public var progressLine: String { Summary.progressLine(state) }

  private func opening(_ manifest: Manifest) -> String {
    "run \(manifest.name): \(manifest.allocator) on \(manifest.model), \(manifest.task), "
      + "\(manifest.modules.count) modules, \(manifest.totalSteps) steps, budget "
      + "\(BudgetText.exact(manifest.initialBudget, state.unit)) at the start, target "
      + "\(BudgetText.exact(manifest.targetBudget, state.unit))"
  }

  private func words(_ plan: Plan) -> String {
    let start = "plan of \(plan.allocator) from step \(plan.fromStep): "
    guard let first = plan.firstDecision else { return start + "no decisions" }
    return start + "first decision at step \(first), then every \(plan.decisionInterval) steps"
      + (plan.lastDecision.map { ", the last at step \($0)" } ?? "")
      + ", target budget \(BudgetText.exact(plan.targetBudget, state.unit))"
  }

  private func words(_ decision: DecisionSummary) -> String {
    var text =
      "step \(decision.step): decision \(decision.number) by \(decision.allocator): "
      + "\(decision.pruned) pruned, \(decision.grown) grown, "
      + "\(BudgetText.exact(decision.alive, state.unit)) alive for a budget of "
      + BudgetText.exact(decision.budget, state.unit)
    if let threshold = decision.threshold {
      text += ", threshold \(NumberText.short(Double(threshold)))"
    }
    if decision.isFinal { text += ", final" }
    if decision.changes.isEmpty { return text + ": " + decision.reason }
    let changes = decision.changes.prefix(8).map { change in
      let parts = [(change.pruned, "minus"), (change.grown, "plus")].filter { $0.0 > 0 }
      return "\(state.grid.label(change.module)) "
        + parts.map { "\($0.1) \($0.0)" }.joined(separator: " ")
    }
    let more = decision.changes.count - changes.count
    return text + ": " + changes.joined(separator: ", ")
      + (more > 0 ? " and \(more) more modules" : "")
  }

  private func words(_ record: InterventionRecord) -> String {
    let place = record.step.map { "step \($0)" } ?? "before the first step"
    let start = "\(place): \(record.intervention.text) by \(record.author)"
    switch record.outcome {
    case .pending: return start + " waits for the trainer"
    case .applied: return start + " is done"
    case .rejected(let why): return start + " is refused: \(why)"
    }
  }

  private func words(_ evaluation: Evaluation) -> String {
    let metrics = evaluation.metrics.sorted { $0.key < $1.key }.map {
      ", \($0.key) \(MetricText.value($0.value, name: $0.key))"
    }
    return "step \(evaluation.step): evaluation: loss \(NumberText.short(evaluation.loss))"
      + metrics.joined()
  }

  private func words(_ stop: Stop) -> String {
    let start = "step \(stop.step): the run "
    switch stop.reason {
    case .finished: return start + "has finished"
    case .stopped: return start + "was stopped by a person"
    case .lossNotFinite: return start + "ended: the loss was not finite"
    case .failed(let why): return start + "failed: \(why)"
    }
  }

  /// A warning when it is a new one.
  private var verdict: [String] {
    mutating get {
      guard let worst = state.verdicts.first else { return [] }
      let isWell = worst.severity == .good
      let gist = isWell ? "" : String(worst.text.filter { !$0.isNumber })
      if gist == warned { return [] }
      warned = gist
      let word = isWell ? "all is well again" : worst.severity == .bad ? "trouble" : "warning"
      return ["step \(state.step): state: \(word): \(worst.text)"]
    }
  }
}
