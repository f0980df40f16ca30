import Foundation
internal import GRDB
import RunEvents

/// Sums up a run while it is recorded, and writes the rows of `overview` and `rank_changes`.
///
/// A value: a transaction that fails leaves the recorder with the sums of before. After a rewind it is
/// restored from the file, so that what was undone is in no sum.
struct RunCourse {
  private var layout = ComponentLayout(capacities: [])
  /// Budget that a component of each module takes up, in the run's unit.
  private var costs: [Int] = []
  private var ranks: [UInt16]?
  private var totals = RunDigest.Totals()
  private var smoothed: Double?
  private var open: RunOverview.Stretch?

  /// Begins before the first event.
  init() {}

  /// Takes up what a file says; for one that has no rows in the two tables, writes them from its events.
  init(restoring db: Database) throws {
    let last = try CourseRows(db: db).last(through: .max)
    totals = last?.totals ?? totals
    smoothed = last?.smoothed
    let seq = last?.seq ?? 0
    try db.execute(sql: "DELETE FROM rank_changes WHERE seq > ?", arguments: [seq])
    if seq > 0 {
      var start = try EventMerge(db, after: 0, kinds: .started)
      if case .started(let manifest) = try start.next(limit: 1).first?.event {
        begin(manifest)
      }
      ranks = try RankRows(db: db).last(through: seq)?.ranks
    }
    var rest = try EventMerge(
      db, after: seq,
      kinds: [.started, .steps, .statistics, .decisions, .checkpoints, .seams],
      withParts: false)
    while true {
      let events = try rest.next(limit: 1024)
      if events.isEmpty { break }
      for recorded in events { try take(recorded.event, seq: recorded.seq, db) }
    }
  }

  /// Takes in the next event, which is recorded as number `seq`.
  mutating func take(_ event: RunEvent, seq: Int64, _ db: Database) throws {
    switch event {
    case .started(let manifest):
      begin(manifest)
      guard let start = manifest.startRanks else { return }
      try change(to: start, at: 0, seq, db)
    case .step(let report):
      let first = RunOverview.firstStep(ofStretchWith: report.step)
      if let open, open.firstStep != first { try close(open, seq: seq - 1, db) }
      totals.tokens &+= report.tokens
      var running = smoothed
      update(report.step) { $0.add(report.loss, &running) }
      smoothed = running
    case .statistics(let statistics):
      totals.statistics += 1
      guard statistics.ranks.count == layout.moduleCount else { return }
      try change(to: statistics.ranks, at: statistics.step, seq, db)
    case .decision(let decision):
      totals.decisions += 1
      totals.pruned += decision.pruned.count
      totals.grown += decision.grown.count
      update(decision.step) { stretch in
        stretch.decisions += 1
        stretch.pruned += decision.pruned.count
        stretch.grown += decision.grown.count
      }
      guard let ranks = layout.ranks(of: decision.alive) else { return }
      try change(to: ranks, at: decision.step, seq, db)
    case .checkpoint(let checkpoint):
      totals.checkpoints += 1
      update(checkpoint.step) { $0.checkpoints += 1 }
    case .resumed(let seam):
      guard let ranks = layout.ranks(of: seam.alive) else { return }
      // Always a row: what comes before a fork's seam is another run's.
      self.ranks = nil
      try change(to: ranks, at: seam.step, seq, db)
    default: break
    }
  }

  private mutating func begin(_ manifest: Manifest) {
    layout = manifest.layout
    costs = manifest.componentCosts
  }

  /// Budget that is taken up after an event, in the run's unit; nil for what is no decision, and where its
  /// mask is not the run's.
  func takenUp(after event: RunEvent) -> Int? {
    guard case .decision(let decision) = event, let ranks = layout.ranks(of: decision.alive) else {
      return nil
    }
    return ranks.cost(costs)
  }

  /// Changes the open stretch; what comes before the first report opens the one of its own step.
  private mutating func update(
    _ step: Int, _ change: (inout RunOverview.Stretch) -> Void
  ) {
    var stretch =
      open ?? RunOverview.Stretch(firstStep: RunOverview.firstStep(ofStretchWith: step))
    change(&stretch)
    open = stretch
  }

  private mutating func close(
    _ stretch: RunOverview.Stretch, seq: Int64, _ db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO overview (seq, \(CourseRows.stretchColumns), \(CourseRows.totalColumns))
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        seq, stretch.firstStep, stretch.finite,
        // No number at all where losses at the edge of the range add up to more.
        stretch.lossSum.isFinite ? stretch.lossSum : Double.greatestFiniteMagnitude,
        stretch.notFinite, smoothed, stretch.decisions, stretch.pruned, stretch.grown,
        stretch.checkpoints, totals.tokens, totals.decisions, totals.pruned, totals.grown,
        totals.checkpoints, totals.statistics,
      ])
    open = nil
  }

  private mutating func change(
    to new: [UInt16], at step: Int, _ seq: Int64, _ db: Database
  ) throws {
    if ranks == new { return }
    ranks = new
    try db.cachedStatement(
      sql: "INSERT INTO rank_changes (seq, step, ranks) VALUES (?, ?, ifnull(?, x''))"
    ).execute(arguments: [seq, step, Data(numbers: new)])
  }
}

extension [UInt16] {
  /// Budget that modules of these ranks take up, by what a component of each costs.
  func cost(_ costs: [Int]) -> Int {
    zip(self, costs).reduce(0) { $0 &+ Int($1.0) &* $1.1 }
  }
}

extension Manifest {
  /// Budget that a component of each module takes up, in the run's unit.
  var componentCosts: [Int] {
    modules.map { budgetUnit == .components ? 1 : $0.inputs &+ $0.outputs }
  }

  /// Rank of every module before the first step; nil where a file of version 1 does not say it.
  var startRanks: [UInt16]? {
    let ranks = modules.map(\.startRank)
    let isKnown = budgetUnit == .parameters || ranks.reduce(0, &+) == initialBudget
    return isKnown ? ranks.map { UInt16(clamping: $0) } : nil
  }
}

extension ComponentLayout {
  /// Rank of every module by a mask; nil for a mask of another length, or of nothing.
  func ranks(of alive: [Bool]) -> [UInt16]? {
    guard alive.count == count, count > 0 else { return nil }
    return alive.withUnsafeBytes { ranks(ofBytes: $0) }
  }

  /// As ``ranks(of:)`` from the bytes of a mask, each 0 or not.
  func ranks(ofBytes alive: UnsafeRawBufferPointer) -> [UInt16]? {
    guard alive.count == count, count > 0 else { return nil }
    return (0..<moduleCount).map { module in
      var rank = 0
      for index in range(of: module) where alive[index] != 0 { rank += 1 }
      return UInt16(clamping: rank)
    }
  }
}

extension RunOverview {
  /// First step of the stretch that a step lies in; what comes before step 1 counts as step 1.
  static func firstStep(ofStretchWith step: Int) -> Int {
    (max(1, step) - 1) / stretchLength * stretchLength + 1
  }
}

extension RunOverview.Stretch {
  /// Takes in one step's loss.
  mutating func add(_ loss: Double, _ running: inout Double?) {
    if loss.isFinite {
      finite += 1
      lossSum += loss
      running = 0.9 * (running ?? loss) + (1 - 0.9) * loss
    } else {
      notFinite += 1
    }
    smoothed = running ?? 0
  }
}
