internal import GRDB
import RunEvents

/// Collects the course of a run: from its rows where they are few, else from the table `overview`.
///
/// Use it inside one read transaction.
struct OverviewRows {
  let reader: RunReader
  let db: Database
  /// The last event taken in.
  let seq: Int64

  /// Most steps for which there is one stretch a step.
  static let mostSingleSteps = 32_768
  /// Most steps that are read one by one behind the last row of `overview`.
  private static let mostOpenSteps = 4096
  /// Looks at a long run that has no such table.
  private static let probes = 2000
  /// Steps read at each look.
  private static let stepsPerProbe = 8
  /// Most evaluations.
  private static let mostEvaluations = 512

  /// The overview.
  func overview() throws -> RunOverview {
    let search = StepSearch(db: db)
    let lastReported = try search.lastReportedStep(through: seq)
    let first = Int(try db.integer("SELECT step FROM steps ORDER BY seq LIMIT 1") ?? 1)
    let stretches =
      lastReported &- first < Self.mostSingleSteps
      ? try singleSteps() : try coarse(lastReported)
    return RunOverview(
      stretches: stretches, columns: try RankColumns(reader: reader, db: db, seq: seq).columns(),
      evaluations: try evaluations(), lastStep: try search.lastStep(through: seq))
  }

  /// Most steps of a range that are looked at one by one.
  private static let mostStepsOfRange = 2048

  /// What happened over the steps of a range, without losses' tokens; nil where there are too many
  /// steps, and no sums.
  func stretches(of steps: ClosedRange<Int>) throws -> [RunOverview.Stretch]? {
    let steps = max(1, steps.lowerBound)...max(1, steps.upperBound)
    var course = Stretches()
    guard steps.count > Self.mostStepsOfRange else {
      try addRows(of: steps, to: &course) { $0 }
      return course.stretches.filter { steps.contains($0.firstStep) }
    }
    guard try Schema.version(of: db) >= 3 else { return nil }
    // Up to where a stretch begins step by step; what is not summed up yet likewise.
    let whole = RunOverview.firstStep(
      ofStretchWith: steps.lowerBound + RunOverview.stretchLength - 1)
    let search = StepSearch(db: db)
    let low = try search.seq(throughStep: whole - 1)
    let high = min(seq, try search.seq(throughStep: steps.upperBound))
    let (stretches, last) = try CourseRows(db: db).stretches(after: low, through: high)
    let end = max(last, low)
    let open = try search.lastReportedStep(through: high) &- search.lastReportedStep(through: end)
    guard open <= Self.mostOpenSteps else { return nil }
    if whole > steps.lowerBound {
      try addRows(of: steps.lowerBound...whole - 1, to: &course) { $0 }
    }
    course.stretches += stretches
    let rest = OverviewRows(reader: reader, db: db, seq: high)
    try rest.addRows(after: end, to: &course, RunOverview.firstStep(ofStretchWith:))
    return course.stretches.filter { steps.contains($0.firstStep) }
  }

  /// Adds what happened in the steps of a range, row by row.
  private func addRows(
    of steps: ClosedRange<Int>, to course: inout Stretches, _ firstStep: (Int) -> Int
  ) throws {
    let search = StepSearch(db: db)
    let high = min(seq, try search.seq(throughStep: steps.upperBound))
    try OverviewRows(reader: reader, db: db, seq: high).addRows(
      after: search.seq(throughStep: steps.lowerBound - 1), to: &course, firstStep)
  }

  private func singleSteps() throws -> [RunOverview.Stretch] {
    var course = Stretches()
    try addRows(after: 0, to: &course) { max(1, $0) }
    return course.stretches
  }

  private func coarse(_ lastReported: Int) throws -> [RunOverview.Stretch] {
    guard try Schema.version(of: db) >= 3 else { return try sampled() }
    let rows = CourseRows(db: db)
    let (stretches, last) = try rows.stretches(through: seq)
    let covered = try StepSearch(db: db).lastReportedStep(through: last)
    // Somebody who writes files without the table's rows.
    guard lastReported &- covered <= Self.mostOpenSteps else { return try sampled() }
    let sums = try rows.last(through: seq)
    var course = Stretches(
      stretches: stretches, smoothed: sums?.smoothed, tokens: sums?.totals.tokens ?? 0)
    try addRows(after: last, to: &course, RunOverview.firstStep(ofStretchWith:))
    return course.stretches
  }

