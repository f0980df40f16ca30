import Foundation
import RunEvents
import RunStore
import Testing

/// What is looked up of a step is what all events up to it say.
@Suite(.timeLimit(.minutes(2))) struct DigestTests {
  private func expectEqual(_ folder: RunFolder, steps: some Sequence<Int>) throws {
    let reader = try RunReader(opening: folder.file())
    let plain = try PlainRun(reader)
    for step in steps {
      let events = plain.events(through: step)
      let expected = try plain.digest(events)
      let digest = try reader.digest(through: step)
      let entries = try digest.entries.map { try $0.text }
      try #require(entries == expected.entries, "step \(step)")
      try #require(digest.totals == expected.totals, "step \(step)")
      let seq = try reader.seq(throughStep: step)
      try #require(seq == events.last?.seq ?? 0)
      let bySeq = try reader.digest(throughSeq: seq)
      try #require(bySeq.entries.map { try $0.text } == expected.entries)
    }
  }

  @Test(arguments: [BudgetUnit.components, .parameters])
  func `every step of a run with all that may happen`(unit: BudgetUnit) throws {
    let folder = try RunFolder()
    try SampleRun.record(
      SampleRun(seed: 1, unit: unit), steps: 130, deaths: [59, 97, 99], in: folder)
    try expectEqual(folder, steps: -1...135)
  }

  @Test func `a fork`() throws {
    let folder = try RunFolder()
    try SampleRun.record(
      SampleRun(seed: 2), steps: 190, deaths: [175], source: "first@100", start: 100, in: folder)
    try expectEqual(folder, steps: 95...195)
  }

  @Test func `more than a digest keeps of each kind`() throws {
    let folder = try RunFolder()
    var run = SampleRun(seed: 3)
    run.decisionEvery = 2
    run.checkpointEvery = 3
    try SampleRun.record(run, steps: 900, deaths: [700], in: folder)
    try expectEqual(folder, steps: stride(from: 5, through: 905, by: 23))
  }

  @Test(arguments: [2, 3])
  func `a file of an earlier version`(version: Int) throws {
    let folder = try RunFolder()
    try SampleRun.record(SampleRun(seed: 4), steps: 300, deaths: [170], in: folder)
    try OldFile.make(folder.file(), version: version)
    try expectEqual(folder, steps: stride(from: 0, through: 300, by: 9))
  }

  @Test func `requests that wait are part of the end`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    try recorder.record([
      .started(Sample.manifest()), .step(Sample.report(1)), .step(Sample.report(2)),
    ])
    let id = try RunSteering(opening: folder.file(), author: "ana").request(.budget(3))
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.digest(through: 1).entries.count == 2)
    let entries = try reader.digest(through: 2).entries
    guard case .event(.intervention(let record)) = entries.last else {
      Issue.record("\(entries)")
      return
    }
    #expect(record.id == id && record.outcome == .pending && record.intervention == .budget(3))
    #expect(entries.count == 4)
    try recorder.finish()
  }
}
