import Dashboard
import RunEvents
import Screen

extension DashboardModel {
  /// A dashboard that has seen these events.
  init(_ events: [RunEvent], mode: Mode = .live) {
    self.init(mode: mode)
    for event in events { apply(event) }
  }

  /// Presses keys one after the other at time 0 and collects what they ask for.
  @discardableResult
  mutating func press(_ keys: Key..., now: Double = 0) -> [Action] {
    keys.flatMap { apply($0, now: now) }
  }
}

extension DashboardState {
  /// The state after these events.
  init(_ events: [RunEvent]) {
    self.init()
    for event in events { apply(event) }
  }
}

extension ComparedRun {
  /// A run that has seen these events, with the outlines of its decisions.
  init(named name: String, _ events: [RunEvent]) {
    let decisions = events.compactMap { event -> DecisionOutline? in
      guard case .decision(let decision) = event else { return nil }
      return DecisionOutline(
        number: decision.number, step: decision.step, allocator: decision.allocator,
        budget: decision.budget, alive: decision.alive.count { $0 }, threshold: decision.threshold,
        pruned: decision.pruned, grown: decision.grown, isFinal: decision.isFinal,
        reason: decision.reason)
    }
    self.init(name: name, state: DashboardState(events), decisions: decisions)
  }
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  /// A character key, so that tests can write `"q"`.
  public init(unicodeScalarLiteral value: Unicode.Scalar) { self = .character(Character(value)) }
}

/// Themes of every kind of terminal.
let themes = [
  Theme(depth: .full), Theme(depth: .sixteen), Theme(depth: .none),
  Theme(depth: .full, glyphs: .ascii), Theme(depth: .none, glyphs: .ascii),
]

/// A report with everything ordinary but what is given.
func report(
  _ step: Int, loss: Double = 1, seconds: Double = 0.5, tokens: Int = 100, alive: Int = 10,
  budget: Int = 10
) -> RunEvent {
  .step(
    StepReport(
      step: step, loss: loss, regularizer: 0, learningRate: 1e-3, gradientNorm: 1, tokens: tokens,
      seconds: seconds, elapsed: Double(step) * seconds, budget: budget, alive: alive, wait: 0))
}

/// A request of a person, applied at a step unless said otherwise.
func intervention(
  _ intervention: Intervention, id: Int64 = 1, step: Int? = 1,
  outcome: InterventionRecord.Outcome = .applied
) -> RunEvent {
  .intervention(
    InterventionRecord(
      id: id, intervention: intervention, author: "ana@lab", requestedAt: 0, step: step,
      outcome: outcome))
}
