import ArgumentParser
import Foundation
import LanguageModels
import Training

/// Options that say how data files are read.
struct DataArguments: ParsableArguments, Sendable {
  @Option(help: "Name of the label column.")
  var labelColumn = "label"

  @Option(help: "Name of the text column.")
  var textColumn = "text"

  @Option(help: "Name of the second text's column; used where the file has it.")
  var pairColumn = "text_b"

  @Option(help: "classification or regression. Default: by the labels.")
  var task: String?

  @Option(help: "Tokens kept of a text at most. Default: 128, or what the model serves.")
  var maxLength: Int?

  func validate() throws {
    if let task, TaskKind(rawValue: task) == nil {
      throw ValidationError("--task \(task): choose classification or regression")
    }
    if let maxLength, !(4...100_000).contains(maxLength) {
      throw ValidationError("--max-length \(maxLength): choose 4 or more")
    }
  }

  /// The columns.
  var columns: DatasetColumns {
    DatasetColumns(label: labelColumn, text: textColumn, pair: pairColumn)
  }

  /// Tokens kept of a text.
  func length(for configuration: EncoderConfiguration) throws -> Int {
    guard let maxLength else { return min(128, configuration.maxLength) }
    guard maxLength <= configuration.maxLength else {
      throw Failure(
        "--max-length \(maxLength): the model serves at most \(configuration.maxLength) tokens")
    }
    return maxLength
  }
}
