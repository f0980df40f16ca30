import Foundation
import RunEvents
import RunStore
import Testing

/// Moves through a run find what plain loops find.
@Suite(.timeLimit(.minutes(2))) struct LookupTests {
  private func expectAll(_ folder: RunFolder, steps: ClosedRange<Int>) throws {
    let reader = try RunReader(opening: folder.file())
    let plain = try PlainRun(reader)
    let decisions = plain.decisions
    let columns = plain.columns(plain.events)
    let all = try reader.ranks(at: Array(steps))
    for (step, ranks) in zip(steps, all) {
      let events = plain.events(through: step)
      #expect(ranks == plain.columns(events).last?.ranks, "step \(step)")
      #expect(
        try reader.decisionStep(after: step) == decisions.first { $0.step > step }?.step)
      #expect(
        try reader.decisionStep(before: step) == decisions.last { $0.step < step }?.step)
      try expectDecision(reader, plain, step)
      for module in 0..<3 {
        let changed = decisions.filter { decision in
          (decision.pruned + decision.grown).contains { $0.module == module }
        }
        #expect(
          try reader.nextChange(of: module, after: step) == changed.first { $0.step > step }?.step)
        #expect(
          try reader.previousChange(of: module, before: step)
            == changed.last { $0.step < step }?.step)
        let changes = changed.filter { $0.step <= step }.flatMap { decision in
          decision.pruned.map { ($0, false) } + decision.grown.map { ($0, true) }
        }.filter { $0.0.module == module }
        let found = try reader.changes(of: module, through: step)
        #expect(found.map(\.slot) == changes.map(\.0.slot))
        #expect(found.map(\.isGrown) == changes.map(\.1))
        #expect(found.allSatisfy { $0.step <= step })
      }
      // From which step on the middle module has two components, or none had it at the step already.
      func holds(_ ranks: [UInt16]) -> Bool { ranks.count == 3 && ranks[1] == 2 }
      var (held, expected): (Bool, Int?) = (holds(ranks ?? []), nil)
      for column in columns where column.step > step && expected == nil {
        if holds(column.ranks) && !held { expected = column.step }
        held = holds(column.ranks)
      }
      #expect(try reader.firstStep(after: step, where: holds) == expected, "step \(step)")
    }
    try expectTimes(reader, plain)
    try expectOutlines(reader, plain)
  }

  private func expectOutlines(_ reader: RunReader, _ plain: PlainRun) throws {
    let (startAlive, outlines) = try reader.outlines()
    let forks = plain.events.compactMap { recorded in
      if case .resumed(let seam) = recorded.event, seam.source != nil { seam.alive } else { nil }
    }
    #expect(startAlive == forks.last)
    #expect(outlines.map(\.number) == plain.decisions.map(\.number))
    #expect(outlines.map(\.step) == plain.decisions.map(\.step))
    #expect(outlines.map(\.pruned) == plain.decisions.map(\.pruned))
    #expect(outlines.map(\.grown) == plain.decisions.map(\.grown))
    #expect(outlines.map(\.threshold) == plain.decisions.map(\.threshold))
  }

  private func expectDecision(_ reader: RunReader, _ plain: PlainRun, _ step: Int) throws {
    let found = try reader.decision(atOrBefore: step)
    let expected = plain.decisions.last { $0.step <= step }
    #expect(found?.decision == expected)
    guard let expected else { return }
    let end = try #require(plain.events.firstIndex { $0.event == .decision(expected) })
    #expect(found?.aliveBefore == plain.mask(Array(plain.events[..<end])))
  }

  private func expectTimes(_ reader: RunReader, _ plain: PlainRun) throws {
    let reports = plain.events.compactMap {
      if case .step(let report) = $0.event { report } else { nil }
    }
    for steps in [1...1, 60...75, 95...130, 136...150, 500...502, -3...4] {
      let expected = steps.map { step in
        reports.last { $0.step == step }.flatMap { $0.loss.isFinite ? $0.loss : nil }
      }
      let found = try reader.losses(of: steps).map { $0.isNaN ? nil : $0 }
      #expect(found == expected, "\(steps)")
    }
    for seconds in [-1, 0, 0.05, 0.1, 3.14159, 7.5, 1e9] {
      let expected = reports.last { $0.elapsed <= seconds }?.step ?? 0
      #expect(try reader.step(atElapsed: seconds) == expected, "\(seconds) s")
    }
  }

  @Test(arguments: [false, true])
  func `a run with all that may happen`(isOld: Bool) throws {
    let folder = try RunFolder()
    try SampleRun.record(SampleRun(seed: 21), steps: 140, deaths: [70, 121], in: folder)
    if isOld { try OldFile.make(folder.file(), version: 2) }
    try expectAll(folder, steps: 0...143)
  }

  @Test(arguments: [false, true])
  func `a fork`(isOld: Bool) throws {
    let folder = try RunFolder()
    try SampleRun.record(
      SampleRun(seed: 22), steps: 160, deaths: [130], source: "a@100", start: 100, in: folder)
    if isOld { try OldFile.make(folder.file(), version: 2) }
    try expectAll(folder, steps: 100...163)
  }

  @Test func `an empty run, and one that has only begun`() throws {
    let folder = try RunFolder()
    let recorder = try RunRecorder(creating: folder.file())
    let reader = try RunReader(opening: folder.file())
    #expect(try reader.digest(through: 5).entries.isEmpty)
    #expect(try reader.overview() == RunOverview())
    #expect(try reader.ranks(at: [0, 7]) == [nil, nil])
    #expect(try reader.decision(atOrBefore: 9) == nil && reader.lastStep() == 0)
    try recorder.record([.started(SampleRun(seed: 1).manifest)])
    #expect(try reader.digest(through: 5).entries.count == 1)
    #expect(try reader.ranks(at: [0, 7]) == [[2, 3, 4], [2, 3, 4]])
    #expect(try reader.overview().columns.map(\.ranks) == [[2, 3, 4]])
    #expect(try reader.decisionStep(after: 0) == nil && reader.step(atElapsed: 1) == 0)
    try recorder.finish()
  }
}
