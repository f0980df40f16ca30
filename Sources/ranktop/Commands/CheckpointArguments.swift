import ArgumentParser
import Foundation

/// Options about checkpoints, and about runs that begin where another one was.
struct CheckpointArguments: ParsableArguments, Sendable {
  @Option(help: "Steps between checkpoints. Default: one at the end only.")
  var checkpointEvery: Int?

  @Option(
    help:
      "Checkpoints kept in the run file besides those asked for by hand; 0 for none, not even the last."
  )
  var keepCheckpoints = 10

  @Option(
    help: ArgumentHelp(
      "Go on with a run whose trainer died, from its last checkpoint, with its own options.",
      valueName: "run"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "A new run from another run's checkpoint (without @step: the last), with its options but for those given.",
      valueName: "run@step"))
  var fork: String?

  @Option(
    help: ArgumentHelp(
      "Repeat what people did to a recorded run, at the same steps.", valueName: "run"))
  var interventions: String?

  func validate() throws {
    if let checkpointEvery, checkpointEvery < 1 {
      throw ValidationError("--checkpoint-every \(checkpointEvery): choose 1 or more")
    }
    if !(0...1_000_000).contains(keepCheckpoints) {
      throw ValidationError("--keep-checkpoints \(keepCheckpoints): choose 0 ... 1000000")
    }
    if let checkpointEvery, keepCheckpoints == 0 {
      throw ValidationError(
        "--checkpoint-every \(checkpointEvery) writes what --keep-checkpoints 0 throws away: choose one"
      )
    }
    if resume != nil, fork != nil {
      throw ValidationError("--resume goes on with a run, --fork makes a new one: choose one")
    }
    if fork != nil, interventions != nil {
      throw ValidationError("--interventions begins at step 0: it does not go with --fork")
    }
  }

  /// Whether another run says what model and data are.
  var isTakenUp: Bool { resume != nil || fork != nil }
}
