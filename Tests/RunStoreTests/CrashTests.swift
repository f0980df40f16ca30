import Foundation
import RunEvents
import RunStore
import Testing

/// A trainer that is killed, as by the system when memory runs out.
@Suite(.timeLimit(.minutes(2))) struct CrashTests {
  private static let batch = 20

  @Test(arguments: [false, true])
  func `a trainer killed while recording loses nothing it committed`(
    rollbackJournal: Bool
  ) async throws {
    let folder = try RunFolder()
    let run = folder.file()
    let progress = folder.file("progress")
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [run = run as URL, progress = progress as URL, rollbackJournal = rollbackJournal as Bool] in
      var options = RunRecorder.Options()
      options.forcesRollbackJournal = rollbackJournal
      let recorder = try RunRecorder(creating: run, options: options)
      try Data().write(to: progress)
      let committed = try FileHandle(forWritingTo: progress)
      try recorder.record([.started(Sample.manifest())])
      // One thread records without end, another kills the process somewhere in the middle of it.
      for number in 0... {
        let steps = number * Self.batch + 1...(number + 1) * Self.batch
        try recorder.record(steps.map { .step(Sample.report($0)) })
        try committed.write(contentsOf: Data([1]))
        if number == 60 { Thread { kill(getpid(), SIGKILL) }.start() }
      }
    }
    let batches = try Data(contentsOf: progress).count
    #expect(batches > 60)

    let reader = try RunReader(opening: run)
    let events = try reader.allEvents().map(\.event)
    #expect(events.first == .started(Sample.manifest()))
    let steps = events.dropFirst().map(\.step)
    #expect(steps == Array(1...steps.count))
    #expect(steps.count >= batches * Self.batch)
    #expect(steps.count % Self.batch == 0)
    #expect(try reader.liveness() == .died(step: steps.count))

    var followed = 0
    for try await batch in reader.follow() { followed += batch.count }
    #expect(followed == events.count)
  }

  @Test func `a killed run is readable where nothing may be written`() async throws {
    // Where the tests run as root permissions are no obstacle: the child gives its privileges up.
    let folder = try RunFolder()
    let run = folder.file()
    await #expect(processExitsWith: .signal(SIGKILL)) { [run = run as URL] in
      let recorder = try RunRecorder(creating: run)
      try recorder.record([.started(Sample.manifest()), .step(Sample.report(1))])
      kill(getpid(), SIGKILL)
    }
    #expect(try folder.files.contains("run.ranktop-wal"))
    try await expectReadable(run, in: folder, steps: 1)
  }

  @Test func `a finished run is readable where nothing may be written`() async throws {
    let folder = try RunFolder()
    let run = try folder.finishedRun([.started(Sample.manifest()), .step(Sample.report(1))])
    try await expectReadable(run, in: folder, steps: 1)
  }

  @Test func `a run whose empty log got lost is readable where nothing may be written`()
    async throws
  {
    let original = try RunFolder()
    let recorder = try RunRecorder(creating: original.file())
    try recorder.record([.started(Sample.manifest()), .step(Sample.report(1))])
    let reader = try RunReader(opening: original.file())
    #expect(try reader.lastSeq() == 2)
    // The reader keeps the run from leaving the write-ahead log.
    try recorder.finish()
    let folder = try RunFolder()
    try FileManager.default.copyItem(at: original.file(), to: folder.file())
    reader.release()
    try await expectReadable(folder.file(), in: folder, steps: 1)
  }

  /// Expects that a child without privileges reads these steps from a run in a read-only folder.
  private func expectReadable(_ run: URL, in folder: RunFolder, steps: Int) async throws {
    for name in try folder.files { chmod(folder.file(name).path, 0o444) }
    chmod(folder.url.path, 0o555)
    defer { chmod(folder.url.path, 0o755) }
    await #expect(processExitsWith: .success) { [run = run as URL, steps = steps as Int] in
      if geteuid() == 0 { try #require(setgid(65534) == 0 && setuid(65534) == 0) }
      #expect(open(run.path, O_WRONLY) == -1)
      let events = try RunReader(opening: run).allEvents()
      #expect(events.count == steps + 1)
      #expect(try RunReader(opening: run).liveness() == .died(step: steps))
    }
  }
}
