import RunEvents

extension RunRecords {
  /// The run as it stands at its end, with its whole course.
  public func finalState() throws -> DashboardState {
    DashboardState(try digest(through: .max), history: RunHistory(try overview()))
  }

  /// How the run stood just after a step, without its course.
  public func state(at step: Int) throws -> DashboardState {
    DashboardState(try digest(through: step), history: RunHistory())
  }
}

/// The records are not those of the run that is shown.
public struct AnotherRun: Error, CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    "the file holds another run now, it was replaced: leave, and open it again"
  }
}

extension DashboardModel {
  /// Shows the run where the cursor of a navigator stands.
  ///
  /// - Throws: What the records throw, or ``AnotherRun``; then the model shows what it showed.
  public mutating func follow(_ navigator: RunNavigator, in records: some RunRecords) throws {
    if navigator.cursor != cursor {
      let past = try navigator.cursor.map { try records.state(at: $0) }
      if let past, past.manifest != head.manifest { throw AnotherRun() }
      self.past = past
    }
    cursor = navigator.cursor
    panTimeline()
    playback = navigator.playback
  }

  /// Looks up what a frame of this size would show.
  ///
  /// - Parameter judge: Works a decision out again, by its own rule and as the query asks.
  /// - Throws: What the records throw.
  public mutating func fulfil(
    width: Int, height: Int, in records: some RunRecords,
    judge: (Inspection.Query, RecordedChoice, DashboardState) -> Inspection
  ) throws {
    for want in wants(width: width, height: height) {
      switch want {
      case .columns(let steps):
        take(TimelineColumns(steps: steps, ranks: try records.ranks(at: steps)))
      case .inspection(let query):
        guard let choice = try records.decision(atOrBefore: query.step) else {
          take(Inspection(query: query))
          continue
        }
        // A decision is judged by the demands that held when it was taken: what a person demands after
        // its step came too late for it.
        var then = state
        then.constraints = try records.state(at: max(0, choice.decision.step - 1)).constraints
        take(judge(query, choice, then))
      case .changes(let module, let step):
        take(
          ModuleChanges(
            module: module, step: step,
            changes: try records.changes(of: module, through: step)))
      case .losses(let steps):
        take(StepLosses(steps: steps, values: try records.losses(of: steps)))
      case .marks(let steps, let count):
        take(
          StepMarks(steps: steps, count: count, stretches: try records.stretches(of: steps)))
      }
    }
  }
}
