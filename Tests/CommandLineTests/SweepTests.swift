import Foundation
import RunEvents
import RunStore
import TestSupport
import Testing

@Suite struct SweepTests {
  private func object(_ output: String) throws -> [String: Any] {
    let last = try #require(output.split(separator: "\n").last)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
  }

  /// A sweep over the tiny model: two allocators, one rank.
  private func sweep(_ tiny: TinyModel, _ more: [String]) -> [String] {
    [
      "sweep", "--allocators", "lora,dora", "--ranks", "2", "--model", tiny.model.path, "--train",
      tiny.train.path, "--eval", tiny.eval.path, "--steps", "60", "--batch-size", "16",
      "--threads", "1", "--folder", "runs",
    ] + more
  }

  private func file(_ name: String, _ folder: URL) -> URL {
    folder.appendingPathComponent("runs/\(name).ranktop")
  }

  private func startedAt(_ file: URL) throws -> Double {
    try #require(try RunReader(opening: file).manifest()).startedAt
  }

  @Test(.timeLimit(.minutes(3)))
  func `a small sweep from end to end, and again`() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let two = ["--seeds", "1,2", "--lr", "0.01"]
    let first = try Program.run(
      sweep(tiny, two + ["--jobs", "2", "--json", "--csv", "cells.csv"]), in: tiny.folder)
    #expect(first.code == 0, "\(first.errors)")
    let folderName = tiny.folder.lastPathComponent
    let task = try #require(try object(first.output)["task"] as? String)
    #expect(task == folderName)
    let names = ["lora-r2-s1", "dora-r2-s1", "lora-r2-s2", "dora-r2-s2"].map { "\(task)-\($0)" }

    // Every figure is what the cell's own run says.
    let whole = try object(first.output)
    let cells = try #require(whole["cells"] as? [[String: Any]])
    #expect(cells.map { $0["run_file"] as? String } == names.map { "runs/\($0).ranktop" })
    var accuracies: [Double] = []
    for (cell, name) in zip(cells, names) {
      let shown = try object(
        try Program.run(["show", "runs/\(name).ranktop", "--json"], in: tiny.folder).output)
      #expect(cell["metrics"] as? [String: Double] == shown["metrics"] as? [String: Double])
      #expect(cell["components"] as? Int == 24)
      let ranks = try #require(shown["ranks"] as? [String: Int])
      let modules = try #require(try RunReader(opening: file(name, tiny.folder)).manifest()).modules
      let parameters = modules.reduce(0) { $0 + ranks[$1.name]! * ($1.inputs + $1.outputs) }
      #expect(cell["parameters"] as? Int == parameters)
      accuracies.append(try #require((shown["metrics"] as? [String: Double])?["accuracy"]))
    }
    let differences = try #require(whole["differences"] as? [[String: Any]])
    #expect(differences.count == 3)
    let accuracy = try #require(differences.first { $0["metric"] as? String == "accuracy" })
    let mean = ((accuracies[1] - accuracies[0]) + (accuracies[3] - accuracies[2])) / 2
    #expect(abs((accuracy["mean"] as? Double ?? .nan) - mean) < 1e-12)
    #expect(accuracy["pairs"] as? Int == 2 && accuracy["verdict"] as? String == "within noise")
    let rows = try String(
      contentsOf: tiny.folder.appendingPathComponent("cells.csv"), encoding: .utf8
    ).split(separator: "\n")
    #expect(
      rows[0]
        == "allocator,rank,seed,accuracy,f1,mcc,components,parameters,seconds,run_file")
    #expect(rows.count == 5 && rows[1].hasPrefix("lora,2,1,\(accuracies[0]),"))
    for line in first.output.split(separator: "\n").dropLast() { #expect(line.count <= 100) }

    // Again with one seed more: what is finished stays.
    let before = try names.map { try startedAt(file($0, tiny.folder)) }
    let more = ["--seeds", "1,2,3", "--lr", "0.01"]
    let report = try Program.run(sweep(tiny, more + ["--report"]), in: tiny.folder)
    #expect(report.code == 0 && report.output.contains("4 of 6 cells finished"))
    #expect(report.output.contains("\(task)-dora-r2-s3: not run yet"))
    #expect(!FileManager.default.fileExists(atPath: file("\(task)-dora-r2-s3", tiny.folder).path))
    let second = try Program.run(sweep(tiny, more), in: tiny.folder)
    #expect(second.code == 0, "\(second.errors)")
    #expect(second.output.contains("6 of 6 cells finished"))
    #expect(second.output.contains("with 3 pairs the interval is coarse"))
    #expect(try names.map { try startedAt(file($0, tiny.folder)) } == before)
    #expect(
      second.complaints.filter { $0.contains("finished in") }.map { $0.prefix { $0 != " " } }
        == ["\(task)-lora-r2-s3", "\(task)-dora-r2-s3"])

