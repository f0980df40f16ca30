import Foundation
import LanguageModels
import Training

/// A model folder's tokenizer, made to fit its encoder.
struct TextEncoding: Sendable {
  private let tokenizer: Tokenizer
  private let length: Int

  /// Reads the tokenizer.
  ///
  /// - Throws: `TokenizerError`, or a failure when its vocabulary is larger than the model's.
  init(_ folder: ModelFolder, _ configuration: EncoderConfiguration, length: Int) throws {
    tokenizer = try Tokenizer(contentsOf: folder.url)
    self.length = length
    guard tokenizer.vocabularySize <= configuration.vocabulary else {
      throw Failure(
        "\(folder.url.path): tokenizer.json has \(tokenizer.vocabularySize) tokens, the model "
          + "only \(configuration.vocabulary). They do not belong together: fetch the model again")
    }
  }

  /// Encodes a data set.
  func encode(_ dataset: Dataset) -> EncodedDataset {
    EncodedDataset(dataset) { text, pair in
      let encoding = tokenizer.encode(text, pair: pair, maxLength: length)
      return (encoding.ids, encoding.typeIDs)
    }
  }
}
