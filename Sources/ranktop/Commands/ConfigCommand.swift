import ArgumentParser
import Dashboard

/// `ranktop config`: the configuration file, where it lies and whether it can be read.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Check the configuration file, or say where it lies.",
    discussion: "Example of a file:\n\n" + ConfigurationFile.example,
    subcommands: [Check.self, Path.self])

  /// `ranktop config check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Read the file and name mistakes.")

    @Argument(help: "The file; without it the one that ranktop reads.")
    var file: String?

    func run() throws {
      let path = file ?? ConfigurationPath.standard
      do {
        let found = try ConfigurationPath.read(path) != nil
        if !found && file != nil { throw ValidationError("there is no readable file \(path)") }
        print(found ? "\(path): good" : "\(path): there is none, the defaults hold")
      } catch let problem as ConfigurationFile.Problem {
        throw ValidationError("\(path), \(problem)")
      }
    }
  }

  /// `ranktop config path`.
  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print where the file is looked for.")

    func run() { print(ConfigurationPath.standard) }
  }
}
