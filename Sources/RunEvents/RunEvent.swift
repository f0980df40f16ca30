/// A fact about a run, in the order in which facts happened. What is recorded is what is shown.
public enum RunEvent: Sendable, Hashable, Codable {
  /// The run begins. Always the first event, and there is just one.
  case started(Manifest)
  /// The allocator's plan from now on.
  case planned(Plan)
  /// A step ended.
  case step(StepReport)
  /// Statistics of every module.
  case statistics(ModuleStatistics)
  /// The allocator decided.
  case decision(Decision)
  /// The allocator would decide so, and the trainer waits for an answer; the decision follows it.
  case proposed(Decision)
  /// The trainer took up what a person asked.
  case intervention(InterventionRecord)
  /// Held-out metrics.
  case evaluation(Evaluation)
  /// Something goes wrong that would pass unseen.
  case alarm(Alarm)
  /// Gates of whole modules.
  case gates(ModuleGates)
  /// Pins and caps as they stand from now on.
  case constraints(step: Int, RankConstraints)
  /// A long task between two steps goes on.
  case progress(TaskProgress)
  /// A checkpoint was written.
  case checkpoint(Checkpoint)
  /// The run was taken up again, or began from another one's checkpoint.
  case resumed(Seam)
  /// The run ended. Always the last event of a run that was not killed.
  case stopped(Stop)

  /// The step the event belongs to: the last one finished when it happened.
  public var step: Int {
    switch self {
    case .started: 0
    case .planned(let plan): max(0, plan.fromStep - 1)
    case .step(let report): report.step
    case .statistics(let statistics): statistics.step
    case .decision(let decision): decision.step
    case .proposed(let decision): decision.step
    case .intervention(let record): record.step ?? 0
    case .evaluation(let evaluation): evaluation.step
    case .alarm(let alarm): alarm.step
    case .gates(let gates): gates.step
    case .constraints(let step, _): step
    case .progress(let progress): progress.step
    case .checkpoint(let checkpoint): checkpoint.step
    case .resumed(let seam): seam.step
    case .stopped(let stop): stop.step
    }
  }
}

/// Something that goes wrong unseen elsewhere, with its cause and what to do.
public struct Alarm: Sendable, Hashable, Codable {
  /// Step at which it was noticed.
  public var step: Int
  /// Short stable name, e.g. `importance-all-zero`.
  public var kind: String
  /// What is wrong and what to do, in one sentence.
  public var message: String

  /// Creates an alarm.
  public init(step: Int, kind: String, message: String) {
    self.step = step
    self.kind = kind
    self.message = message
  }
}

/// How a run ended.
public struct Stop: Sendable, Hashable, Codable {
  /// Why it ended.
  public enum Reason: Sendable, Hashable, Codable {
    /// All steps are done.
    case finished
    /// A person stopped it.
    case stopped
    /// The loss was not finite.
    case lossNotFinite
    /// Something else failed; the text says what.
    case failed(String)
  }

  /// Last step finished.
  public var step: Int
  /// Why.
  public var reason: Reason
  /// Training time in seconds, pauses excluded.
  public var seconds: Double
  /// Tokens trained on in all.
  public var tokens: Int
  /// Folder of the saved adapter, if one was saved.
  public var adapter: String?

  /// Creates the end of a run.
  public init(step: Int, reason: Reason, seconds: Double, tokens: Int, adapter: String?) {
    self.step = step
    self.reason = reason
    self.seconds = seconds
    self.tokens = tokens
    self.adapter = adapter
  }
}
