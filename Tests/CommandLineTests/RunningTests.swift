import Foundation
import RunEvents
import RunStore
import TestSupport
import Testing

@Suite struct RunningTests {
  private func object(_ output: String) throws -> [String: Any] {
    let last = try #require(output.split(separator: "\n").last)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
  }

  @Test func `the demo ends with one JSON object and its run can be shown`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let demo = try Program.run(
      ["demo", "--headless", "--json", "--steps", "60", "--run", "d"], in: folder)
    #expect(demo.code == 0)
    let summary = try object(demo.output)
    for key in [
      "run", "steps", "seconds", "tokens_per_second", "metrics", "components", "ranks",
      "interventions", "budget_unit", "parameters", "checkpoints", "seams",
    ] { #expect(summary[key] != nil, "\(key) is missing") }
    #expect(summary["components"] as? Int == 48)
    #expect(summary["budget_unit"] as? String == "components")
    #expect((summary["parameters"] as? Int ?? 0) > 48)
    #expect((summary["ranks"] as? [String: Int])?.count == 24)
    let shown = try object(
      try Program.run(["show", "d.ranktop", "--json"], in: folder).output)
    #expect(shown["status"] as? String == "finished")
    #expect((shown["details"] as? [String: Any])?["decisions"] != nil)
    let again = try Program.run(["demo", "--headless", "--steps", "60", "--run", "d"], in: folder)
    #expect(again.code != 0 && again.complaints.count == 1)
  }

  @Test(arguments: ["lora", "adalora", "dora", "diffora"])
  func `training, evaluating and training again`(_ allocator: String) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    func train(_ run: String) throws -> Program.Result {
      try Program.run(
        [
          "train", "--model", tiny.model.path, "--train", tiny.train.path, "--eval",
          tiny.eval.path, "--allocator", allocator, "--rank", "2", "--steps", "200",
          "--batch-size", "16", "--lr", "0.01", "--json", "--run", run,
        ], in: tiny.folder)
    }
    let first = try train("a")
    #expect(first.code == 0, "\(first.errors)")
    let summary = try object(first.output)
    #expect(summary["components"] as? Int == 24)
    let accuracy = try #require((summary["metrics"] as? [String: Double])?["accuracy"])
    #expect(accuracy > 0.8)
    let adapter = try #require(summary["adapter"] as? String)

    let evaluated = try Program.run(
      [
        "evaluate", "--model", tiny.model.path, "--adapter", adapter, "--eval", tiny.eval.path,
        "--predictions", "p.jsonl", "--json",
      ], in: tiny.folder)
    let metrics = try object(evaluated.output)["metrics"] as? [String: Double]
    #expect(metrics?["accuracy"] == accuracy)
    let lines = try String(
      contentsOf: tiny.folder.appendingPathComponent("p.jsonl"), encoding: .utf8
    ).split(separator: "\n")
    #expect(lines.count == 32)
    let row = try object(String(lines[0]))
    #expect((row["logits"] as? [Double])?.count == 3 && row["predicted"] is String)

    #expect(try train("a").code != 0)
    #expect(try train("b").code == 0)
    #expect(try essence("a", tiny.folder) == essence("b", tiny.folder))
  }

  /// Losses and decisions of a run, without times.
  private func essence(_ name: String, _ folder: URL) throws -> [String] {
    let reader = try RunReader(opening: folder.appendingPathComponent("\(name).ranktop"))
    return try reader.events().compactMap { recorded in
      switch recorded.event {
      case .step(let report): "\(report.step) \(report.loss) \(report.alive)"
      case .decision(let decision): "\(decision.step) \(decision.scores) \(decision.alive)"
      default: nil
      }
    }
  }

  /// Starts a long demo and waits until it has recorded some steps.
  private func startLongDemo(_ folder: URL) throws -> (Process, URL) {
    let process = try Program.start(
      ["demo", "--headless", "--steps", "1000000", "--run", "long"], in: folder)
    let file = folder.appendingPathComponent("long.ranktop")
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline {
      if let reader = try? RunReader(opening: file),
        let step = try? reader.events(of: .steps, limit: 50).last?.event.step, step >= 20
      {
        return (process, file)
      }
      sched_yield()
    }
    process.terminate()
    throw CocoaError(.fileReadNoSuchFile)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a killed trainer leaves a run that opens, without gaps`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (process, file) = try startLongDemo(folder)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let reader = try RunReader(opening: file)
    var steps: [Int] = []
    var seq: Int64 = 0
    while let last = try reader.events(after: seq).last {
      steps += try reader.events(after: seq).compactMap {
        if case .step(let report) = $0.event { report.step } else { nil }
      }
      seq = last.seq
    }
    #expect(steps.count >= 20 && steps == Array(1...steps.count))
    guard case .died(let step) = try reader.liveness() else {
      Issue.record("a killed trainer must count as dead")
      return
    }
    #expect(step == steps.count)
    let shown = try Program.run(["show", "long.ranktop"], in: folder)
    #expect(shown.code == 0)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a trainer asked to end stops in order, and can be steered`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (process, file) = try startLongDemo(folder)
    _ = try RunSteering(opening: file).request(.budget(40))
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let reader = try RunReader(opening: file)
    guard case .finished(let stop) = try reader.liveness() else {
      Issue.record("the run must have ended in order")
      return
    }
    #expect(stop.reason == .stopped)
    let done = try reader.interventions()
    #expect(done.map(\.intervention) == [.budget(40), .stop])
    #expect(done.allSatisfy { $0.outcome == .applied })
  }
}
