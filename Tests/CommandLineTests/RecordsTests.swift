import Dashboard
import Foundation
import RunEvents
import RunStore
import Testing

/// What a run file answers about any step, against the plain sum of its events.
struct RecordsTests {
  /// Runs of the demo with what may happen to them.
  private static let runs: [[String]] = [
    ["--allocator", "adalora", "--steps", "90"],
    ["--allocator", "dora", "--steps", "80", "--switch", "30:adalora", "--pin", "L1.*:2"],
    ["--allocator", "diffora", "--steps", "60"],
    ["--allocator", "lora", "--steps", "40"],
    ["--allocator", "sora", "--steps", "300"],
  ]

  @Test(arguments: runs)
  func `every step looked up is the sum of the events up to it`(words: [String]) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ranktop-records-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("run.ranktop")
    let result = try Program.run(["demo", "--headless", "--run", file.path] + words, in: folder)
    #expect(result.code == 0, "\(result.errors)")
    let reader = try RunReader(opening: file)
    let list = EventList(try reader.events(limit: .max).map(\.event))
    #expect(try reader.lastStep() == list.lastStep)

    try compareHistories(reader, list)
    for step in 0...list.lastStep + 1 {
      let found = DashboardState(try reader.digest(through: step), history: RunHistory())
      let expected = try list.state(at: step)
      #expect(describe(found) == describe(expected), "step \(step)")
      #expect(found.constraints == expected.constraints)
      #expect(try reader.decisionStep(after: step) == list.decisionStep(after: step))
      #expect(try reader.decisionStep(before: step) == list.decisionStep(before: step))
      let decision = try reader.decision(atOrBefore: step)
      let plain = list.decision(atOrBefore: step)
      #expect(decision?.decision.number == plain?.decision.number)
      #expect(decision?.aliveBefore == plain?.aliveBefore)
      for module in [0, 7, 23] {
        #expect(
          try reader.nextChange(of: module, after: step) == list.nextChange(of: module, after: step)
        )
        #expect(
          try reader.previousChange(of: module, before: step)
            == list.previousChange(of: module, before: step))
      }
    }
    let steps = Array(stride(from: 0, through: list.lastStep, by: 7))
    #expect(try reader.ranks(at: steps) == list.ranks(at: steps))
    #expect(try reader.losses(of: 2...20) == list.losses(of: 2...20))
    for module in [0, 7, 23] {
      let holds: ([UInt16]) -> Bool = { $0.indices.contains(module) && $0[module] < 2 }
      for step in [0, 20, 50] {
        #expect(
          try reader.firstStep(after: step, where: holds)
            == list.firstStep(after: step, where: holds))
      }
      #expect(
        try reader.changes(of: module, through: 50).map { [$0.step, $0.slot, $0.isGrown ? 1 : 0] }
          == list.changes(of: module, through: 50).map {
            [$0.step, $0.slot, $0.isGrown ? 1 : 0]
          })
    }
  }

  private func compareHistories(_ reader: RunReader, _ list: EventList) throws {
    let (found, expected) = (
      RunHistory(try reader.overview()), RunHistory(list.overview())
    )
    #expect(found.losses == expected.losses)
    #expect(found.marks == expected.marks)
    #expect(found.timeline == expected.timeline)
    #expect(found.evaluations == expected.evaluations)
    #expect(found.lastStep == expected.lastStep)
  }

  /// A state in words, since numbers that are none are never equal. Counts of events aside: a digest is
  /// there to have fewer. The running mean of the loss begins at the first report that a digest holds.
  private func describe(_ state: DashboardState) -> [String] {
    [
      "\(state.step) \(state.status) \(state.tokens) \(state.ranks) \(state.aliveMask)",
      "\(state.decisionCount) \(state.prunedCount) \(state.grownCount) \(state.checkpointCount)",
      "\(String(describing: state.report)) \(String(describing: state.plan))",
      "\(String(describing: state.statistics)) \(String(describing: state.gates))",
      "\(state.log) \(state.seams) \(String(describing: state.evaluation))",
      "\(state.verdicts) \(String(describing: state.secondsLeft)) \(String(describing: state.budget))",
      "\(state.smoothedLoss.map { Int(($0 * 1e9).rounded()) } ?? -1)",
      "\(String(describing: state.scoredDecision)) \(String(describing: state.selectionStep))",
    ]
  }
}