    // Other settings: refused with the option's name, nothing touched; with --force trained again.
    let changed = ["--seeds", "1,2,3", "--lr", "0.02"]
    let refused = try Program.run(sweep(tiny, changed), in: tiny.folder)
    #expect(refused.code == 1 && refused.complaints.count == 1)
    #expect(refused.errors.contains("lr 0.01 there, 0.02 here"), "\(refused.errors)")
    #expect(refused.errors.contains("--folder") && refused.errors.contains("--force"))
    #expect(try names.map { try startedAt(file($0, tiny.folder)) } == before)
    let forced = try Program.run(
      sweep(tiny, ["--seeds", "1", "--lr", "0.02", "--force"]), in: tiny.folder)
    #expect(forced.code == 0, "\(forced.errors)")
    let after = try names.map { try startedAt(file($0, tiny.folder)) }
    #expect(after[0] > before[0] && after[1] > before[1])
    #expect(after[2] == before[2] && after[3] == before[3])
  }

  @Test func `steps, data, warm-up and budget are settings too`() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    try FileManager.default.copyItem(
      at: tiny.eval, to: tiny.folder.appendingPathComponent("other.tsv"))
    let done = try Program.run(sweep(tiny, ["--seeds", "1"]), in: tiny.folder)
    #expect(done.code == 0, "\(done.errors)")
    for (words, option) in [
      (["--steps", "61"], "steps 60 there, 61 here"), (["--eval", "other.tsv"], "eval "),
      (["--warmup", "20%"], "warmup 0.15 there, 0.2 here"),
      (["--budget", "20"], "budget 24 there, 20 here"),
      (["--equilibrium", "0.1"], "equilibrium 0.3 there, 0.1 here"),
      (["--max-length", "16"], "max-length "),
    ] {
      let refused = try Program.run(sweep(tiny, ["--seeds", "1"] + words), in: tiny.folder)
      #expect(refused.code == 1 && refused.complaints.count == 1)
      #expect(refused.errors.contains(option), "\(refused.errors)")
    }
    let same = try Program.run(sweep(tiny, ["--seeds", "1"]), in: tiny.folder)
    #expect(same.code == 0 && !same.output.contains("was written after"))
    #expect(same.errors.contains("nothing to train"))
    // The same name, but who knows what is in it now.
    try TinyModel.rows(31, from: 96).write(to: tiny.eval, atomically: true, encoding: .utf8)
    let later = try Program.run(sweep(tiny, ["--seeds", "1", "--report"]), in: tiny.folder)
    #expect(later.output.contains("\(tiny.eval.path) was written after the first cell"))
  }

  /// Waits until a run is being recorded and has some steps; gives the trainer's process.
  private func trainer(of file: URL) throws -> pid_t {
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline {
      if let reader = try? RunReader(opening: file),
        case .live(let pid, _)? = try? reader.liveness(),
        let steps = try? reader.events(of: .steps, limit: 5), steps.count == 5
      {
        return pid
      }
      sched_yield()
    }
    throw CocoaError(.fileReadNoSuchFile)
  }

  private func demo(_ steps: String) -> [String] {
    [
      "sweep", "--demo", "--allocators", "lora,dora", "--seeds", "4", "--folder", "runs",
      "--threads", "1", "--", "--steps", steps,
    ]
  }

  @Test(.timeLimit(.minutes(3)))
  func `a killed cell leaves the others alone and is trained again`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let errors = folder.appendingPathComponent("errors")
    try Data().write(to: errors)
    let process = try Program.start(
      demo("400"), in: folder, errors: try FileHandle(forWritingTo: errors))
    kill(try trainer(of: file("demo-lora-s4", folder)), SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    let said = try String(contentsOf: errors, encoding: .utf8)
    #expect(said.contains("demo-lora-s4: ended by signal 9"), "\(said)")
    #expect(said.contains("1 of 2 cells failed"))
    let other = try startedAt(file("demo-dora-s4", folder))

    let again = try Program.run(demo("400"), in: folder)
    #expect(again.code == 0, "\(again.errors)")
    #expect(again.errors.contains("demo-lora-s4.ranktop died after step"), "\(again.errors)")
    #expect(again.output.contains("2 of 2 cells finished"))
    #expect(again.output.contains("recovery") && again.output.contains("explained"))
    #expect(try startedAt(file("demo-dora-s4", folder)) == other)
  }

  @Test(.timeLimit(.minutes(3)), arguments: [SIGINT, SIGTERM])
  func `a sweep asked to end stops its cells in order and says how to go on`(_ signal: Int32) throws
  {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let errors = folder.appendingPathComponent("errors")
    try Data().write(to: errors)
    var words = demo("1000000")
    words.insert(contentsOf: ["--jobs", "2"], at: 1)
    let process = try Program.start(
      words, in: folder, errors: try FileHandle(forWritingTo: errors))
    let files = ["demo-lora-s4", "demo-dora-s4"].map { file($0, folder) }
    for file in files { _ = try trainer(of: file) }
    // A second sweep keeps away from what is being trained.
    let second = try Program.run(words, in: folder)
    #expect(second.code == 1 && second.errors.contains("is being trained by process"))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    for file in files {
      guard case .finished(let stop) = try RunReader(opening: file).liveness() else {
        Issue.record("\(file.lastPathComponent) must have ended in order")
        continue
      }
      #expect(stop.reason == .stopped)
    }
    let said = try String(contentsOf: errors, encoding: .utf8)
    #expect(said.contains("stopped with 0 of 2 cells finished"), "\(said)")
    #expect(said.contains("ranktop sweep --jobs 2 --demo"), "\(said)")
  }
}
