import ArgumentParser
import Dashboard
import Foundation
import RunEvents
import RunStore
import Terminal

/// `ranktop replay`: the dashboard over a recorded run.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Play a recorded run in the dashboard, step by step or in time.",
    discussion: """
      Example:
        ranktop replay runs/trec-dora-r4.ranktop --step 250
      """)

  @Argument(help: "Run file.")
  var run: String

  @Option(help: "Begin at this step and wait, instead of playing from the start.")
  var step: Int?

  @OptionGroup var single: OnceArguments
  @OptionGroup var appearance: Appearance

  func validate() throws {
    if let step, step < 0 { throw ValidationError("--step \(step): choose 0 or more") }
  }

  func run() async throws {
    let reader = try RunReader(opening: URL(run: run))
    if single.once {
      let picture = try RunPicture(
        RunFileRecords(reader: reader), step: step, view: single.view(or: .overview))
      return try single.show(picture, appearance)
    }
    if appearance.isPlain { return try tell(reader) }
    if TerminalScreen.obstacle != nil {
      throw Failure(
        "a replay needs a terminal that can draw a screen. Elsewhere, have it told in words with "
          + "--plain, print one frame with --once, or the summary with: ranktop show \(run)")
    }
    _ = try await DashboardLoop(
      mode: .replay, records: RunFileRecords(reader: reader), appearance: appearance, step: step
    ).show()
  }

  /// The whole run in words, from the step on that is asked for.
  private func tell(_ reader: RunReader) throws {
    var narrator = PlainNarrator()
    var told = 0
    var isBegun = step == nil
    try reader.forEachEvent { event in
      if case .step(let report) = event, !isBegun, report.step >= step ?? 0 {
        isBegun = true
        narrator.takeIn(event)
        print(narrator.progressLine.printable)
        return
      }
      if !isBegun {
        narrator.takeIn(event)
        return
      }
      for line in narrator.lines(for: event) { print(line.printable) }
      guard case .step(let report) = event else { return }
      // A line for each twentieth of the run, as a person would be told in time.
      let part = report.step * 20 / max(1, narrator.state.totalSteps)
      if part != told || report.step == 1 { print(narrator.progressLine.printable) }
      told = part
    }
    print("")
    for line in Summary.lines(narrator.state) { print(line.printable) }
  }
}
