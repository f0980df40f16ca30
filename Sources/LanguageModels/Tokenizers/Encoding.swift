/// A text, or two, as a model takes it.
public struct Encoding: Sendable {
  /// Numbers of the tokens.
  public let ids: [Int32]
  /// Segment of every token: 0, or 1 for a second text where the tokenizer tells them apart.
  public let typeIDs: [Int32]
  private let vocabulary: Vocabulary
  /// Spellings that are not the vocabulary's, by position.
  private let exceptions: [Int: String]

  init(ids: [Int32], typeIDs: [Int32], vocabulary: Vocabulary, exceptions: [Int: String]) {
    self.ids = ids
    self.typeIDs = typeIDs
    self.vocabulary = vocabulary
    self.exceptions = exceptions
  }

  /// Spellings of the tokens, as in the vocabulary; an added token has the spelling found in the text.
  ///
  /// - Complexity: O(count); made anew at every call.
  public var tokens: [String] {
    ids.enumerated().map { exceptions[$0] ?? vocabulary.spelling(of: $1) }
  }
}
