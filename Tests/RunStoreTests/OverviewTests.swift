import Foundation
import GRDB
import RunEvents
import RunStore
import Testing

/// The outline of a run is what all its events say.
@Suite(.timeLimit(.minutes(2))) struct OverviewTests {
  private func expectEqual(
    _ folder: RunFolder, length: Int, columns: Bool = true
  ) throws {
    let reader = try RunReader(opening: folder.file())
    let plain = try PlainRun(reader)
    let overview = try reader.overview()
    #expect(overview.stretches == plain.stretches(plain.events, length: length))
    if columns { #expect(overview.columns == plain.columns(plain.events)) }
    #expect(overview.lastStep == plain.lastStep(plain.events))
    #expect(try reader.lastStep() == overview.lastStep)
    let evaluations = plain.events.compactMap {
      if case .evaluation(let evaluation) = $0.event { evaluation } else { nil }
    }
    #expect(overview.evaluations == evaluations)
  }

  @Test func `a short run is outlined step by step`() throws {
    for seed in 1...5 {
      let folder = try RunFolder()
      try SampleRun.record(
        SampleRun(seed: UInt64(seed)), steps: 150 + seed, deaths: [60, 100 + seed], in: folder)
      try expectEqual(folder, length: 1)
      try OldFile.makeVersionTwo(folder.file())
      try expectEqual(folder, length: 1)
    }
  }

  @Test func `a fork begins with its own ranks`() throws {
    let folder = try RunFolder()
    try SampleRun.record(
      SampleRun(seed: 7), steps: 150, deaths: [147], source: "first@100", start: 100, in: folder)
    try expectEqual(folder, length: 1)
    #expect(try RunReader(opening: folder.file()).overview().columns.first?.step == 100)
    try OldFile.makeVersionTwo(folder.file())
    try expectEqual(folder, length: 1)
  }

  @Test func `every moment of a run`() throws {
    let folder = try RunFolder()
    try SampleRun.record(SampleRun(seed: 8), steps: 90, deaths: [85], in: folder)
    let reader = try RunReader(opening: folder.file())
    let plain = try PlainRun(reader)
    for count in plain.events.indices {
      let events = Array(plain.events[...count])
      let overview = try reader.overview(throughSeq: events[count].seq)
      #expect(overview.stretches == plain.stretches(events, length: 1))
      #expect(overview.columns == plain.columns(events))
      #expect(overview.lastStep == plain.lastStep(events))
    }
  }

  /// A run of so many steps that it is outlined in stretches; it is taken up again once, in the middle of one.
  private func longRun(_ folder: RunFolder, prepare: (URL) throws -> Void = { _ in }) throws {
    var run = SampleRun(seed: 9)
    run.hasIncidents = false
    (run.decisionEvery, run.statisticsEvery) = (50, 500)
    (run.evaluationEvery, run.checkpointEvery) = (100, 4801)
    let bytes = CheckpointBytes(data: Data([1]), fingerprint: "", wasAsked: false)
    var recorder = try RunRecorder(creating: folder.file(), options: SampleRun.ghost)
    try recorder.record([.started(run.manifest)])
    for steps in [1...4801, 4802...20_000, 4802...33_333] {
      if steps.upperBound == 33_333 {
        try recorder.finish()
        try prepare(folder.file())
        let checkpoint = try #require(try RunReader(opening: folder.file()).checkpoints().first)
        let seam = Seam(step: 4801, source: nil, lastRecorded: 20_000, alive: run.alive)
        recorder = try RunRecorder(
          resuming: folder.file(), from: checkpoint, seam: seam, options: SampleRun.ghost)
      }
      var events: [RunEvent] = []
      for step in steps { events += run.events(of: step) }
      let notes = events.count { if case .checkpoint = $0 { true } else { false } }
      _ = try recorder.record(
        events, with: [CheckpointBytes](repeating: bytes, count: notes), keeping: 99)
    }
    try recorder.finish()
  }

  /// Decisions and checkpoints of ranges are those of the events, each in a stretch that holds its step.
  private func expectMarks(_ folder: RunFolder, _ ranges: [ClosedRange<Int>]) throws {
    let reader = try RunReader(opening: folder.file())
    let plain = try PlainRun(reader)
    for steps in ranges {
      let length = steps.count > 2048 ? RunOverview.stretchLength : 1
      let found = try #require(try reader.stretches(of: steps))
      #expect(
        zip(found, found.dropFirst()).allSatisfy { $0.firstStep < $1.firstStep }, "\(steps)")
      var expected: [Int: [Int]] = [:]
      for recorded in plain.events where steps.contains(recorded.event.step) {
        let step = recorded.event.step
        var first = (step - 1) / length * length + 1
        // What comes before the first whole stretch stands for itself.
        if first < steps.lowerBound { first = step }
        var counts = expected[first] ?? [0, 0, 0, 0]
        switch recorded.event {
        case .decision(let decision):
          counts[0] += 1
          counts[1] += decision.pruned.count
          counts[2] += decision.grown.count
        case .checkpoint: counts[3] += 1
        default: continue
        }
        expected[first] = counts
      }
      let counts = found.map {
        ($0.firstStep, [$0.decisions, $0.pruned, $0.grown, $0.checkpoints])
      }
      let marked = Dictionary(counts, uniquingKeysWith: { first, _ in first }).filter {
        $0.value != [0, 0, 0, 0]
      }
      #expect(marked == expected, "\(steps)")
      #expect(!expected.isEmpty)
    }
  }

  @Test func `a short run's marks are looked up step by step`() throws {
    let folder = try RunFolder()
    try SampleRun.record(SampleRun(seed: 3), steps: 150, deaths: [60, 100], in: folder)
    try expectMarks(folder, [1...150, 17...120, 90...400])
    try OldFile.makeVersionTwo(folder.file())
    try expectMarks(folder, [1...150, 17...120])
    #expect(try RunReader(opening: folder.file()).stretches(of: 1...5000) == nil)
  }

  @Test func `a long run is outlined in stretches`() throws {
    let folder = try RunFolder()
    try longRun(folder)
    try expectEqual(folder, length: RunOverview.stretchLength)
    try expectMarks(
      folder, [1...33_333, 700...9000, 4793...4825, 31_000...40_000, 33_000...33_333])
    let digest = try RunReader(opening: folder.file()).digest(through: 30_000)
    let plain = try PlainRun(try RunReader(opening: folder.file()))
    #expect(digest.totals == (try plain.digest(plain.events(through: 30_000))).totals)
  }

  @Test func `what a run of version 2 did is summed up when it is taken up again`() throws {
    let folder = try RunFolder()
    try longRun(folder) { try OldFile.makeVersionTwo($0) }
    try expectEqual(folder, length: RunOverview.stretchLength)
  }

  @Test(arguments: [false, true])
  func `a long run without sums is looked at here and there`(isForeign: Bool) throws {
    let folder = try RunFolder()
    try longRun(folder)
    if isForeign {
      try OldFile.change(folder.file(), "DELETE FROM overview; DELETE FROM rank_changes;")
    } else {
      try OldFile.makeVersionTwo(folder.file())
    }
    let reader = try RunReader(opening: folder.file())
    let plain = try PlainRun(reader)
    let overview = try reader.overview()
    #expect((500...2100).contains(overview.stretches.count))
    #expect(
      zip(overview.stretches, overview.stretches.dropFirst()).allSatisfy {
        $0.firstStep < $1.firstStep
      })
    #expect(overview.stretches.last.map { $0.firstStep > 33_200 } == true)
    #expect(overview.stretches.allSatisfy { $0.finite + $0.notFinite > 0 })
    #expect(overview.stretches.allSatisfy { $0.tokens == nil }, "what is not counted is not known")
    #expect(overview.columns == plain.columns(plain.events))
    #expect(overview.lastStep == 33_333)
    #expect(overview.stretches.reduce(0) { $0 + $1.decisions } >= plain.decisions.count - 2)
  }

  @Test func `more changes than columns`() throws {
    let folder = try RunFolder()
    var run = SampleRun(seed: 10)
    run.hasIncidents = false
    (run.decisionEvery, run.statisticsEvery) = (1, 0)
    run.checkpointEvery = 0
    try SampleRun.record(run, steps: 3000, in: folder)
    for isOld in [false, true] {
      if isOld { try OldFile.makeVersionTwo(folder.file()) }
      let reader = try RunReader(opening: folder.file())
      let exact = try PlainRun(reader).columns(PlainRun(reader).events)
      let columns = try reader.overview().columns
      #expect(exact.count > 1024 && (500...1024).contains(columns.count))
      #expect(columns.first == exact.first && columns.last == exact.last)
      let known = Set(exact)
      #expect(columns.allSatisfy { known.contains($0) })
    }
  }

  @Test func `no evaluations are too many`() throws {
    let folder = try RunFolder()
    let events = (1...3000).map {
      RunEvent.evaluation(Evaluation(step: $0, loss: Double($0), metrics: [:], seconds: 0))
    }
    let overview = try RunReader(opening: folder.finishedRun(events)).overview()
    #expect((250...512).contains(overview.evaluations.count))
    #expect(overview.evaluations.last?.step == 3000)
    #expect(overview.stretches.isEmpty && overview.columns.isEmpty && overview.lastStep == 0)
  }

  /// What the recorder sums up, row by row, of a run that was taken up again in the middle of stretches.
  @Test func `the sums of each stretch`() throws {
    let folder = try RunFolder()
    try SampleRun.record(SampleRun(seed: 11), steps: 333, deaths: [100, 209, 210], in: folder)
    let plain = try PlainRun(try RunReader(opening: folder.file()))
    let queue = try DatabaseQueue(path: folder.file().path)
    let rows = try queue.read { try Row.fetchAll($0, sql: "SELECT * FROM overview ORDER BY seq") }
    try queue.close()
    #expect(rows.map { $0["first_step"] } == stride(from: 1, through: 289, by: 32).map { $0 })
    for row in rows {
      let first: Int = row["first_step"]
      let events = plain.events(through: first + 31)
      #expect(row["seq"] == events.last?.seq)
      let stretch = try #require(plain.stretches(events, length: 32).last)
      #expect(row["finite"] == stretch.finite && row["not_finite"] == stretch.notFinite)
      #expect(row["loss_sum"] == stretch.lossSum && row["smoothed"] == stretch.smoothed)
      #expect(row["pruned"] == stretch.pruned && row["grown"] == stretch.grown)
      #expect(row["decisions"] == stretch.decisions && row["checkpoints"] == stretch.checkpoints)
      var tokens = 0
      for case .step(let report) in events.map(\.event) { tokens += report.tokens }
      #expect(row["total_tokens"] == tokens)
      let all = plain.stretches(events, length: 1)
      #expect(row["total_pruned"] == all.reduce(0) { $0 + $1.pruned })
      #expect(row["total_grown"] == all.reduce(0) { $0 + $1.grown })
      #expect(row["total_decisions"] == all.reduce(0) { $0 + $1.decisions })
      #expect(row["total_checkpoints"] == all.reduce(0) { $0 + $1.checkpoints })
      let statistics = events.count { if case .statistics = $0.event { true } else { false } }
      #expect(row["total_statistics"] == statistics)
    }
  }
}
