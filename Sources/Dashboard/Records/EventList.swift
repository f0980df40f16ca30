import RunEvents

/// A run whose events are all in memory: the plain form of ``RunRecords``, by walking over all of them.
public struct EventList: RunRecords, Sendable {
  /// The events in order.
  public var events: [RunEvent]

  /// Creates the records of a run from its events.
  public init(_ events: [RunEvent]) { self.events = events }

  /// Last step recorded.
  public var lastStep: Int {
    events.reduce(0) { last, event in
      switch event {
      case .step(let report): report.step
      case .resumed(let seam): seam.step
      default: last
      }
    }
  }

  /// The events up to a step and what belongs to it; nothing is left out.
  public func digest(through step: Int) -> RunDigest {
    RunDigest(entries: events(through: step).map { .event($0) })
  }

  /// The whole course, one stretch a step.
  public func overview() -> RunOverview {
    var state = DashboardState()
    var overview = RunOverview()
    for event in events {
      state.apply(event)
      switch event {
      case .step(let report):
        var stretch = RunOverview.Stretch(firstStep: report.step)
        stretch.finite = report.loss.isFinite ? 1 : 0
        stretch.lossSum = report.loss.isFinite ? report.loss : 0
        stretch.notFinite = 1 - stretch.finite
        stretch.smoothed = state.smoothedLoss ?? 0
        stretch.tokens = state.tokens
        overview.stretches.append(stretch)
      case .decision(let decision):
        guard let last = overview.stretches.indices.last else { break }
        overview.stretches[last].decisions += 1
        overview.stretches[last].pruned += decision.pruned.count
        overview.stretches[last].grown += decision.grown.count
      case .checkpoint:
        if let last = overview.stretches.indices.last { overview.stretches[last].checkpoints += 1 }
      case .evaluation(let evaluation): overview.evaluations.append(evaluation)
      default: break
      }
    }
    overview.columns = state.timeline.columns.map {
      RunOverview.Column(step: $0.step, ranks: $0.ranks)
    }
    overview.lastStep = lastStep
    return overview
  }

  /// Ranks just after each step.
  public func ranks(at steps: [Int]) -> [[UInt16]?] {
    steps.map { step in
      let ranks = state(through: step).ranks
      return ranks.isEmpty ? nil : ranks
    }
  }

  /// Last step within so many seconds.
  public func step(atElapsed seconds: Double) -> Int {
    var found = 0
    for case .step(let report) in events where report.elapsed <= seconds { found = report.step }
    return found
  }

  /// Step of the next decision.
  public func decisionStep(after step: Int) -> Int? { decisions.first { $0.step > step }?.step }

  /// Step of the decision before.
  public func decisionStep(before step: Int) -> Int? { decisions.last { $0.step < step }?.step }

  /// The last decision with what was alive before it.
  public func decision(atOrBefore step: Int) -> RecordedChoice? {
    var state = DashboardState()
    var choice: RecordedChoice?
    for event in events(through: step) {
      if case .decision(let decision) = event {
        choice = RecordedChoice(decision: decision, aliveBefore: state.aliveMask)
      }
      state.apply(event)
    }
    return choice
  }

  /// Step of the next change of a module's rank.
  public func nextChange(of module: Int, after step: Int) -> Int? {
    decisions.first { $0.step > step && $0.changes(module) }?.step
  }

  /// Step of the change before of a module's rank.
  public func previousChange(of module: Int, before step: Int) -> Int? {
    decisions.last { $0.step < step && $0.changes(module) }?.step
  }

  /// Where a condition begins to hold.
  public func firstStep(after step: Int, where holds: ([UInt16]) -> Bool) -> Int? {
    var held = holds(state(through: step).ranks)
    for later in decisions where later.step > step {
      let holdsNow = holds(state(through: later.step).ranks)
      if holdsNow && !held { return later.step }
      held = holdsNow
    }
    return nil
  }

  /// When components of a module came and went.
  public func changes(of module: Int, through step: Int) -> [ComponentChange] {
    decisions.filter { $0.step <= step }.flatMap { decision in
      decision.pruned.filter { $0.module == module }.map {
        ComponentChange(step: decision.step, slot: $0.slot, isGrown: false)
      }
        + decision.grown.filter { $0.module == module }.map {
          ComponentChange(step: decision.step, slot: $0.slot, isGrown: true)
        }
    }
  }

  /// Loss of each step; the last report of a step counts, unless it was taken back.
  public func losses(of steps: ClosedRange<Int>) -> [Double] {
    var losses: [Int: Double] = [:]
    for event in events {
      switch event {
      case .step(let report): losses[report.step] = report.loss
      case .resumed(let seam): losses = losses.filter { $0.key <= seam.step }
      default: break
      }
    }
    return steps.map { losses[$0].flatMap { $0.isFinite ? $0 : nil } ?? .nan }
  }

  /// What happened in each step of a range.
  public func stretches(of steps: ClosedRange<Int>) -> [RunOverview.Stretch]? {
    overview().stretches.filter { steps.contains($0.firstStep) }
  }

  private var decisions: [Decision] {
    events.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
  }

  /// Everything before the first report of a later step.
  private func events(through step: Int) -> ArraySlice<RunEvent> {
    let end = events.firstIndex {
      if case .step(let report) = $0 { report.step > step } else { false }
    }
    return events[..<(end ?? events.endIndex)]
  }

  private func state(through step: Int) -> DashboardState {
    events(through: step).reduce(into: DashboardState()) { $0.apply($1) }
  }
}

extension Decision {
  fileprivate func changes(_ module: Int) -> Bool {
    pruned.contains { $0.module == module } || grown.contains { $0.module == module }
  }
}
