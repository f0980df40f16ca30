import ArgumentParser
import Foundation
import Terminal
import Training

/// How many threads compute.
struct ThreadArguments: ParsableArguments, Sendable {
  @Option(help: "Threads. Default: one a core.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads \(threads): choose 1 ... 256")
    }
  }

  /// Threads to use.
  var count: Int { threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }
}

/// Options of everything that starts a run.
struct RunArguments: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "File to record the run in. Default: a new name under runs/.", valueName: "file"))
  var run: String?

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  @Flag(help: "No dashboard: a progress line on standard error.")
  var headless = false

  @Flag(help: "Headless, and one JSON object on the last line of standard output.")
  var json = false

  @Flag(help: "Overwrite an existing run file and adapter folder.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Seconds after which a proposed decision is applied without an answer. Default: never.",
      valueName: "seconds"))
  var proposalTimeout: Double?

  @OptionGroup var threading: ThreadArguments

  func validate() throws {
    if let proposalTimeout, !(proposalTimeout >= 0 && proposalTimeout <= 1e9) {
      throw ValidationError("--proposal-timeout \(proposalTimeout): choose 0 ... 1000000000")
    }
    if let run, run.trimmingCharacters(in: .whitespaces).isEmpty {
      throw ValidationError("--run is empty: name a file, e.g. --run first")
    }
  }

  /// Threads to use.
  var threadCount: Int { threading.count }

  /// Whether the dashboard is wanted and possible; says why not where a person might wonder.
  func wantsDashboard(_ appearance: Appearance) -> Bool {
    if headless || json || appearance.isPlain { return false }
    guard let obstacle = TerminalScreen.obstacle else { return true }
    if isatty(1) == 1 { complain("no dashboard: \(obstacle)") }
    return false
  }

  /// The run file: as given, or a new name under `runs/`.
  func file(defaultName: String) throws -> URL {
    if let run {
      let url = URL(fileURLWithPath: run)
      return url.pathExtension == "ranktop" ? url : url.appendingPathExtension("ranktop")
    }
    let folder = URL(fileURLWithPath: "runs", isDirectory: true)
    for number in 1... {
      let name = number == 1 ? defaultName : "\(defaultName)-\(number)"
      let url = folder.appendingPathComponent(name).appendingPathExtension("ranktop")
      let adapter = url.deletingPathExtension().appendingPathExtension("adapter")
      let exists = [url, adapter].contains { FileManager.default.fileExists(atPath: $0.path) }
      if !exists { return url }
    }
    throw Failure("no free name for a run under \(folder.path)")
  }

  /// Makes the folder that a file goes into.
  static func makeFolder(for file: URL, option: String = "--run") throws {
    let folder = file.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        "the folder \(folder.path) cannot be made (\(error.localizedDescription)): "
          + "choose another place with \(option)")
    }
  }
}
