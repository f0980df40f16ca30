internal import GRDB
import RunEvents

extension RunReader {
  /// The whole course of the run in outline.
  ///
  /// A run of at most ``RunOverview/mostExactSteps`` steps has one stretch a step; a longer one those that
  /// its recorder summed up, then its last steps one by one. In a long file without sums about 2000 steps
  /// are looked at, each standing for a stretch.
  ///
  /// - Complexity: O(min(steps, 32 768) + steps / 32).
  public func overview() throws(StoreError) -> RunOverview {
    try read { db in
      var rows = OverviewRows(self, db)
      return try rows.overview()
    }
  }
}

extension RunOverview {
  /// Longest run that is outlined step by step.
  public static let mostExactSteps = 32_768
  /// Most columns and evaluations, roughly.
  static let mostSamples = 1000
}

/// Collects the outline of a run, inside one read transaction.
private struct OverviewRows {
  let reader: RunReader
  let db: Database
  var overview = RunOverview()
  /// Running mean of the losses so far.
  var smoothed: Double?

  init(_ reader: RunReader, _ db: Database) {
    self.reader = reader
    self.db = db
  }

  mutating func overview() throws -> RunOverview {
    let last = try StepSearch(db: db).lastSeq()
    overview.lastStep = try lastStep()
    let first = try RawRows.single(db, "SELECT step FROM steps ORDER BY seq LIMIT 1") ?? 0
    let isShort = overview.lastStep &- Int(first) < RunOverview.mostExactSteps
    if isShort {
      try addSteps(after: 0)
    } else if let sums = try CourseRows(db: db).last(through: last) {
      overview.stretches = try CourseRows(db: db).stretches(through: last).stretches
      smoothed = sums.smoothed
      try addSteps(after: sums.seq)
    } else {
      try sampleSteps(through: last)
    }
    try addColumns(through: last)
    try addEvaluations()
    return overview
  }

  private func lastStep() throws -> Int {
    let step = try RawRows.single(db, "SELECT step FROM steps ORDER BY seq DESC LIMIT 1") ?? 0
    guard try Schema.version(of: db) >= 2 else { return Int(step) }
    let seam = try RawRows.single(
      db,
      """
      SELECT step FROM seams WHERE seq > ifnull((SELECT max(seq) FROM steps), 0)
      ORDER BY seq DESC LIMIT 1
      """)
    return Int(seam ?? step)
  }

  // MARK: Stretches

  /// What is added to the stretch of the report before it.
  private struct Marks {
    let rows: RawRows
    private(set) var seq: Int64 = 0
    private(set) var isAtEnd = false

    init(_ db: Database, _ sql: String, after seq: Int64) throws {
      rows = try RawRows(db, sql, [seq])
      try advance()
    }

    mutating func advance() throws {
      isAtEnd = try !rows.next()
      seq = isAtEnd ? .max : rows.integer(0)
    }
  }

  /// One stretch for every step report after an event.
  private mutating func addSteps(after seq: Int64) throws {
    let start = overview.stretches.count
    var seqs: [Int64] = []
    let reports = try RawRows(
      db, "SELECT seq, step, loss, loss IS NULL FROM steps WHERE seq > ? ORDER BY seq", [seq])
    while try reports.next() {
      var stretch = RunOverview.Stretch(firstStep: reports.int(1))
      stretch.add(reports.integer(3) != 0 ? .nan : reports.double(2), &smoothed)
      overview.stretches.append(stretch)
      seqs.append(reports.integer(0))
    }
    guard !seqs.isEmpty else { return }
    var sources = [
      try Marks(db, "SELECT seq, 0 FROM decisions WHERE seq > ? ORDER BY seq", after: seq),
      try Marks(
        db, "SELECT seq, change FROM changes WHERE seq > ? ORDER BY seq, position", after: seq),
    ]
    if try Schema.version(of: db) >= 2 {
      sources.append(
        try Marks(db, "SELECT seq, 0 FROM checkpoints WHERE seq > ? ORDER BY seq", after: seq))
    }
    for kind in sources.indices {
      var index = start
      while !sources[kind].isAtEnd {
        while index - start < seqs.count, seqs[index - start] < sources[kind].seq { index += 1 }
        // What comes before the first report belongs to none, or to the last stretch of the sums.
        if index > 0 {
          switch kind {
          case 0: overview.stretches[index - 1].decisions += 1
          case 1 where sources[kind].rows.integer(1) < 0: overview.stretches[index - 1].pruned += 1
          case 1: overview.stretches[index - 1].grown += 1
          default: overview.stretches[index - 1].checkpoints += 1
          }
        }
        try sources[kind].advance()
      }
    }
  }

