import ArgumentParser
import Foundation
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

  @OptionGroup var appearance: Appearance

  func validate() throws {
    if let step, step < 0 { throw ValidationError("--step \(step): choose 0 or more") }
  }

  func run() async throws {
    let reader = try RunReader(opening: URL(run: run))
    if let obstacle = TerminalScreen.obstacle {
      throw Failure("\(obstacle) Without a screen, print the run with: ranktop show \(run)")
    }
    _ = try await DashboardLoop(
      mode: .replay, records: RunFileRecords(reader: reader), appearance: appearance, step: step
    ).show()
  }
}
