import Allocation
import ArgumentParser
import Evidence
import Foundation
import RunEvents
import RunStore

/// `ranktop sweep`: allocators against each other, over ranks and seeds.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Compare allocators: train a grid of allocators, ranks and seeds, and judge it.",
    discussion: """
      One run file a cell, each trained in a process of its own. Run the same command again to go \
      on: finished cells stay, others are trained again. Every further option of train (with \
      --demo: of demo) is passed on.

      The table has means and sample standard deviations over the seeds, and paired differences \
      from the baseline with a 95 % percentile bootstrap interval (all resamples for up to 8 \
      seeds, else 10 000 with a fixed seed). "within noise": the interval holds 0, or there are \
      fewer than 3 pairs. Of every metric, more is better.

      Example:
        ranktop sweep --allocators lora,adalora,dora --ranks 2,4 --seeds 1,2,3 \\
          --model MiniLM-L6 --train trec/train.tsv --eval trec/test.tsv --epochs 4
        ranktop sweep --demo --allocators lora,adalora,dora --seeds 1,2,3,4,5
      """)

  @Option(help: "Allocators to compare, e.g. lora,dora: some of \(AllocatorKind.names).")
  var allocators: String

  @Option(help: "Ranks, e.g. 2,4. Default: 8.")
  var ranks: String?

  @Option(help: "Seeds: each is one more pair.")
  var seeds = "1,2,3"

  @Flag(help: "Sweep over the planted demo: no model, no data, no ranks.")
  var demo = false

  @Option(help: "Model folder or hub name.")
  var model: String?

  @Option(help: "Training data.")
  var train: String?

  @Option(help: "Held-out data.")
  var eval: String?

  @Option(help: "Folder for the run files. Default: runs/sweep-TASK.")
  var folder: String?

  @Option(help: "Cells at a time.")
  var jobs = 1

  @Option(help: "Threads of each cell. Default: cores / jobs.")
  var threads: Int?

  @Option(help: "Allocator to compare with. Default: lora where it is listed, else the first.")
  var baseline: String?

  @Flag(help: "Train nothing: report on what is finished.")
  var report = false

  @Option(help: "CSV file for one row a cell.")
  var csv: String?

  @Flag(help: "Print one JSON object on the last line of standard output.")
  var json = false

  @Flag(help: "Train cells again that are finished with other settings; overwrite the CSV file.")
  var force = false

  @Argument(parsing: .allUnrecognized, help: "Further options of train or demo.")
  var options: [String] = []

  func validate() throws {
    let plan = try plan()
    if !(1...64).contains(jobs) { throw ValidationError("--jobs \(jobs): choose 1 ... 64") }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads \(threads): choose 1 ... 256")
    }
    if let baseline, !plan.grid.allocators.contains(baseline) {
      throw ValidationError("--baseline \(baseline) is none of --allocators \(allocators)")
    }
  }

  func run() async throws {
    let plan = try plan()
    try refuseForeignCSV()
    var outcome = SweepRunner.Outcome()
    if !report {
      outcome = try await train(plan)
      if outcome.wasStopped { throw stopped(plan) }
    }
    let comparison = try Comparison(
      plan.grid, in: plan.folder, baseline: plan.baseline, reasons: outcome.failures)
    guard !comparison.cells.isEmpty else {
      let reasons = comparison.missing.prefix(1).map { "\($0.name): \($0.reason)" }
      throw Failure(
        "no cell is finished under \(plan.folder.url.relativePath) (\(reasons.joined()))"
          + (report ? ": run the sweep without --report" : ""))
    }
    for line in ComparisonTable(comparison).lines { print(line) }
    if let csv { try write(CellRows(comparison).text, to: csv) }
    if json { print(try SweepObject(comparison, plan).json()) }
    if !outcome.failures.isEmpty {
      throw Failure(
        "\(outcome.failures.count) of \(plan.grid.cells.count) cells failed; run the same command "
          + "again to train only them")
    }
  }

  /// Trains what is not finished.
  private func train(_ plan: SweepPlan) async throws -> SweepRunner.Outcome {
    let requests = StopRequests()
    let work = try plan.work(force: force)
    if work.cells.isEmpty {
      complain("all \(plan.grid.cells.count) cells are finished: nothing to train")
      return SweepRunner.Outcome()
    }
    for remark in work.remarks { complain(remark) }
    try plan.check(work.cells)
    try plan.folder.make()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let runner = SweepRunner(
      folder: plan.folder, jobs: jobs,
      threads: threads ?? max(1, cores / jobs))
    return try await runner.run(work.cells, finished: work.finished, requests: requests)
  }

  private func stopped(_ plan: SweepPlan) -> Failure {
    let done = plan.grid.cells.filter { cell in
      if case .finished? = try? plan.folder.state(cell) { true } else { false }
    }
    let words = CommandLine.arguments.map { word in
      word.allSatisfy { $0.isLetter || $0.isNumber || "-_./,=%+:".contains($0) } && !word.isEmpty
        ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
    return Failure(
      "stopped with \(done.count) of \(plan.grid.cells.count) cells finished, which stay. Go on "
        + "with the same command: \(words.joined(separator: " "))")
  }

  // MARK: The CSV file

  /// Another sweep's table may be replaced, anything else may not.
  private func refuseForeignCSV() throws {
    guard let csv, !force, FileManager.default.fileExists(atPath: csv) else { return }
    let start = FileManager.default.contents(atPath: csv)?.prefix(CellRows.headerStart.utf8.count)
    guard start.map({ Array($0) }) != Array(CellRows.headerStart.utf8) else { return }
    throw Failure(
      "\(csv) exists and is no sweep's table: choose another name, or overwrite it with --force")
  }

  private func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure("\(path) cannot be written: \(error.localizedDescription)")
    }
  }
}
