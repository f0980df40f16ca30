import Foundation
import RunEvents
import RunStore
import Testing

/// A small generator of numbers, the same ones every time.
private struct Random {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}

/// What cannot be opened or written, and what a person is told.
@Suite struct RefusalTests {
  /// The message without the path of the test's folder.
  private func text(_ error: StoreError?, _ folder: RunFolder) -> String? {
    error?.message.replacingOccurrences(of: folder.url.path, with: "DIR")
  }

  @Test func `a file that is not there`() throws {
    let folder = try RunFolder()
    let error = #expect(throws: StoreError.self) { try RunReader(opening: folder.file()) }
    #expect(error?.code == .fileNotFound)
    #expect(
      text(error, folder)
        == "There is no run at DIR/run.ranktop. Check the path, or record a run there.")
  }

  @Test func `a folder`() throws {
    let folder = try RunFolder()
    let error = #expect(throws: StoreError.self) { try RunReader(opening: folder.url) }
    #expect(error?.code == .notARun)
    #expect(
      text(error, folder)
        == "DIR is a folder. Name the run file in it, which ends in .ranktop.")
  }

  @Test(arguments: ["", "{\"model\": 1}\n", String(repeating: "text ", count: 5000)])
  func `a file of something else`(contents: String) throws {
    let folder = try RunFolder()
    try Data(contents.utf8).write(to: folder.file())
    let error = #expect(throws: StoreError.self) { try RunReader(opening: folder.file()) }
    #expect(error?.code == .notARun)
    #expect(text(error, folder) == "DIR/run.ranktop is not a run recorded by ranktop.")
    #expect(try Data(contentsOf: folder.file()) == Data(contents.utf8), "it is left alone")
  }

  @Test func `a database of something else`() throws {
    let folder = try RunFolder()
    let file = try folder.finishedRun([Sample.alarm(1)])
    try folder.patch(file, at: 68, with: [0, 0, 0, 7])
    let error = #expect(throws: StoreError.self) { try RunReader(opening: file) }
    #expect(error?.code == .notARun)
  }

  @Test func `a run of a newer version`() throws {
    let folder = try RunFolder()
    let file = try folder.finishedRun([Sample.alarm(1)])
    try folder.patch(file, at: 60, with: [0, 0, 0, 9])
    let error = #expect(throws: StoreError.self) { try RunReader(opening: file) }
    #expect(error?.code == .schemaTooNew(found: 9, known: 4))
    #expect(
      text(error, folder)
        == "DIR/run.ranktop was recorded by a newer ranktop: its schema is version 9, this one knows "
        + "up to 4. Update ranktop to open it.")
    #expect(throws: StoreError.self) { try RunSteering(opening: file) }
  }

  @Test func `a truncated run`() throws {
    let folder = try RunFolder()
    let file = try folder.finishedRun((1...2000).map(Sample.alarm))
    let whole = try Data(contentsOf: file)
    try whole.prefix(whole.count / 2).write(to: file)
    let error = #expect(throws: StoreError.self) {
      try RunReader(opening: file).allEvents()
    }
    #expect(error?.code == .damaged)
    #expect(
      text(error, folder)
        == "DIR/run.ranktop is damaged. Copy it again if it is a copy, with its -wal file if there is "
        + "one; or save what is readable with: sqlite3 DAMAGED .recover | sqlite3 RECOVERED")
  }

  @Test func `a run with wrong bytes is refused or read, never a crash and never endless`() throws {
    let folder = try RunFolder()
    let events = Array(Sample.everything.dropLast() + (1...300).map(Sample.alarm))
    let good = try Data(contentsOf: folder.finishedRun(events))
    var random = Random(state: 5)
    var refused = 0
    try expectSafe(folder, good, &random, &refused)
    // A run with rows of every table, many of each.
    let busy = try RunFolder()
    var run = SampleRun(seed: 31)
    run.decisionEvery = 2
    try SampleRun.record(run, steps: 120, deaths: [90], in: busy)
    try expectSafe(folder, try Data(contentsOf: busy.file()), &random, &refused)
    #expect(refused > 100)
  }

  private func expectSafe(
    _ folder: RunFolder, _ good: Data, _ random: inout Random, _ refused: inout Int
  ) throws {
    for variant in 0..<150 {
      var bad = good
      for _ in 0..<1 + random.next() % 20 {
        // Not the header of the file, and rather what is used than what is empty.
        let place = 100 + Int(random.next()) % (bad.count - 100)
        if bad[place] != 0 { bad[place] = UInt8(truncatingIfNeeded: random.next()) }
      }
      let file = folder.file("\(variant).ranktop")
      try bad.write(to: file)
      do throws(StoreError) {
        let reader = try RunReader(opening: file)
        _ = try reader.liveness()
        _ = try reader.manifest()
        _ = try reader.interventions()
        _ = try reader.seq(throughStep: 2)
        try lookUp(reader)
        var seq: Int64 = 0
        while let last = try reader.events(after: seq, limit: 100).last {
          #expect(last.seq > seq)
          seq = max(last.seq, seq + 1)
        }
      } catch {
        refused += 1
        #expect([.damaged, .notARun].contains(error.code), "\(error)")
      }
    }
  }

  /// Everything that can be asked of a place in a run.
  private func lookUp(_ reader: RunReader) throws(StoreError) {
    _ = try reader.overview()
    _ = try reader.lastStep()
    _ = try reader.ranks(at: [0, 3, 100, .max])
    _ = try reader.step(atElapsed: 4)
    _ = try reader.losses(of: -5...60)
    for steps in [-5...60, 3...9000, 60...Int.max] { _ = try reader.stretches(of: steps) }
    for step in [0, 1, 60, .max] {
      _ = try reader.digest(through: step)
      _ = try reader.decision(atOrBefore: step)
      _ = try reader.decisionStep(after: step)
      _ = try reader.decisionStep(before: step)
      _ = try reader.nextChange(of: 1, after: step)
      _ = try reader.previousChange(of: 1, before: step)
      _ = try reader.changes(of: 1, through: step)
      _ = try reader.firstStep(after: step) { $0.first == 7 }
    }
  }

  @Test func `a row that no recorder writes`() throws {
    let folder = try RunFolder()
    let odd = Stop(step: 1, reason: .lossNotFinite, seconds: 1, tokens: 1, adapter: nil)
    let file = try folder.finishedRun([.stopped(odd)])
    let word = Data("loss-not-finite".utf8)
    let data = try Data(contentsOf: file)
    let range = try #require(data.range(of: word))
    try folder.patch(file, at: range.lowerBound, with: Array("lost-his-finger".utf8))
    let error = #expect(throws: StoreError.self) { try RunReader(opening: file).events() }
    #expect(error?.code == .damaged)
    #expect(error?.cause == "table stop, seq 1, column 2")
  }
}

