import RunEvents

extension DashboardState {
  private static let smoothing = 0.9

  /// Takes in the next event.
  ///
  /// Arrays of the wrong length and impossible step numbers (a run file that is damaged or written by
  /// something else) are ignored.
  ///
  /// - Complexity: O(1) a step, O(modules) for statistics, O(components) for a decision.
  public mutating func apply(_ event: RunEvent) {
    eventCount += 1
    switch event {
    case .started(let manifest): begin(manifest)
    case .planned(let plan): take(plan)
    case .step(let report): take(report)
    case .statistics(let statistics): take(statistics)
    case .decision(let decision): take(decision)
    case .proposed(let decision):
      proposal = decision
      isAskedToPropose = false
    case .intervention(let record): take(record)
    case .evaluation(let evaluation): take(evaluation)
    case .alarm(let alarm): log.add(alarm)
    case .gates(let gates): take(gates)
    case .constraints(let step, let constraints): take(constraints, at: step)
    case .progress(let progress): take(progress)
    case .checkpoint(let checkpoint): take(checkpoint)
    case .resumed(let seam): take(seam)
    case .stopped(let stop):
      self.stop = stop
      task = nil
      proposal = nil
      status = .stopped(stop.reason)
    }
  }

  private mutating func begin(_ manifest: Manifest) {
    self = DashboardState()
    eventCount = 1
    self.manifest = manifest
    grid = ModuleGrid(manifest.modules)
    alive = manifest.initialBudget
    budget = manifest.initialBudget
    watch = ModuleWatch(moduleCount: manifest.modules.count)
    let startRanks = manifest.modules.map(\.startRank)
    if manifest.budgetUnit == .parameters || startRanks.reduce(0, +) == manifest.initialBudget {
      setRanks(startRanks.map { UInt16(clamping: $0) }, at: 0)
      aliveMask = manifest.aliveAtStart
    }
  }

  private mutating func take(_ plan: Plan) {
    let steps =
      [plan.fromStep, plan.firstDecision ?? 0, plan.lastDecision ?? 0, plan.decisionInterval]
      + plan.phases.flatMap { [$0.start, $0.end] }
    guard steps.allSatisfy(Self.isPlausible) else { return }
    if let old = self.plan {
      let past = old.decisions(through: plan.fromStep - 1)
      earlierExpectedDecisions += max(0, past - old.decisions(through: old.fromStep - 1))
    }
    self.plan = plan
    // What another run decided before a fork is not expected of this one.
    if let seam = seams.last, seam.source != nil {
      self.plan?.fromStep = max(plan.fromStep, seam.step + 1)
    }
  }

  private mutating func take(_ report: StepReport) {
    guard Self.isPlausible(report.step) else { return }
    if !isStopped { status = .training }
    step = report.step
    task = nil
    self.report = report
    tokens &+= report.tokens
    alive = report.alive
    budget = report.budget
    recent.add(report)
    if report.loss.isFinite {
      let old = smoothedLoss ?? report.loss
      smoothedLoss = Self.smoothing * old + (1 - Self.smoothing) * report.loss
    }
    let smoothed = smoothedLoss
    let sofar = tokens
    history.losses.update(step: report.step) {
      $0.add(report.loss, smoothed: smoothed, tokens: sofar)
    }
    history.lastStep = report.step
  }

  private mutating func take(_ statistics: ModuleStatistics) {
    self.statistics = statistics
    setRanks(statistics.ranks, at: statistics.step)
    watch.take(statistics)
  }

  private mutating func take(_ decision: Decision) {
    guard Self.isPlausible(decision.step) else { return }
    fullDecision = LastDecision(decision: decision)
    task = nil
    proposal = nil
    isAskedToPropose = false
    take(DecisionSummary(decision, state: self))
    setAlive(decision.alive, at: decision.step)
  }

  mutating func take(_ summary: DecisionSummary) {
    decisionCount += 1
    prunedCount += summary.pruned
    grownCount += summary.grown
    budget = summary.budget
    log.add(summary)
    history.marks.update(step: summary.step) { mark in
      mark.decisions += 1
      mark.pruned += summary.pruned
      mark.grown += summary.grown
    }
  }

  private mutating func take(_ record: InterventionRecord) {
    guard Self.isPlausible(record.step ?? 0) else { return }
    pending.removeAll { $0.id == record.id }
    switch record.outcome {
    case .pending: pending.append(record)
    case .rejected: log.add(record)
    case .applied:
      log.add(record)
      guard !isStopped else { return }
      if record.intervention == .pause { status = .paused }
      if record.intervention == .resume { status = .training }
      if record.intervention == .propose { isAskedToPropose = true }
      if record.intervention == .runOn { isAskedToPropose = false }
    }
  }

  private mutating func take(_ evaluation: Evaluation) {
    guard Self.isPlausible(evaluation.step) else { return }
    self.evaluation = evaluation
    history.add(evaluation)
  }

  static func isPlausible(_ step: Int) -> Bool { (0...maximumStep).contains(step) }

  mutating func setRanks(_ ranks: [UInt16], at step: Int) {
    guard ranks.count == grid.count else { return }
    self.ranks = ranks
    history.timeline.add(ranks, at: step)
  }
}
