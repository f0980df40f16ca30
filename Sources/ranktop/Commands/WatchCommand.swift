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

  @OptionGroup var single: OnceArguments
  @OptionGroup var appearance: Appearance

  func run() async throws {
    let file = URL(run: run)
    let reader = try RunReader(opening: file)
    let liveness = try reader.liveness()
    if single.once {
      let picture = try RunPicture(
        RunFileRecords(reader: reader), mode: .readOnly, view: single.view(or: .overview))
      return try single.show(picture, appearance)
    }
    guard TerminalScreen.obstacle == nil, !appearance.plain else {
      return try await follow(reader)
    }
    var steering: RunSteering?
    if !readonly, case .live = liveness { steering = try RunSteering(opening: file) }
    let dashboard = DashboardLoop(
      mode: steering == nil ? .readOnly : .live, records: RunFileRecords(reader: reader),
      reader: reader,
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

  /// Without a screen: in words, or a progress line every few seconds, until the run ends.
  private func follow(_ reader: RunReader) async throws {
    let progress = ProgressDisplay(plain: appearance.isPlain ? .standardOutput : nil)
    for try await batch in reader.follow() { progress.show(batch) }
    progress.finish()
    for line in Summary.lines(progress.state) { print(line.printable) }
  }
}
