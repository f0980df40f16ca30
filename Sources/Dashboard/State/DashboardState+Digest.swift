import RunEvents

extension DashboardState {
  /// How a run stood just after a step.
  ///
  /// - Parameters:
  ///   - digest: What still mattered then.
  ///   - history: The course of the whole run, also beyond that step.
  public init(_ digest: RunDigest, history: RunHistory) {
    self.init()
    for (index, entry) in digest.entries.enumerated() {
      switch entry {
      case .event(let event): apply(event)
      case .decision(let outline):
        eventCount += 1
        take(DecisionSummary(outline, moduleCount: grid.count))
      }
      // After the manifest, which begins everything anew.
      if index == 0 { add(digest.totals) }
    }
    self.history = history
    if !atCheckpoint.isEmpty {
      atCheckpoint[0].history = history
      atCheckpoint[0].history.cut(after: atCheckpoint[0].step)
    }
  }

  private mutating func add(_ totals: RunDigest.Totals) {
    tokens &+= totals.tokens
    decisionCount += totals.decisions
    prunedCount += totals.pruned
    grownCount += totals.grown
    checkpointCount += totals.checkpoints
    watch.records += totals.statistics
  }
}

/// The last decision with all its scores; equal where its number and every score are, NaN included.
struct LastDecision: Sendable, Hashable {
  var decision: Decision

  static func == (a: Self, b: Self) -> Bool {
    a.decision.number == b.decision.number && a.decision.step == b.decision.step
      && a.decision.alive == b.decision.alive
      && a.decision.scores.elementsEqual(b.decision.scores) { $0.bitPattern == $1.bitPattern }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(decision.number)
    hasher.combine(decision.step)
  }
}
