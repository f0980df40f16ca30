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
    var seq: Int64 = 0
    while true {
      let batch = try reader.events(after: seq, limit: 4096)
      guard let last = batch.last else { break }
      for recorded in batch { state.apply(recorded.event) }
      seq = last.seq
    }
    for line in Summary.lines(state) { print(line.printable) }
    for line in RunReport(summary).lines { print(line.printable) }
  }
}