  /// Adds what happened after an event, row by row.
  private func addRows(
    after low: Int64, to course: inout Stretches, _ firstStep: (Int) -> Int
  ) throws {
    let steps = try RawRows(
      db,
      // No number at all is as good as one that is not finite.
      "SELECT step, ifnull(loss, 9e999), tokens FROM steps WHERE seq > ? AND seq <= ? ORDER BY seq",
      [low, seq])
    while try steps.next() {
      course.add(loss: steps.double(1), tokens: steps.int(2), at: firstStep(steps.int(0)))
    }
    let decisions = try RawRows(
      db,
      """
      SELECT d.step, ifnull(c.pruned, 0), ifnull(c.grown, 0) FROM decisions d LEFT JOIN
        (SELECT seq, sum(change < 0) AS pruned, sum(change >= 0) AS grown FROM changes
        WHERE seq > ?1 AND seq <= ?2 GROUP BY seq) c USING (seq)
      WHERE d.seq > ?1 AND d.seq <= ?2 ORDER BY d.seq
      """, [low, seq])
    while try decisions.next() {
      course.update(firstStep(decisions.int(0))) { stretch in
        stretch.decisions += 1
        stretch.pruned &+= decisions.int(1)
        stretch.grown &+= decisions.int(2)
      }
    }
    guard try Schema.version(of: db) >= 2 else { return }
    let checkpoints = try RawRows(
      db, "SELECT step FROM checkpoints WHERE seq > ? AND seq <= ? ORDER BY seq", [low, seq])
    while try checkpoints.next() {
      course.update(firstStep(checkpoints.int(0))) { $0.checkpoints += 1 }
    }
  }

  /// A long run without the table: a few steps here and there stand for those around them.
  private func sampled() throws -> [RunOverview.Stretch] {
    let steps = try db.cachedStatement(
      sql: """
        SELECT step, loss FROM steps WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?
        """)
    let number = try db.cachedStatement(
      sql: "SELECT number FROM decisions WHERE seq <= ? ORDER BY seq DESC LIMIT 1")
    var course = Stretches()
    var decisions = 0
    for probe in 0..<Self.probes {
      let place = Int64(Double(seq) * Double(probe) / Double(Self.probes)) + 1
      let rows = try Row.fetchCursor(steps, arguments: [place, seq, Self.stepsPerProbe])
      var firstStep: Int?
      while let row = try rows.next() {
        let step = Int(row.integer(0) ?? 0)
        if firstStep == nil { firstStep = RunOverview.firstStep(ofStretchWith: step) }
        course.add(loss: row.number(1) ?? .nan, at: firstStep ?? step)
      }
      let sofar = Int(try db.first(number, [place]) { $0.integer(0) } ?? 0)
      if let firstStep, sofar > decisions {
        course.update(firstStep) { $0.decisions += sofar - decisions }
        decisions = sofar
      }
    }
    return course.stretches
  }

  private func evaluations() throws -> [Evaluation] {
    let rows = try RawRows(
      db, "SELECT seq FROM evaluations WHERE seq <= ? ORDER BY seq", [seq])
    var kept: [Int64] = []
    while try rows.next() {
      kept.append(rows.integer(0))
      guard kept.count > Self.mostEvaluations else { continue }
      let newest = kept.count - 1
      kept = kept.indices.filter { (newest - $0) % 2 == 0 }.map { kept[$0] }
    }
    let selection = EventTable.evaluations.newest(version: try Schema.version(of: db))
    return try kept.compactMap { number in
      try db.first(selection, [number, 1]) { row in
        guard
          case .evaluation(let evaluation) = try EventRow(table: .evaluations, row: row).event(db)
        else { return nil }
        return evaluation
      }
    }
  }
}

/// Stretches by rising first step, being filled.
private struct Stretches {
  var stretches: [RunOverview.Stretch] = []
  /// Running mean of the losses so far.
  var smoothed: Double?
  /// Tokens so far.
  var tokens = 0

  /// Takes in one step; without its tokens where not all steps before it were taken in.
  mutating func add(loss: Double, tokens: Int? = nil, at firstStep: Int) {
    var running = smoothed
    self.tokens &+= tokens ?? 0
    let sofar = tokens == nil ? nil : self.tokens
    update(firstStep) { stretch in
      stretch.add(loss, &running)
      stretch.tokens = sofar
    }
    smoothed = running
  }

  /// Changes the stretch that begins at a step.
  mutating func update(_ firstStep: Int, _ change: (inout RunOverview.Stretch) -> Void) {
    if let last = stretches.last, last.firstStep == firstStep {
      return change(&stretches[stretches.count - 1])
    }
    var low = 0
    if stretches.last.map({ $0.firstStep < firstStep }) ?? true {
      low = stretches.count
    } else {
      var high = stretches.count
      while low < high {
        let middle = (low + high) / 2
        if stretches[middle].firstStep < firstStep { low = middle + 1 } else { high = middle }
      }
    }
    if low == stretches.count || stretches[low].firstStep != firstStep {
      var stretch = RunOverview.Stretch(firstStep: firstStep)
      stretch.smoothed = low > 0 ? stretches[low - 1].smoothed : 0
      stretches.insert(stretch, at: low)
    }
    change(&stretches[low])
  }
}
