import Foundation
import RunEvents
import RunStore
import Testing

/// What is recorded is what is read.
@Suite struct RoundTripTests {
  @Test(arguments: [false, true])
  func `every kind of event comes back as it was`(rollbackJournal: Bool) throws {
    let folder = try RunFolder()
    var options = RunRecorder.Options()
    options.forcesRollbackJournal = rollbackJournal
    let recorder = try RunRecorder(creating: folder.file(), options: options)
    try recorder.record(Sample.everything)
    let live = try RunReader(opening: folder.file()).allEvents()
    try recorder.finish()
    let finished = try RunReader(opening: folder.file()).allEvents()

    for events in [live, finished] {
      #expect(events.map(\.seq) == Array(1...Int64(Sample.everything.count)))
      for (read, written) in zip(events, Sample.everything) {
        #expect(try fingerprint(read.event) == fingerprint(written))
      }
    }
  }

  @Test func `order is kept over tables, transactions and chunks`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    var written: [RunEvent] = []
    for step in 1...300 {
      written.append(.step(Sample.report(step)))
      if step % 3 == 0 { written.append(Sample.alarm(step)) }
      if step % 7 == 0 { written.append(.decision(Sample.decision(step, threshold: 1))) }
    }
    for start in stride(from: 0, to: written.count, by: 41) {
      try recorder.record(Array(written[start..<min(start + 41, written.count)]))
    }
    let reader = try RunReader(opening: folder.file())
    var read: [RecordedEvent] = []
    while true {
      let chunk = try reader.events(after: read.last?.seq ?? 0, limit: 17)
      #expect(chunk.count <= 17)
      if chunk.isEmpty { break }
      read += chunk
    }
    #expect(try read.map { try fingerprint($0.event) } == written.map(fingerprint))
    #expect(try reader.lastSeq() == Int64(written.count))
  }

  @Test func `kinds are read apart`() throws {
    let folder = try RunFolder()
    let reader = try RunReader(opening: folder.finishedRun(Sample.everything))
    let alarms = try reader.events(of: [.alarms, .stopped])
    #expect(alarms.map(\.event) == Array(Sample.everything.suffix(2)))
    #expect(try reader.events(of: .decisions).count == 6)
    #expect(try reader.events(of: .proposals).count == 2)
    #expect(try reader.events(after: 4, of: .steps).map(\.seq) == [5, 6])
  }

  @Test func `the manifest is there once it is recorded`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.manifest() == nil)
    #expect(try reader.lastSeq() == 0)
    try recorder.record([.started(Sample.manifest())])
    #expect(try reader.manifest() == Sample.manifest())
  }

  @Test func `a step is found with everything that belongs to it`() throws {
    let folder = try RunFolder()
    var events: [RunEvent] = [.started(Sample.manifest())]
    for step in 1...100 {
      events.append(.step(Sample.report(step)))
      if step % 10 == 0 { events.append(.decision(Sample.decision(step / 10, threshold: 1))) }
    }
    let reader = try RunReader(opening: folder.finishedRun(events))
    for step in [0, 1, 9, 10, 11, 99, 100, 5000] {
      let expected = events.lastIndex { $0.step <= step }.map { Int64($0 + 1) }
      #expect(try reader.seq(throughStep: step) == expected)
    }
  }

  @Test func `an intervention without a request gets a number`() throws {
    let folder = try RunFolder()
    let event = RunEvent.intervention(Sample.request(0, .budget(7), .applied))
    let reader = try RunReader(opening: folder.finishedRun([event, event]))
    #expect(try reader.interventions().map(\.id) == [1, 2])
    #expect(try reader.events().map(\.seq) == [1, 2])
  }
}
