import ArgumentParser
import Dashboard
import Foundation
import RunEvents
import RunStore
import Terminal

/// `ranktop watch`: the dashboard over a live run, from any terminal.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Open the dashboard over a run that is being recorded.",
    discussion: """
      Example:
        ranktop watch runs/trec-dora-r4.ranktop --readonly
      """)

  @Argument(help: "Run file.")
  var run: String

  @Flag(help: "Steer nothing.")
  var readonly = false

  @OptionGroup var appearance: Appearance

  func run() async throws {
    let file = URL(run: run)
    let reader = try RunReader(opening: file)
    let liveness = try reader.liveness()
    guard TerminalScreen.obstacle == nil else { return try await follow(reader) }
    var steering: RunSteering?
    if !readonly, case .live = liveness { steering = try RunSteering(opening: file) }
    let dashboard = DashboardLoop(
      mode: steering == nil ? .readOnly : .live, records: RunFileRecords(reader: reader), reader: reader,
      steering: steering, appearance: appearance)
    let (departure, state) = try await dashboard.show()
    switch departure {
    case .detached, .terminalGone:
      print("the run goes on. Come back with:  ranktop watch \(run)")
    case .stopping:
      print(
        "the trainer finishes its step, saves the adapter and ends. Look with:  ranktop show \(run)"
      )
    case .ended:
      for line in Summary.lines(state) { print(line.printable) }
    }
  }

  /// Without a terminal: a progress line every few seconds until the run ends.
  private func follow(_ reader: RunReader) async throws {
    let progress = ProgressDisplay()
    for try await batch in reader.follow() { progress.show(batch) }
    progress.finish()
    for line in Summary.lines(progress.state) { print(line.printable) }
  }
}
