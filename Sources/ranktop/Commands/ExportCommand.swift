import ArgumentParser
import Dashboard
import Foundation
import RunStore
import Screen

/// `ranktop export`: a run for elsewhere; at present the dashboard's picture.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the dashboard's picture of a run at any step.",
    discussion: """
      Example:
        ranktop export runs/trec-dora-r4.ranktop --output trec.svg --step 300
      """)

  @Argument(help: "Run file.")
  var run: String

  @Option(help: "File to write (SVG).")
  var output: String

  @Option(help: "Step to show. Default: the last.")
  var step: Int?

  @Option(help: "Columns.")
  var width = 120

  @Option(help: "Rows.")
  var height = 40

  @Flag(help: "Overwrite an existing file.")
  var force = false

  func validate() throws {
    for (option, value) in [("--width", width), ("--height", height)]
    where !(1...1000).contains(value) {
      throw ValidationError("\(option) \(value): choose 1 ... 1000")
    }
    if let step, step < 0 { throw ValidationError("--step \(step): choose 0 or more") }
  }

  func run() async throws {
    if !force && FileManager.default.fileExists(atPath: output) {
      throw Failure("\(output) exists: choose another name, or overwrite it with --force")
    }
    let records = RunFileRecords(reader: try RunReader(opening: URL(run: run)))
    var model = DashboardModel(mode: .replay)
    model.begin(with: try records.finalState())
    var navigator = RunNavigator()
    if let step { _ = try navigator.move(.to(step), in: records) }
    try model.follow(navigator, in: records)
    let frame = model.frame(width: width, height: height, theme: Theme(depth: .full))
    let name = model.state.manifest?.name ?? "run"
    do {
      try frame.svg(title: "ranktop: \(name)")
        .write(toFile: output, atomically: true, encoding: .utf8)
    } catch {
      throw Failure("\(output) cannot be written: \(error.localizedDescription)")
    }
  }
}
