/// The tables whose rows are events, and the columns read from each after `seq`.
enum EventTable: String, CaseIterable {
  case manifest, plans, steps, statistics, decisions, interventions, evaluations, alarms, stop
  case gates, constraints, progress, checkpoints, seams
  case proposals

  /// First schema version that has the table.
  var version: Int {
    switch self {
    case .gates, .constraints, .progress, .checkpoints, .seams: 2
    case .proposals: 3
    default: 1
    }
  }

  /// The columns after `seq`, in the order in which ``EventRow`` decodes them.
  var columns: String {
    switch self {
    case .manifest:
      """
      name, model, architecture, task, main_metric, allocator, seed, total_steps,
      steps_per_epoch, initial_budget, target_budget, started_at, data, labels,
      hyperparameters, environment, planted_ranks, budget_unit
      """
    case .plans:
      """
      allocator, from_step, target_budget, first_decision, decision_interval, last_decision,
      phases, budgets
      """
    case .steps:
      """
      step, loss, regularizer, learning_rate, gradient_norm, tokens, seconds, elapsed, budget,
      alive, wait
      """
    case .statistics: "step, ranks, importance, gradient_norm, update_norm"
    case .decisions:
      """
      number, step, allocator, budget, ranked, threshold, is_final, reason, scores, alive, edited
      """
    case .proposals:
      """
      number, step, allocator, budget, ranked, threshold, is_final, reason, scores, alive, '[]'
      """
    case .interventions: "id, kind, value, author, requested_at, step, outcome, reason"
    case .evaluations: "step, loss, seconds"
    case .alarms: "step, kind, message"
    case .stop: "step, reason, detail, seconds, tokens, adapter"
    case .gates: "step, gates, is_binary"
    case .constraints: "step, constraints"
    case .progress: "step, task, done, total, seconds"
    case .checkpoints: "step, bytes, seconds"
    case .seams: "step, source, last_recorded, alive"
    }
  }

  /// Rows after a `seq`, in order, from a file of a schema version; steps through the rows as they are asked for.
  func selection(version: Int) -> String {
    "SELECT seq, \(columns(version: version)) FROM \(rawValue) WHERE seq > ? ORDER BY seq"
  }

  /// The newest rows at or before a `seq`, the newest first, as ``selection(version:)``.
  func newest(version: Int) -> String {
    """
    SELECT seq, \(columns(version: version)) FROM \(rawValue)
    WHERE seq <= ? ORDER BY seq DESC LIMIT ?
    """
  }

  private func columns(version: Int) -> String {
    var columns = columns
    if version < 2 { columns.replace("budget_unit", with: "'components'") }
    if version < 3 { columns.replace("edited", with: "'[]'") }
    return columns
  }

  /// The tables of a schema version.
  static func tables(version: Int) -> [EventTable] { allCases.filter { $0.version <= version } }

  /// The kind of event that the rows are.
  var kind: EventKinds {
    switch self {
    case .manifest: .started
    case .plans: .plans
    case .steps: .steps
    case .statistics: .statistics
    case .decisions: .decisions
    case .interventions: .interventions
    case .evaluations: .evaluations
    case .alarms: .alarms
    case .stop: .stopped
    case .gates: .gates
    case .constraints: .constraints
    case .progress: .progress
    case .checkpoints: .checkpoints
    case .seams: .seams
    case .proposals: .proposals
    }
  }
}

/// Kinds of run events, to read some without touching the others.
public struct EventKinds: OptionSet, Sendable, Hashable {
  /// Bits.
  public let rawValue: UInt16
  /// Creates a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The manifest.
  public static let started = EventKinds(rawValue: 1)
  /// Plans.
  public static let plans = EventKinds(rawValue: 2)
  /// Step reports.
  public static let steps = EventKinds(rawValue: 4)
  /// Statistics of the modules.
  public static let statistics = EventKinds(rawValue: 8)
  /// Decisions.
  public static let decisions = EventKinds(rawValue: 16)
  /// Interventions that the trainer has taken up.
  public static let interventions = EventKinds(rawValue: 32)
  /// Evaluations.
  public static let evaluations = EventKinds(rawValue: 64)
  /// Alarms.
  public static let alarms = EventKinds(rawValue: 128)
  /// The end of the run.
  public static let stopped = EventKinds(rawValue: 256)
  /// Gates of whole modules.
  public static let gates = EventKinds(rawValue: 512)
  /// Pins and caps.
  public static let constraints = EventKinds(rawValue: 1024)
  /// Progress of long tasks.
  public static let progress = EventKinds(rawValue: 2048)
  /// Notes of checkpoints.
  public static let checkpoints = EventKinds(rawValue: 4096)
  /// Where a run was taken up again.
  public static let seams = EventKinds(rawValue: 8192)
  /// Decisions that waited for an answer.
  public static let proposals = EventKinds(rawValue: 16384)
  /// Everything.
  public static let all = EventKinds(rawValue: 32767)
}
