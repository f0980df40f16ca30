import RunEvents

/// A decision as it is told in words.
public struct DecisionSummary: Sendable, Hashable {
  /// How the rank of one module changed.
  public struct Change: Sendable, Hashable {
    /// Index of the module.
    public var module: Int
    /// Components cut, counted once each.
    public var pruned: Int
    /// Components revived or grown.
    public var grown: Int
    /// Difference of the rank.
    public var difference: Int { grown - pruned }
  }

  /// Running number in the run.
  public var number: Int
  /// Step after which it was taken.
  public var step: Int
  /// Who took it.
  public var allocator: String
  /// Components wanted alive.
  public var budget: Int
  /// Components alive afterwards.
  public var alive: Int
  /// Score at or below which components were cut; nil when nothing was ranked.
  public var threshold: Float?
  /// Components cut.
  public var pruned: Int
  /// Components revived or grown.
  public var grown: Int
  /// Modules that changed, in manifest order.
  public var changes: [Change]
  /// Whether the pruned components stay pruned.
  public var isFinal: Bool
  /// Why.
  public var reason: String

  init(_ decision: Decision, moduleCount: Int) {
    var changes: [Int: Change] = [:]
    for id in decision.pruned where (0..<moduleCount).contains(id.module) {
      changes[id.module, default: Change(module: id.module, pruned: 0, grown: 0)].pruned += 1
    }
    for id in decision.grown where (0..<moduleCount).contains(id.module) {
      changes[id.module, default: Change(module: id.module, pruned: 0, grown: 0)].grown += 1
    }
    number = decision.number
    step = decision.step
    allocator = decision.allocator
    budget = decision.budget
    alive = decision.alive.reduce(0) { $0 + ($1 ? 1 : 0) }
    threshold = decision.threshold
    pruned = decision.pruned.count
    grown = decision.grown.count
    self.changes = changes.values.sorted { $0.module < $1.module }
    isFinal = decision.isFinal
    reason = decision.reason
  }
}

/// What happened that is worth words, the last of it.
public struct RunLog: Sendable, Hashable {
  /// One thing that happened.
  public enum Entry: Sendable, Hashable {
    /// The allocator decided.
    case decision(DecisionSummary)
    /// A person's request was taken up.
    case intervention(InterventionRecord)
    /// Something was noticed.
    case alarm(Alarm)
  }

  /// Most decisions, interventions and alarms kept, each.
  public static let capacity = 200
  /// Decisions, the newest last.
  public private(set) var decisions: [DecisionSummary] = []
  /// Interventions, the newest last.
  public private(set) var interventions: [InterventionRecord] = []
  /// Alarms, the newest last.
  public private(set) var alarms: [Alarm] = []
  private var decisionOrder: [Int] = []
  private var interventionOrder: [Int] = []
  private var alarmOrder: [Int] = []
  private var nextOrder = 0

  /// Everything kept, the newest first.
  public var newestFirst: [Entry] {
    var entries = zip(decisionOrder, decisions).map { ($0, Entry.decision($1)) }
    entries += zip(interventionOrder, interventions).map { ($0, Entry.intervention($1)) }
    entries += zip(alarmOrder, alarms).map { ($0, Entry.alarm($1)) }
    return entries.sorted { $0.0 > $1.0 }.map(\.1)
  }

  /// The last refusal, as long as no decision and no other request came after it.
  public var freshRefusal: (record: InterventionRecord, reason: String)? {
    guard let record = interventions.last, case .rejected(let reason) = record.outcome,
      (interventionOrder.last ?? 0) > (decisionOrder.last ?? -1)
    else { return nil }
    return (record, reason)
  }

  mutating func add(_ decision: DecisionSummary) {
    Self.append(decision, to: &decisions, order: &decisionOrder, next: &nextOrder)
  }

  mutating func add(_ record: InterventionRecord) {
    Self.append(record, to: &interventions, order: &interventionOrder, next: &nextOrder)
  }

  mutating func add(_ alarm: Alarm) {
    Self.append(alarm, to: &alarms, order: &alarmOrder, next: &nextOrder)
  }

  private static func append<Value>(
    _ value: Value, to values: inout [Value], order: inout [Int], next: inout Int
  ) {
    if values.count == capacity {
      values.removeFirst()
      order.removeFirst()
    }
    values.append(value)
    order.append(next)
    next += 1
  }
}
