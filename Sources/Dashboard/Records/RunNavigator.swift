import RunEvents

/// Where to go in a recorded run.
public enum Move: Sendable, Hashable {
  /// Before the first step, after the last.
  case start, end
  /// Just after a step.
  case to(Int)
  /// So many steps on, or back where negative.
  case steps(Int)
  /// So many decisions on, or back where negative.
  case decisions(Int)
  /// So many changes of a module's rank on, or back where negative.
  case changes(of: Int, Int)
  /// To where a condition on the ranks begins to hold, going on from here.
  case condition(RankCondition)
}

/// A condition on the rank of some modules.
public struct RankCondition: Sendable, Hashable {
  /// How a rank is compared.
  public enum Relation: String, Sendable, Hashable, CaseIterable {
    /// The comparisons.
    case less = "<", lessOrEqual = "<=", equal = "=", notEqual = "!="
    /// The comparisons.
    case greaterOrEqual = ">=", greater = ">"
  }

  /// Modules of which one must fulfil it.
  public var modules: [Int]
  /// The comparison.
  public var relation: Relation
  /// What the rank is compared with.
  public var rank: Int

  /// Creates a condition.
  public init(modules: [Int], relation: Relation, rank: Int) {
    self.modules = modules
    self.relation = relation
    self.rank = rank
  }

  /// Whether it holds for these ranks, one entry a module.
  public func holds(_ ranks: [UInt16]) -> Bool {
    modules.contains { module in
      guard ranks.indices.contains(module) else { return false }
      let found = Int(ranks[module])
      return switch relation {
      case .less: found < rank
      case .lessOrEqual: found <= rank
      case .equal: found == rank
      case .notEqual: found != rank
      case .greaterOrEqual: found >= rank
      case .greater: found > rank
      }
    }
  }
}

/// The time cursor of a recorded run: where it stands, how it moves, and how it plays on in time.
///
/// Time is the run's own training time (`StepReport.elapsed`), so pauses take no time. The navigator
/// reads no clock: `now` is in seconds of any clock that never runs backwards.
public struct RunNavigator: Sendable {
  /// Step of the cursor; nil at the end, where it goes along with what is recorded.
  public private(set) var cursor: Int?
  /// Whether time runs.
  public private(set) var isPlaying = false
  /// Seconds of training in one second.
  public private(set) var speed = 1.0
  /// A moment of the clock and the training time that was shown then.
  private var anchor = (now: 0.0, elapsed: 0.0)

  /// Creates a cursor at a step, or at the end.
  public init(cursor: Int? = nil) { self.cursor = cursor }

  /// How the replay stands, for the dashboard's header.
  public var playback: Playback {
    Playback(isPlaying: isPlaying, speed: speed, isAtEnd: cursor == nil)
  }

  /// Moves the cursor.
  ///
  /// - Returns: Why it stays where it is, as a sentence for a person; nil when it has moved or is
  ///   where it was to go.
  /// - Throws: What the records throw.
  public mutating func move(_ move: Move, in records: some RunRecords) throws -> String? {
    let last = try records.lastStep
    let here = min(cursor ?? last, last)
    switch move {
    case .start: cursor = 0
    case .end: cursor = nil
    case .to(let step): set(step, last)
    case .steps(let count):
      let (step, overflows) = here.addingReportingOverflow(count)
      set(overflows ? (count > 0 ? last : 0) : step, last)
    case .decisions(let count): return try moveDecisions(count, here, last, records)
    case .changes(let module, let count):
      return try moveChanges(of: module, count, here, last, records)
    case .condition(let condition):
      guard let step = try records.firstStep(after: here, where: condition.holds) else {
        return "that never comes about after step \(here)"
      }
      set(step, last)
    }
    return nil
  }

  private mutating func set(_ step: Int, _ last: Int) {
    cursor = step >= last ? nil : max(0, step)
  }

  private mutating func moveDecisions(
    _ count: Int, _ here: Int, _ last: Int, _ records: some RunRecords
  ) throws -> String? {
    var step = here
    for moved in 0..<min(abs(count), last + 1) {
      let next =
        count > 0
        ? try records.decisionStep(after: step) : try records.decisionStep(before: step)
      guard let next else {
        if moved == 0 {
          return count > 0
            ? "no decision after step \(here)" : "no decision before step \(here)"
        }
        break
      }
      step = next
    }
    set(step, last)
    return nil
  }

  private mutating func moveChanges(
    of module: Int, _ count: Int, _ here: Int, _ last: Int, _ records: some RunRecords
  ) throws -> String? {
    var step = here
    for moved in 0..<min(abs(count), last + 1) {
      let next =
        count > 0
        ? try records.nextChange(of: module, after: step)
        : try records.previousChange(of: module, before: step)
      guard let next else {
        if moved == 0 {
          return "its rank does not change \(count > 0 ? "after" : "before") step \(here)"
        }
        break
      }
      step = next
    }
    set(step, last)
    return nil
  }

  // MARK: Playing

  /// Lets time run or holds it; running from the end begins anew.
  ///
  /// - Parameter elapsed: Training time at the cursor, in seconds.
  public mutating func play(_ isPlaying: Bool, elapsed: Double, now: Double) {
    if isPlaying && cursor == nil {
      cursor = 0
      setAnchor(elapsed: 0, now: now)
    } else {
      setAnchor(elapsed: elapsed, now: now)
    }
    self.isPlaying = isPlaying
  }

  /// Changes how fast time runs.
  public mutating func setSpeed(_ speed: Double, elapsed: Double, now: Double) {
    self.speed = speed
    setAnchor(elapsed: elapsed, now: now)
  }

  /// Takes the present place as the one from which time runs on.
  public mutating func setAnchor(elapsed: Double, now: Double) {
    anchor = (now, elapsed.isFinite ? elapsed : 0)
  }

  /// Moves on to where time has come.
  ///
  /// - Returns: Whether the cursor moved.
  /// - Throws: What the records throw.
  public mutating func advance(to now: Double, in records: some RunRecords) throws -> Bool {
    guard isPlaying, let cursor else { return false }
    let elapsed = anchor.elapsed + (now - anchor.now) * speed
    let last = try records.lastStep
    let step = max(cursor, try records.step(atElapsed: elapsed))
    if step >= last {
      self.cursor = nil
      isPlaying = false
      return true
    }
    self.cursor = step
    return step != cursor
  }
}
