import ArgumentParser
import Foundation

/// A failure that a person sees as one line, with the exit code of the process.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Exit codes beyond 0 (done) and 1 (failed); wrong usage is 64, as ArgumentParser has it.
enum Exit {
  /// The loss was not finite.
  static let lossNotFinite = ExitCode(3)
}

/// Writes a line to standard error.
func complain(_ line: String) {
  FileHandle.standardError.write(Data((line.printable + "\n").utf8))
}

extension String {
  /// The text without control characters, which a run file or an option may bring along: a terminal would obey them.
  var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          let isControl = scalar.properties.generalCategory == .control
          return isControl && scalar != "\n" && scalar != "\t" ? "\u{FFFD}" : scalar
        }))
  }
}
