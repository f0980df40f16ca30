import Foundation
import RunEvents
import RunStore
import Testing

/// Runs recorded by a ranktop that knew neither proposals nor parts of scores, or no outlines of decisions.
@Suite struct OldVersionTests {
  /// Records a run whose trainer was killed, and takes what later versions brought out of its file.
  private func oldRun(_ folder: RunFolder, version: Int) throws {
    var options = RunRecorder.Options()
    options.trainer = TrainerProcess(
      pid: 4_000_000, processStart: 1, host: TrainerProcess.currentHost)
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    try recorder.record([.started(Sample.manifest()), .step(Sample.report(1))])
    try recorder.record([.decision(Sample.decision(1, threshold: 1))])
    _ = try recorder.record(
      [.checkpoint(Checkpoint(step: 1, bytes: 3, seconds: 0))],
      with: [CheckpointBytes(data: Data([1, 2, 3]), fingerprint: "", wasAsked: false)], keeping: 5)
    try OldFile.make(folder.file(), version: version)
  }

  @Test(arguments: [2, 3])
  func `it is read, and brought up to date when it is recorded further`(version: Int) throws {
    let folder = try RunFolder()
    try oldRun(folder, version: version)
    let old = try RunReader(opening: folder.file())
    let events = try old.allEvents()
    #expect(events.map(\.event.step) == [0, 1, 10, 1])
    #expect(
      try fingerprint(events[2].event)
        == fingerprint(RunEvent.decision(Sample.decision(1, threshold: 1))))
    #expect(try old.digest(through: 100).entries.count == 4)
    let checkpoint = try #require(try old.checkpoints().last)
    old.release()

    let seam = Seam(step: 1, source: nil, lastRecorded: 1, alive: [true, true, true, true, true])
    let recorder = try RunRecorder(resuming: folder.file(), from: checkpoint, seam: seam)
    let more: [RunEvent] = [
      .step(Sample.report(2)), .proposed(Sample.proposal(2)), .decision(Sample.edited(2)),
    ]
    try recorder.record(more)
    try recorder.finish()
    let reader = try RunReader(opening: folder.file())
    let read = try reader.allEvents().suffix(3).map(\.event)
    #expect(try read.map(fingerprint) == more.map(fingerprint))
    // The decision of before has no outline that says what it took up: its mask does.
    let outlines = try reader.digest(through: 100).entries.compactMap { entry in
      if case .decision(let outline) = entry { outline } else { nil }
    }
    #expect(outlines.map(\.number) == [Sample.decision(1, threshold: 1).number])
    #expect(outlines.map(\.alive) == [Sample.decision(1, threshold: 1).alive.count { $0 }])
  }

  @Test func `a proposal is part of how a run stands while its decision has not followed`() throws {
    let folder = try RunFolder()
    let file = try folder.finishedRun([
      .started(Sample.manifest()), .step(Sample.report(1)), .proposed(Sample.proposal(2)),
      .step(Sample.report(2)), .decision(Sample.edited(2)),
    ])
    let reader = try RunReader(opening: file)
    func waits(_ seq: Int64) throws -> Bool {
      try reader.digest(throughSeq: seq).entries.contains { entry in
        if case .event(.proposed) = entry { true } else { false }
      }
    }
    #expect(try (2...5).map(waits) == [false, true, true, false])
  }
}
