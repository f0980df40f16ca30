import ArgumentParser
import Dashboard

/// `ranktop config`: the configuration file, where it lies and whether it can be read.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Check the configuration file, print an example, or say where the file lies.",
    discussion: """
      The file says how the dashboard looks, what it begins with, and its keys.

      Example:
        ranktop config example > ~/.config/ranktop/config.toml
        ranktop config check
      """,
    subcommands: [Check.self, Example.self, Path.self])

  /// `ranktop config check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Read the file and name mistakes.")

    @Argument(help: "The file; without it the one that ranktop reads.")
    var file: String?

    func run() throws {
      let path = file ?? ConfigurationPath.standard
      guard let found = ConfigurationPath.read(path) else {
        if file != nil { throw ValidationError("there is no readable file \(path)") }
        return print("\(path): there is none, the defaults hold")
      }
      guard let last = found.problems.last else { return print("\(path): good") }
      for problem in found.problems.dropLast() { complain("\(path), \(problem)") }
      throw Failure("\(path), \(last)")
    }
  }

  /// `ranktop config example`.
  struct Example: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a file with everything that can be said, all keys among it.")

    func run() { print(ConfigurationFile.example, terminator: "") }
  }

  /// `ranktop config path`.
  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print where the file is looked for.")

    func run() { print(ConfigurationPath.standard) }
  }
}
