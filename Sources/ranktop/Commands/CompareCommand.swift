import ArgumentParser
import Dashboard
import Foundation
import RunEvents
import RunStore
import Terminal

/// `ranktop compare`: two to four runs side by side.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs: losses, metrics, ranks, and where their decisions part.",
    discussion: """
      Modules are matched by name. On a terminal it opens the dashboard, elsewhere it prints text.

      Example:
        ranktop compare runs/trec-dora-r4.ranktop runs/trec-adalora-r4.ranktop --step 300
      """)

  @Argument(help: "Run files, two to four.")
  var runs: [String]

  @Option(help: "Compare ranks, loss and metric just after this step. Default: the end of each.")
  var step: Int?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var single: OnceArguments
  @OptionGroup var appearance: Appearance

  func validate() throws {
    if !(2...4).contains(runs.count) {
      throw ValidationError("compare takes two to four runs, not \(runs.count)")
    }
    if let step, step < 0 { throw ValidationError("--step \(step): choose 0 or more") }
  }

  func run() async throws {
    let records = try runs.map { RunFileRecords(reader: try RunReader(opening: URL(run: $0))) }
    let compared = try zip(runs, records).map { path, records in
      let run = try records.compared(
        named: URL(run: path).deletingPathExtension().lastPathComponent)
      guard run.state.manifest != nil else {
        throw Failure("\(path): the run has not started yet, or died before its first event")
      }
      return run
    }
    if json { return print(try ComparisonObject(compared, step: step).json()) }
    if single.once {
      let picture = try RunPicture(
        records[0], step: step, view: single.view(or: .compare), comparison: compared)
      return try single.show(picture, appearance)
    }
    guard TerminalScreen.obstacle == nil, !appearance.plain else {
      for line in ComparisonText.lines(compared, step: step) { print(line.printable) }
      return
    }
    _ = try await DashboardLoop(
      mode: .replay, records: records[0], appearance: appearance, step: step, comparison: compared
    ).show()
  }
}

/// A comparison as `--json` prints it.
private struct ComparisonObject: Encodable {
  struct Run: Encodable {
    var name: String
    var allocator: String?
    var step: Int
    var loss: Double?
    var metrics: [String: Double]
    var components: Int
    var decisions: Int
  }

  /// Steps at which both decide, only the first one, only the second one, as far as both go.
  struct DecisionSteps: Encodable {
    var both: Int
    var onlyFirst: Int
    var onlySecond: Int
  }

  struct Pair: Encodable {
    var first: String
    var second: String
    /// Step after which components differ first where they are compared; nil where they never do.
    var partedAt: Int?
    var partedModules: [String]
    /// The same for ranks.
    var ranksPartedAt: Int?
    var ranksPartedModules: [String]
    /// The first step at which ranks differ, whoever decided there.
    var ranksDifferFrom: Int?
    var decisionSteps: DecisionSteps
    var ranks: [String: [Int?]]
  }

  var runs: [Run]
  var pairs: [Pair]

  init(_ compared: [ComparedRun], step: Int?) {
    runs = compared.map { run in
      let figures = run.figures(at: step)
      return Run(
        name: run.name, allocator: run.state.allocator, step: figures.step, loss: figures.loss,
        metrics: figures.metricName.map { [$0: figures.metricValue] } ?? [:],
        components: figures.ranks.reduce(0) { $0 + Int($1) }, decisions: run.decisions.count)
    }
    pairs = compared.indices.flatMap { a in
      compared.indices.filter { $0 > a }.map { b in
        let parting = Parting(compared[a], compared[b])
        let differences = ComparisonText.differences(compared[a], compared[b], step: step)
        return Pair(
          first: compared[a].name, second: compared[b].name,
          partedAt: parting.modules.isEmpty ? nil : parting.stages.first?.step,
          partedModules: parting.modules.map(\.label), ranksPartedAt: parting.rankStep,
          ranksPartedModules: parting.rankModules.map(\.label),
          ranksDifferFrom: parting.unlikeStep,
          decisionSteps: DecisionSteps(
            both: parting.schedules.both, onlyFirst: parting.schedules.onlyFirst,
            onlySecond: parting.schedules.onlySecond),
          ranks: Dictionary(
            differences.map { ($0.module, [$0.first, $0.second]) },
            uniquingKeysWith: { first, _ in first }))
      }
    }
  }

  func json() throws -> String { try RunSummary.encode(self) }
}
