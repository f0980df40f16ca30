import Foundation
import RunEvents
import RunStore
import Testing

/// Checkpoints in the run file, and runs that are taken up from them.
@Suite(.timeLimit(.minutes(1))) struct CheckpointTests {
  private func bytes(_ step: Int, asked: Bool = false, count: Int = 100) -> CheckpointBytes {
    CheckpointBytes(
      data: Data(repeating: UInt8(truncatingIfNeeded: step), count: count),
      fingerprint: "of \(step)", wasAsked: asked)
  }

  private func note(_ step: Int, bytes: Int = 100) -> RunEvent {
    .checkpoint(Checkpoint(step: step, bytes: bytes, seconds: 0.5))
  }

  private func seam(_ step: Int, last: Int) -> Seam {
    Seam(step: step, source: nil, lastRecorded: last, alive: [true, false, true])
  }

  /// Somebody who is long gone.
  private var ghost: RunRecorder.Options {
    var options = RunRecorder.Options()
    options.trainer = TrainerProcess(
      pid: 4_000_000, processStart: 1, host: TrainerProcess.currentHost)
    return options
  }

  @Test func `bytes come back as they were, and the oldest make room`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    _ = try recorder.record([.started(Sample.manifest())], with: [], keeping: 2)
    for step in 1...6 {
      let recorded = try recorder.record(
        [.step(Sample.report(step)), note(step)], with: [bytes(step, asked: step == 2)], keeping: 2)
      #expect(recorded.count == 2)
    }
    let reader = try RunReader(opening: folder.file())
    let kept = try reader.checkpoints()
    #expect(kept.map(\.step) == [2, 5, 6])
    #expect(kept.map(\.wasAsked) == [true, false, false] && kept.allSatisfy { $0.bytes == 100 })
    #expect(
      try kept.map { try reader.bytes(of: $0) } == [bytes(2, asked: true), bytes(5), bytes(6)])
    #expect(try reader.events(of: .checkpoints).map(\.event) == (1...6).map { note($0) })
    #expect(try reader.resumption()?.checkpoint == kept.last)
    try recorder.finish()
  }

  @Test func `without checkpoints there is nothing to take up`() throws {
    let folder = try RunFolder()
    let reader = try RunReader(opening: folder.finishedRun([.started(Sample.manifest())]))
    #expect(try reader.checkpoints().isEmpty && reader.resumption() == nil)
  }

  /// A killed run: checkpoint at step 3, five steps, requests before and after it.
  private func killedRun(_ folder: RunFolder) throws -> RunRecorder {
    let recorder = try RunRecorder(creating: folder.file(), options: ghost)
    try recorder.record([.started(Sample.manifest())])
    for step in 1...3 { try recorder.record([.step(Sample.report(step))]) }
    try recorder.record([.intervention(Sample.request(1, .budget(4), .applied, step: 2))])
    _ = try recorder.record([note(3)], with: [bytes(3)], keeping: 5)
    for step in 4...5 {
      try recorder.record([
        .step(Sample.report(step)), .proposed(Sample.proposal(step)),
        .decision(Sample.edited(step)),
        .evaluation(Evaluation(step: step, loss: 1, metrics: ["accuracy": 0.5], seconds: 1)),
      ])
    }
    var own = Sample.request(0, .allocator("dora"), .applied, step: 4)
    own.requestedAt = 0
    try recorder.record([
      .intervention(Sample.request(2, .pause, .applied, step: 3)),
      .intervention(Sample.request(3, .resume, .applied, step: 3)),
      .intervention(Sample.request(4, .budget(3), .rejected("no"), step: 4)),
      .intervention(Sample.request(5, .pin(ModuleRule("*.q")!), .applied, step: 4)),
      .intervention(own),
      .intervention(Sample.request(8, .pause, .applied, step: 5)),
      .intervention(Sample.request(9, .stop, .applied, step: 5)),
    ])
    return recorder
  }

  @Test func `a killed run goes on from its checkpoint, and what people did is done again`() throws
  {
    let folder = try RunFolder()
    let dead = try killedRun(folder)
    let reader = try RunReader(opening: folder.file())
    let before = try reader.lastSeq()
    let resumption = try #require(try reader.resumption())
    #expect(resumption.checkpoint.step == 3 && resumption.lastRecorded == 5)
    // A pause that was ended is repeated; one that was not, and a stop, are not; what the run does by
    // itself is in the checkpoint.
    #expect(resumption.repeated.map(\.id) == [2, 3, 4, 5])
    #expect(resumption.repeated.map(\.step) == [3, 3, 4, 4])

    let recorder = try RunRecorder(
      resuming: folder.file(), from: resumption.checkpoint, seam: seam(3, last: 5))
    let events = try reader.allEvents()
    #expect(events.last?.event == .resumed(seam(3, last: 5)))
    #expect(try #require(events.last).seq == before + 1, "numbers are not used again")
    #expect(events.dropLast().map(\.event.step) == [0, 1, 2, 3, 2, 3])
    #expect(try reader.liveness() == .live(pid: getpid(), host: TrainerProcess.currentHost))
    // What is to be repeated waits, and is no new request.
    #expect(try recorder.takePendingInterventions().isEmpty)
    #expect(try reader.interventions().map(\.id) == [1, 2, 3, 4, 5])
    let asked = try RunSteering(opening: folder.file(), author: "me").request(.budget(2))
    #expect(try recorder.takePendingInterventions().map(\.id) == [asked])

    // Killed again before anything was repeated: nothing is lost.
    let again = try #require(try reader.resumption())
    #expect(again.repeated.map(\.id) == [2, 3, 4, 5])

    try recorder.record([
      .intervention(Sample.request(2, .pause, .applied, step: 3)), .step(Sample.report(4)),
    ])
    #expect(try reader.resumption()?.repeated.map(\.id) == [2, 3, 4, 5])
    #expect(try reader.allEvents().last?.seq == before + 3)
    try recorder.finish()
    try dead.finish()
  }

  @Test func `a run that lives or has ended is refused and unchanged`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    try recorder.record([.started(Sample.manifest()), .step(Sample.report(1))])
    _ = try recorder.record([note(1)], with: [bytes(1)], keeping: 5)
    let reader = try RunReader(opening: folder.file())
    let checkpoint = try #require(try reader.resumption()).checkpoint
    let events = try reader.allEvents()
    var error = #expect(throws: StoreError.self) {
      try RunRecorder(resuming: folder.file(), from: checkpoint, seam: seam(1, last: 1))
    }
    #expect(error?.code == .runIsLive)
    #expect(try reader.allEvents() == events)
    try recorder.record([.stopped(Sample.stop(1))])
    try recorder.finish()
    error = #expect(throws: StoreError.self) {
      try RunRecorder(resuming: folder.file(), from: checkpoint, seam: seam(1, last: 1))
    }
    #expect(error?.code == .runEnded)
    #expect(error?.message.contains("fork it") == true)
    #expect(try RunReader(opening: folder.file()).allEvents().count == events.count + 1)
  }

  @Test func `a checkpoint that finds no room leaves an alarm, and the run goes on`() throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.maximumBytes = 300 * 1024
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    try recorder.record([.started(Sample.manifest())])
    let recorded = try recorder.record(
      [.step(Sample.report(1)), note(1, bytes: 900_000), .step(Sample.report(2))],
      with: [bytes(1, count: 900_000)], keeping: 5)
    guard case .alarm(let alarm) = recorded[1] else {
      Issue.record("\(recorded[1])")
      return
    }
    #expect(alarm.kind == "checkpoint-not-kept" && alarm.step == 1)
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.allEvents().dropFirst().map(\.event) == recorded)
    #expect(try reader.checkpoints().isEmpty)
    _ = try recorder.record([note(2)], with: [bytes(2)], keeping: 5)
    #expect(try reader.checkpoints().map(\.step) == [2])
    try recorder.finish()
  }
}