/// What a recorder refuses to do.
@Suite struct CreationTests {
  @Test func `a run is not overwritten unasked`() throws {
    let folder = try RunFolder()
    let file = try folder.finishedRun([Sample.alarm(1)])
    let error = #expect(throws: StoreError.self) { try RunRecorder(creating: file) }
    #expect(error?.code == .fileExists)
    #expect(
      error?.message
        == "\(file.path) exists already. Choose another name, or ask to overwrite it.")
    #expect(try RunReader(opening: file).lastSeq() == 1)

    let recorder = try RunRecorder(creating: file, overwriting: true)
    try recorder.record([Sample.alarm(5)])
    try recorder.finish()
    #expect(try RunReader(opening: file).allEvents().map(\.event) == [Sample.alarm(5)])
    #expect(try folder.files == ["run.ranktop"])
  }

  @Test func `what is no run is never overwritten`() throws {
    let folder = try RunFolder()
    try Data("weights".utf8).write(to: folder.file())
    let error = #expect(throws: StoreError.self) {
      try RunRecorder(creating: folder.file(), overwriting: true)
    }
    #expect(error?.code == .notARun)
    #expect(try Data(contentsOf: folder.file()) == Data("weights".utf8))
  }

  @Test func `an empty file is as good as none`() throws {
    let folder = try RunFolder()
    try Data().write(to: folder.file())
    let recorder = try RunRecorder(creating: folder.file(), overwriting: true)
    try recorder.record([Sample.alarm(1)])
    #expect(try RunReader(opening: folder.file()).lastSeq() == 1)
  }

  @Test func `a live run is never overwritten`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let error = #expect(throws: StoreError.self) {
      try RunRecorder(creating: folder.file(), overwriting: true)
    }
    #expect(error?.code == .runIsLive)
    try recorder.record([Sample.alarm(1)])
    #expect(try RunReader(opening: folder.file()).lastSeq() == 1)
  }

  @Test func `a folder that is not there`() throws {
    let folder = try RunFolder()
    let file = folder.url.appendingPathComponent("missing/run.ranktop")
    let error = #expect(throws: StoreError.self) { try RunRecorder(creating: file) }
    #expect(error?.code == .accessDenied)
  }
}
