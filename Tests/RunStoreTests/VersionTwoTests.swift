import Foundation
import GRDB
import RunEvents
import RunStore
import Testing

/// A run that a ranktop recorded which knew neither proposals nor parts of scores.
@Suite struct VersionTwoTests {
  /// Records a run whose trainer was killed, and takes what version 3 brought out of its file.
  private func oldRun(_ folder: RunFolder) throws {
    var options = RunRecorder.Options()
    options.trainer = TrainerProcess(
      pid: 4_000_000, processStart: 1, host: TrainerProcess.currentHost)
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    try recorder.record([.started(Sample.manifest()), .step(Sample.report(1))])
    try recorder.record([.decision(Sample.decision(1, threshold: 1))])
    _ = try recorder.record(
      [.checkpoint(Checkpoint(step: 1, bytes: 3, seconds: 0))],
      with: [CheckpointBytes(data: Data([1, 2, 3]), fingerprint: "", wasAsked: false)], keeping: 5)
    let queue = try DatabaseQueue(path: folder.file().path)
    try queue.write { db in
      try db.execute(
        sql: """
          DROP TABLE overview; DROP TABLE rank_changes; DROP INDEX changes_by_module;
          DROP INDEX gates_by_kind; DROP TABLE proposals; DROP TABLE proposed_changes;
          DROP TABLE score_parts; ALTER TABLE decisions DROP COLUMN edited;
          PRAGMA user_version = 2;
          """)
    }
    try queue.close()
  }

  @Test func `it is read, and brought up to date when it is recorded further`() throws {
    let folder = try RunFolder()
    try oldRun(folder)
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
    let read = try RunReader(opening: folder.file()).allEvents().suffix(3).map(\.event)
    #expect(try read.map(fingerprint) == more.map(fingerprint))
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
