import Foundation

/// The built program, run as a user runs it in a pipe.
struct Program {
  /// What a run of it gave.
  struct Result {
    var code: Int32
    var output: String
    var errors: String

    /// Lines of the error output that are no progress.
    var complaints: [String] {
      errors.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("step ") }
    }
  }

  /// Where it lies: beside the tests.
  static var url: URL {
    let test = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let candidates = [test.deletingLastPathComponent(), beside].map {
      $0.appendingPathComponent("ranktop")
    }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? candidates[0]
  }

  /// Starts it in a folder.
  static func start(
    _ arguments: [String], in folder: URL, output: Any = FileHandle.nullDevice,
    errors: Any = FileHandle.nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return process
  }

  /// Runs it to its end in a folder.
  static func run(_ arguments: [String], in folder: URL) throws -> Result {
    let (out, err) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
    for file in [out, err] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    return Result(
      code: process.terminationStatus, output: try String(contentsOf: out, encoding: .utf8),
      errors: try String(contentsOf: err, encoding: .utf8))
  }
}