  /// About 2000 reports, each in the place of those around it.
  private mutating func sampleSteps(through last: Int64) throws {
    let count: Int64 = 2000
    let statement = try db.cachedStatement(
      sql: "SELECT seq, step, loss FROM steps WHERE seq >= ? ORDER BY seq LIMIT 1")
    var seen: Int64 = 0
    for index in 0..<count {
      let target = max(seen + 1, Int64(Double(last) / Double(count) * Double(index)))
      let rows = try Row.fetchCursor(statement, arguments: [target])
      guard let row = try rows.next(), let seq = row.integer(0), seq < .max - 1 else { return }
      seen = seq
      var stretch = RunOverview.Stretch(firstStep: Int(row.integer(1) ?? 0))
      stretch.add(row.number(2) ?? .nan, &smoothed)
      overview.stretches.append(stretch)
    }
  }

  // MARK: Columns and evaluations

  private mutating func addColumns(through last: Int64) throws {
    let rows = RankRows(db: db)
    var fork: Int64 = 0
    if try Schema.version(of: db) >= 2 {
      // What was before a fork is another run's.
      fork =
        try RawRows.single(db, "SELECT max(seq) FROM seams WHERE source IS NOT NULL") ?? 0
    }
    if try rows.areRecorded() {
      let most = 2 * RunOverview.mostSamples
      let count = try RawRows.single(
        db, "SELECT count(*) FROM (SELECT 1 FROM rank_changes WHERE seq >= ? LIMIT ?)",
        [fork, most + 1])
      if Int(count ?? 0) <= most {
        for found in try rows.recorded("WHERE seq >= ? ORDER BY seq", [fork]) { add(found) }
      } else {
        try probe(from: fork, through: last) { try rows.last(through: $0) }
      }
      return
    }
    guard let manifest = try reader.manifest(db) else { return }
    let layout = manifest.checkedLayout
    if fork == 0, let start = manifest.startRanks, !start.isEmpty {
      add(RankRows.Found(seq: 0, step: 0, ranks: start))
    }
    let most = 1 << 26
    if try rows.impliedBytes(atMost: most, layout) <= most {
      let from = max(0, fork - 1)
      for found in try rows.implied(after: from, through: last, layout) { add(found) }
    } else {
      try probe(from: fork, through: last) { try rows.implied(through: $0, layout) }
    }
  }

  private mutating func probe(
    from first: Int64, through last: Int64, _ find: (Int64) throws -> RankRows.Found?
  ) throws {
    let count = RunOverview.mostSamples
    var seen: Int64 = -1
    for index in 0...count {
      let share = Double(index) / Double(count)
      let seq =
        index == count ? last : first + Int64(Double(last - first) * share)
      guard let found = try find(seq), found.seq != seen else { continue }
      seen = found.seq
      add(found)
    }
  }

  /// Adds a column where the ranks have changed; of several after one step the last holds.
  private mutating func add(_ found: RankRows.Found) {
    guard let last = overview.columns.last else {
      overview.columns.append(RunOverview.Column(step: found.step, ranks: found.ranks))
      return
    }
    if last.ranks == found.ranks { return }
    if last.step >= found.step {
      overview.columns[overview.columns.count - 1].ranks = found.ranks
    } else {
      overview.columns.append(RunOverview.Column(step: found.step, ranks: found.ranks))
    }
  }

  private mutating func addEvaluations() throws {
    var seqs: [Int64] = []
    let numbers = try RawRows(db, "SELECT seq FROM evaluations ORDER BY seq")
    while try numbers.next() { seqs.append(numbers.integer(0)) }
    // Each so-many-th, counted from the newest.
    let every = max(1, (seqs.count + RunOverview.mostSamples - 1) / RunOverview.mostSamples)
    let statement = try db.cachedStatement(
      sql: EventTable.evaluations.newest(version: try Schema.version(of: db)))
    for (index, seq) in seqs.enumerated() where (seqs.count - 1 - index) % every == 0 {
      guard let row = try Row.fetchCursor(statement, arguments: [seq, 1]).next() else { continue }
      if case .evaluation(let evaluation) = try EventRow(table: .evaluations, row: row).event(db) {
        overview.evaluations.append(evaluation)
      }
    }
  }
}
