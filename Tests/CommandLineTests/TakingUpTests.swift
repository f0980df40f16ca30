import Foundation
import RunEvents
import RunStore
import TestSupport
import Testing

/// Runs of the program that are killed, resumed, forked and repeated.
@Suite(.timeLimit(.minutes(4)), .serialized) struct TakingUpTests {
  private static let steps = 1600

  private func options(_ tiny: TinyModel, _ allocator: String, steps: Int = steps) -> [String] {
    [
      // Relative, as people type them: they are found again from another folder.
      "train", "--model", "model", "--train", "train.tsv", "--eval", "eval.tsv", "--allocator",
      allocator, "--rank", "2", "--steps", "\(steps)", "--batch-size", "8", "--lr", "0.005",
      "--headless", "--evaluate-every", "300",
    ]
  }

  /// What happened in a run, without times: what two equal runs have in common.
  private func essence(_ name: String, _ folder: URL, after step: Int = 0) throws -> [String] {
    let reader = try RunReader(opening: folder.appendingPathComponent("\(name).ranktop"))
    var lines: [String] = []
    var seq: Int64 = 0
    while true {
      let batch = try reader.events(after: seq)
      guard let last = batch.last else { return lines }
      for event in batch.map(\.event) where event.step > step {
        switch event {
        case .step(var report):
          (report.seconds, report.elapsed, report.wait) = (0, 0, 0)
          lines.append("\(report)")
        case .decision(let decision): lines.append("\(decision)")
        case .statistics(let statistics): lines.append("\(statistics)")
        case .planned(let plan): lines.append("\(plan)")
        case .evaluation(let evaluation):
          lines.append("\(evaluation.step) \(evaluation.loss) \(evaluation.metrics["accuracy"]!)")
        default: break
        }
      }
      seq = last.seq
    }
  }

  private func adapter(_ name: String, _ folder: URL) throws -> Data {
    try Data(
      contentsOf: folder.appendingPathComponent("\(name).adapter/adapter_model.safetensors"))
  }

  /// Waits for something that a live run has recorded.
  private func wait(_ file: URL, _ condition: (RunReader) throws -> Bool) throws {
    let deadline = Date().addingTimeInterval(100)
    while Date() < deadline {
      if let reader = try? RunReader(opening: file), (try? condition(reader)) == true { return }
      usleep(2000)
    }
    throw CocoaError(.fileReadUnknown)
  }

  private func lastStep(_ reader: RunReader) throws -> Int {
    let seq = try reader.lastSeq()
    return try reader.events(after: max(0, seq - 50), of: .steps).last?.event.step ?? 0
  }

  private func kill(_ process: Process) {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  @Test(arguments: ["lora", "adalora", "dora", "sora", "bayesian", "incre", "alora", "diffora"])
  func `a killed run that is resumed ends as if it had never been`(allocator: String) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let folder = tiny.folder
    let whole = try Program.run(options(tiny, allocator) + ["--run", "whole"], in: folder)
    #expect(whole.code == 0, "\(whole.errors)")

    let file = folder.appendingPathComponent("killed.ranktop")
    let process = try Program.start(
      options(tiny, allocator) + ["--checkpoint-every", "100", "--run", "killed"], in: folder)
    try wait(file) { try lastStep($0) >= 450 }
    kill(process)
    let dead = try RunReader(opening: file)
    let recorded = try lastStep(dead)
    #expect(recorded < Self.steps, "it was not killed in time")
    let checkpoint = try #require(try dead.resumption()?.checkpoint)
    #expect(checkpoint.step >= 100 && checkpoint.step % 100 == 0)

    // From another folder.
    let elsewhere = folder.appendingPathComponent("elsewhere")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    let resumed = try Program.run(
      ["train", "--resume", "../killed.ranktop", "--headless", "--json"], in: elsewhere)
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(resumed.output.contains("\"status\":\"finished\""))
    #expect(try essence("killed", folder) == essence("whole", folder))
    #expect(try adapter("killed", folder) == adapter("whole", folder))
    let seams = try RunReader(opening: file).events(of: .seams).map(\.event)
    guard case .resumed(let seam) = seams.first, seams.count == 1 else {
      Issue.record("\(seams)")
      return
    }
    #expect(seam.step == checkpoint.step && seam.lastRecorded == recorded && seam.source == nil)
    let elapsed = try RunReader(opening: file).events(of: .steps, limit: 5000).map(\.event)
    let times = elapsed.compactMap {
      if case .step(let report) = $0 { report.elapsed } else { nil }
    }
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "time goes on")

    let again = try Program.run(["train", "--resume", "killed.ranktop"], in: folder)
    #expect(again.code == 1 && again.complaints.count == 1)
    #expect(again.errors.contains("--fork"))
  }

  @Test func `a steered run that was killed and resumed can be repeated`() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let folder = tiny.folder
    let file = folder.appendingPathComponent("steered.ranktop")
    let own = options(tiny, "dora", steps: 5000) + ["--pin", "L0.q:1", "--switch", "4500:adalora"]
    var process = try Program.start(
      own + ["--checkpoint-every", "100", "--run", "steered"], in: folder)
    let requests: [Intervention] = [
      .pause, .budget(20), .resume, .pin(ModuleRule("L1.*:1")!), .checkpoint,
      .allocator("adalora"), .cap(ModuleRule("*.up:2")!), .budget(0), .budget(18),
    ]
    for (number, request) in requests.enumerated() {
      try wait(file) { try lastStep($0) >= 40 + 45 * number || request == .resume }
      let id = try RunSteering(opening: file, author: "me").request(request)
      try wait(file) { reader in
        try reader.interventions().contains { $0.id == id && $0.outcome != .pending }
      }
      if number == 3 || number == 6 {
        kill(process)
        process = try Program.start(["train", "--resume", file.path, "--headless"], in: folder)
        try wait(file) { reader in
          if case .live = try reader.liveness() { true } else { false }
        }
      }
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let done = try RunReader(opening: file).interventions()
    #expect(done.count == requests.count + 2)
    #expect(done.filter { $0.author == "me" }.map(\.intervention) == requests)
    #expect(done.count { $0.outcome == .applied } == done.count - 1)
    #expect(done.allSatisfy { $0.step != nil })

    for (name, arguments) in [("same", own), ("plain", options(tiny, "dora", steps: 5000))] {
      let repeated = try Program.run(
        arguments + ["--interventions", "steered.ranktop", "--run", name], in: folder)
      #expect(repeated.code == 0, "\(repeated.errors)")
      #expect(try essence(name, folder) == essence("steered", folder), "\(name)")
      #expect(try adapter(name, folder) == adapter("steered", folder), "\(name)")
    }
    let short = try Program.run(
      options(tiny, "dora", steps: 100) + ["--interventions", "steered.ranktop", "--run", "short"],
      in: folder)
    #expect(short.code == 1 && short.errors.contains("this run ends at 100"))
    let other = try Program.run(
      own + ["--targets", "q,up", "--interventions", "steered.ranktop", "--run", "other"],
      in: folder)
    #expect(other.code == 1 && other.errors.contains("--targets"), "\(other.errors)")
  }

  @Test func `forks begin where the other run was`() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let folder = tiny.folder
    let whole = try Program.run(
      options(tiny, "adalora", steps: 200) + [
        "--checkpoint-every", "40", "--keep-checkpoints", "3", "--run", "whole",
      ], in: folder)
    #expect(whole.code == 0, "\(whole.errors)")
    let reader = try RunReader(opening: folder.appendingPathComponent("whole.ranktop"))
    #expect(try reader.checkpoints().map(\.step) == [120, 160, 200])
    let size = try Data(contentsOf: reader.url)

    func fork(_ name: String, _ arguments: [String]) throws -> Program.Result {
      try Program.run(["train", "--headless", "--run", name, "--fork"] + arguments, in: folder)
    }
    // Nothing changed: the same run.
    let same = try fork("same", ["whole.ranktop@120"])
    #expect(same.code == 0, "\(same.errors)")
    #expect(try essence("same", folder, after: 120) == essence("whole", folder, after: 120))
    #expect(try adapter("same", folder) == adapter("whole", folder))
    let file = folder.appendingPathComponent("same.ranktop")
    let events = try RunReader(opening: file).events().map(\.event)
    guard case .started(let manifest) = events[0], case .resumed(let seam) = events[1] else {
      Issue.record("\(events.prefix(3))")
      return
    }
    #expect(manifest.name == "same" && manifest.totalSteps == 200)
    #expect(seam.source == "whole@120" && seam.step == 120 && seam.lastRecorded == 120)
    #expect(events.first { if case .step = $0 { true } else { false } }?.step == 121)

    // Another allocator is a switch at that step; a budget and a rate take effect.
    let other = try fork(
      "other", ["whole.ranktop@120", "--allocator", "dora", "--budget", "15", "--steps", "260"])
    #expect(other.code == 0, "\(other.errors)")
    let changed = try RunReader(opening: folder.appendingPathComponent("other.ranktop"))
    #expect(
      try changed.interventions().map(\.intervention) == [.allocator("dora"), .budget(15)])
    let last = try changed.events(of: .steps, limit: 1000).last?.event
    guard case .step(let report) = last else { return }
    #expect(report.step == 260 && report.alive == 15)

    // A fork of a fork, whose file has all it needs.
    try FileManager.default.moveItem(
      at: reader.url, to: folder.appendingPathComponent("moved.ranktop"))
    let second = try fork("second", ["same.ranktop@120", "--lr", "0.001"])
    #expect(second.code == 0, "\(second.errors)")
    #expect(try essence("second", folder) != essence("same", folder))
    #expect(try Data(contentsOf: folder.appendingPathComponent("moved.ranktop")) == size)

    for (arguments, word) in [
      (["moved.ranktop@90"], "choose one of 120, 160, 200"), (["moved.ranktop"], "more --steps"),
      (["moved.ranktop@120", "--rank", "4"], "--rank cannot change"),
      (["moved.ranktop@120", "--train", "eval.tsv"], "--train cannot change"),
      (["moved.ranktop@120", "--budget", "0"], "--budget 0"),
      (["moved.ranktop@120", "--budget", "9999"], "budget 9999"),
      (["moved.ranktop@160", "--switch", "100:dora"], "begins at step 160"),
      (["nothing.ranktop@1"], "There is no run"),
    ] {
      let result = try fork("refused", arguments)
      #expect(result.code != 0 && result.complaints.count == 1, "\(result.errors)")
      #expect(result.errors.contains(word), "\(result.errors)")
      #expect(
        !FileManager.default.fileExists(
          atPath: folder.appendingPathComponent("refused.ranktop").path))
    }
  }

  @Test func `a fork never replaces the run it begins from`() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let whole = try Program.run(
      options(tiny, "lora") + ["--checkpoint-every", "100", "--run", "whole"], in: tiny.folder)
    #expect(whole.code == 0, "\(whole.errors)")
    let file = tiny.folder.appendingPathComponent("whole.ranktop")
    let before = try Data(contentsOf: file)
    let result = try Program.run(
      ["train", "--headless", "--fork", "whole.ranktop@1500", "--run", "whole", "--force"],
      in: tiny.folder)
    #expect(
      result.code == 1 && result.errors.contains("is the run that is forked"), "\(result.errors)")
    #expect(try Data(contentsOf: file) == before)
  }

  @Test func `what cannot be resumed is refused in one line, and nothing changes`() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let folder = tiny.folder
    let file = folder.appendingPathComponent("a.ranktop")
    func resume(_ arguments: [String] = []) throws -> Program.Result {
      try Program.run(["train", "--headless", "--resume", "a.ranktop"] + arguments, in: folder)
    }
    func expect(_ result: Program.Result, _ word: String) {
      #expect(result.code != 0 && result.complaints.count == 1, "\(result.errors)")
      #expect(result.errors.contains(word), "\(result.errors)")
    }
    expect(try resume(), "There is no run")
    var process = try Program.start(
      options(tiny, "dora", steps: 100_000) + ["--run", "a"], in: folder)
    try wait(file) { try lastStep($0) >= 5 }
    expect(try resume(), "watch")
    kill(process)
    expect(try resume(), "--checkpoint-every")
    process = try Program.start(
      options(tiny, "dora", steps: 100_000) + [
        "--run", "a", "--force", "--checkpoint-every", "20",
      ], in: folder)
    try wait(file) { try lastStep($0) >= 50 && !$0.checkpoints().isEmpty }
    kill(process)
    let before = try RunReader(opening: file).events(limit: 1_000_000)

    expect(try resume(["--lr", "1"]), "--lr")
    let (train, weights) = (tiny.train, tiny.model.appendingPathComponent("model.safetensors"))
    for changed in [train, weights] {
      let old = try Data(contentsOf: changed)
      var new = old
      new[new.count - 3] ^= 1
      try new.write(to: changed)
      expect(try resume(), changed == train ? "train.tsv is not what" : "model is not what")
      try old.write(to: changed)
    }
    try FileManager.default.moveItem(
      at: tiny.model, to: folder.appendingPathComponent("gone"))
    expect(try resume(), "model")
    try FileManager.default.moveItem(
      at: folder.appendingPathComponent("gone"), to: tiny.model)
    #expect(try RunReader(opening: file).events(limit: 1_000_000) == before)

    let demo = try Program.run(
      ["demo", "--headless", "--steps", "30", "--run", "d"], in: folder)
    #expect(demo.code == 0)
    expect(
      try Program.run(["train", "--headless", "--fork", "d.ranktop"], in: folder), "demo")
    let none = try Program.run(
      options(tiny, "lora", steps: 20) + ["--run", "n", "--keep-checkpoints", "0"], in: folder)
    #expect(none.code == 0)
    expect(
      try Program.run(["train", "--headless", "--fork", "n.ranktop"], in: folder), "no checkpoint")
    let nobody = try Program.run(
      options(tiny, "lora", steps: 20) + ["--run", "m", "--interventions", "n.ranktop"],
      in: folder)
    #expect(nobody.code == 0 && nobody.errors.contains("nothing to repeat"))
  }
}
