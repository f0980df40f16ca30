import ArgumentParser

/// The command line: the only place where everything meets.
@main
struct Ranktop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranktop",
    abstract: "Fine-tune with adaptive-rank LoRA and watch the rank budget move.",
    discussion: """
      ranktop trains, records and shows. Start with
        ranktop demo
      """,
    version: Version.text,
    subcommands: [
      TrainCommand.self, DemoCommand.self, WatchCommand.self, ReplayCommand.self,
      CompareCommand.self,
      ShowCommand.self, EvaluateCommand.self, AllocatorsCommand.self, CheckCommand.self,
      ExportCommand.self,
      BenchCommand.self, SweepCommand.self, ConfigCommand.self,
    ])
}

extension Ranktop {
  /// Runs the command; a mistake is one line on standard error, not a page of usage.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var async = command as? any AsyncParsableCommand {
        try await async.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      let message = message(for: error).split(separator: "\n").joined(separator: " ")
      complain("Error: \(message) (see ranktop --help, or --help behind a command)")
      exit(withError: ExitCode.validationFailure)
    }
  }
}

/// The version of this build.
enum Version {
  static let text = "0.1.0"
}
