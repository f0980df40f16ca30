import ArgumentParser
import Dashboard
import Foundation
import RunEvents
import RunStore

/// `ranktop show`: a run in words and figures.
struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract:
      "Print a run (settings, metrics, ranks, decisions, interventions) or any PEFT adapter's ranks.",
    discussion: """
      Example:
        ranktop show runs/trec-dora-r4.ranktop --json
        ranktop show runs/trec-dora-r4.adapter
      """)

  @Argument(help: "Run file, adapter folder, or an adapter_config.json.")
  var run: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    if let adapter = AdapterReport.url(run) {
      let report = try AdapterReport(adapter, path: run)
      if json { return print(try report.json()) }
      for line in report.lines { print(line.printable) }
      return
    }
    let reader = try RunReader(opening: URL(run: run))
    let summary = try RunSummary(reading: reader, path: run, withDetails: true)
    if json { return print(try summary.json()) }
    var state = DashboardState()
    try reader.forEachEvent { state.apply($0) }
    for line in Summary.lines(state) { print(line.printable) }
    for line in RunReport(summary).lines { print(line.printable) }
  }
}
