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
      TrainCommand.self, DemoCommand.self, WatchCommand.self, ReplayCommand.self, ShowCommand.self,
      EvaluateCommand.self, ExportCommand.self, BenchCommand.self,
    ])
}

/// The version of this build.
enum Version {
  static let text = "0.1.0"
}
