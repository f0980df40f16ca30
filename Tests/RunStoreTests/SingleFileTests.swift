import Foundation
import RunEvents
import RunStore
import Testing

/// A finished run is one file.
@Suite(.timeLimit(.minutes(1))) struct SingleFileTests {
  private let events: [RunEvent] = [
    .started(Sample.manifest()), .step(Sample.report(1)), .stopped(Sample.stop(1)),
  ]

  @Test func `a run is kept in one file once it has ended`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    #expect(recorder.journal == .writeAheadLog)
    try recorder.record(events)
    #expect(try folder.files.contains("run.ranktop-wal"))
    try recorder.finish()
    #expect(try folder.files == ["run.ranktop"])
    try recorder.finish()
  }

  @Test func `someone following the run does not prevent it`() async throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let reader = try RunReader(opening: folder.file())
    try recorder.record([events[0]])
    var seen: [RunEvent] = []
    for try await batch in reader.follow(pollEvery: .milliseconds(1)) {
      seen += batch
      if seen.count < events.count { try recorder.record([events[seen.count]]) }
    }
    #expect(seen == events)
    try recorder.finish()
    #expect(try folder.files == ["run.ranktop"])
    #expect(try reader.liveness() == .finished(Sample.stop(1)))
  }

  @Test func `a reader that does not let go only delays it`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    try recorder.record(events)
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.lastSeq() == 3)
    try recorder.finish()
    #expect(try folder.files.count > 1)
    // What matters is complete without the other files already.
    try FileManager.default.copyItem(at: folder.file(), to: folder.file("copy.ranktop"))
    #expect(try RunReader(opening: folder.file("copy.ranktop")).allEvents().count == 3)
    reader.release()
    #expect(try RunReader(opening: folder.file()).allEvents().map(\.event) == events)
    #expect(try folder.files == ["copy.ranktop", "run.ranktop"])
  }

  @Test func `a value takes at most 16 bytes`() throws {
    let folder = try RunFolder()
    let modules = 36
    let capacity = 8
    var values = 0
    var events: [RunEvent] = [.started(Sample.manifest())]
    for step in 1...2000 {
      events.append(.step(Sample.report(step, gradientNorm: 1 / Double(step), wait: 1e-7)))
      values += 11
      if step % 10 == 0 {
        let floats = (0..<modules).map { 1 / Float($0 + step) }
        events.append(
          .statistics(
            ModuleStatistics(
              step: step, ranks: .init(repeating: 4, count: modules), importance: floats,
              gradientNorm: floats, updateNorm: floats)))
        values += 1 + 4 * modules
      }
      if step % 50 == 0 {
        let slots = modules * capacity
        let pruned = (0..<3).map { ComponentID(module: $0, slot: step / 50 % capacity) }
        events.append(
          .decision(
            Decision(
              number: step / 50, step: step, allocator: "dora", budget: 100, threshold: 0.1,
              scores: .init(repeating: 0.3, count: slots),
              alive: .init(repeating: true, count: slots), pruned: pruned, grown: [],
              isFinal: false, reason: "the budget fell by 3")))
        values += 7 + 2 * slots + 2 * pruned.count
      }
    }
    let file = try folder.finishedRun(events)
    let bytes = try #require(
      FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int)
    #expect(bytes <= 16 * values, "\(Double(bytes) / Double(values)) bytes a value")
  }
}
