import RunEvents

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
    /// The run as a whole: checkpoints, seams, the selection, pins as they stand.
    case note(RunNote)

    /// Last step finished when it happened; nil for a request that nobody has taken up.
    public var step: Int? {
      switch self {
      case .decision(let decision): decision.step
      case .intervention(let record): record.step
      case .alarm(let alarm): alarm.step
      case .note(let note): note.step
      }
    }
  }

  /// Most decisions, interventions, alarms and notes kept, each.
  public static let capacity = 200
  /// Decisions, the newest last.
  public var decisions: [DecisionSummary] { keptDecisions.values }
  /// Interventions, the newest last.
  public var interventions: [InterventionRecord] { keptInterventions.values }
  /// Alarms, the newest last.
  public var alarms: [Alarm] { keptAlarms.values }
  /// Notes, the newest last.
  public var notes: [RunNote] { keptNotes.values }
  private var keptDecisions = Newest<DecisionSummary>()
  private var keptInterventions = Newest<InterventionRecord>()
  private var keptAlarms = Newest<Alarm>()
  private var keptNotes = Newest<RunNote>()
  private var nextOrder = 0

  /// Everything kept, the newest first.
  public var newestFirst: [Entry] {
    var entries = keptDecisions.ordered(Entry.decision)
    entries += keptInterventions.ordered(Entry.intervention)
    entries += keptAlarms.ordered(Entry.alarm)
    entries += keptNotes.ordered(Entry.note)
    return entries.sorted { $0.order > $1.order }.map(\.entry)
  }

  /// The last refusal, as long as no decision and no other request came after it.
  public var freshRefusal: (record: InterventionRecord, reason: String)? {
    guard let record = interventions.last, case .rejected(let reason) = record.outcome,
      (keptInterventions.orders.last ?? 0) > (keptDecisions.orders.last ?? -1)
    else { return nil }
    return (record, reason)
  }

  mutating func add(_ decision: DecisionSummary) { keptDecisions.add(decision, &nextOrder) }
  mutating func add(_ record: InterventionRecord) { keptInterventions.add(record, &nextOrder) }
  mutating func add(_ alarm: Alarm) { keptAlarms.add(alarm, &nextOrder) }
  mutating func add(_ note: RunNote) { keptNotes.add(note, &nextOrder) }

  /// Forgets what happened after a step; returns the decisions among it.
  mutating func cut(after step: Int) -> [DecisionSummary] {
    keptInterventions.remove { ($0.step ?? 0) > step }
    keptAlarms.remove { $0.step > step }
    keptNotes.remove { $0.step > step }
    return keptDecisions.remove { $0.step > step }
  }

  /// The newest values of one kind, each with its place among all.
  private struct Newest<Value: Sendable & Hashable>: Sendable, Hashable {
    var values: [Value] = []
    var orders: [Int] = []

    mutating func add(_ value: Value, _ next: inout Int) {
      if values.count == RunLog.capacity {
        values.removeFirst()
        orders.removeFirst()
      }
      values.append(value)
      orders.append(next)
      next += 1
    }

    func ordered(_ make: (Value) -> Entry) -> [(order: Int, entry: Entry)] {
      zip(orders, values).map { ($0, make($1)) }
    }

    @discardableResult
    mutating func remove(where isGone: (Value) -> Bool) -> [Value] {
      let gone = values.filter(isGone)
      orders = zip(orders, values).filter { !isGone($0.1) }.map(\.0)
      values.removeAll(where: isGone)
      return gone
    }
  }
}
