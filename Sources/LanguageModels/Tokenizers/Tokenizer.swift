import Foundation

/// Cuts text into the tokens of a model, exactly as the Hugging Face tokenizers library does.
///
/// It reads a model folder's `tokenizer.json`. Built in are WordPiece and byte-level BPE with the
/// normalizers, pre-tokenizers and post-processors of BERT, RoBERTa, GPT-2, Llama 3 and Qwen2; any
/// other part is an error that names it. Truncation and padding set in the file are ignored: the
/// caller decides. Any text is accepted, of any length, in linear time (n log n for one long word).
///
/// A tokenizer is a value that threads may share. Checked against tokenizers 0.23 by `TokenizerTests`.
public struct Tokenizer: Sendable {
  let definition: TokenizerDefinition
  private let pool = WorkspacePool()

  /// Reads `tokenizer.json` in a model folder.
  ///
  /// - Throws: ``TokenizerError`` when the file is missing, unreadable, malformed, or asks for a part
  ///   that is not built in.
  public init(contentsOf folder: URL) throws(TokenizerError) {
    definition = try TokenizerDefinition(
      contentsOf: folder.appendingPathComponent("tokenizer.json"))
  }

  /// One more than the highest token number.
  public var vocabularySize: Int { definition.vocabulary.size }

  /// Number of a token by its spelling, nil where there is none.
  public func id(of token: String) -> Int32? { definition.vocabulary.id(of: token) }

  /// Encodes a text, or a pair of texts, with the model's special tokens.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - pair: A second text, for tasks that compare two.
  ///   - maxLength: Tokens at most, special ones included; the texts are cut at their ends, the longer
  ///     first. Nil cuts nothing. A length below the number of special tokens leaves these alone.
  public func encode(_ text: String, pair: String? = nil, maxLength: Int? = nil) -> Encoding {
    var ids: [Int32] = []
    var typeIDs: [Int32] = []
    var exceptions: [Int: String]? = [:]
    encode(
      text, pair: pair, maxLength: maxLength, ids: &ids, typeIDs: &typeIDs, exceptions: &exceptions)
    return Encoding(
      ids: ids, typeIDs: typeIDs, vocabulary: definition.vocabulary, exceptions: exceptions ?? [:])
  }

  /// Encodes like ``encode(_:pair:maxLength:)`` and adds the tokens to arrays of the caller's: the way
  /// for many texts.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - pair: A second text.
  ///   - maxLength: Tokens at most, special ones included.
  ///   - ids: **Added to**.
  ///   - typeIDs: **Added to**, as many.
  public func encode(
    _ text: String, pair: String? = nil, maxLength: Int? = nil,
    addingTo ids: inout [Int32], _ typeIDs: inout [Int32]
  ) {
    var exceptions: [Int: String]?
    encode(
      text, pair: pair, maxLength: maxLength, ids: &ids, typeIDs: &typeIDs, exceptions: &exceptions)
  }

  private func encode(
    _ text: String, pair: String?, maxLength: Int?,
    ids: inout [Int32], typeIDs: inout [Int32], exceptions: inout [Int: String]?
  ) {
    let template = definition.template
    let room = maxLength.map { max(0, $0 - template.addedTokens(isPair: pair != nil)) } ?? .max
    // Which of two texts is the longer decides who gives first: both are read to their ends.
    let limit = pair == nil ? room : .max
    pool.withWorkspace { workspace in
      workspace.ids.removeAll(keepingCapacity: true)
      workspace.exceptions.removeAll(keepingCapacity: true)
      definition.tokenize(text, atMost: limit, workspace)
      let first = workspace.ids.count
      if let pair { definition.tokenize(pair, atMost: limit, workspace) }
      let second = workspace.ids.count - first
      let kept = longestFirst(first: first, second: second, room: room)
      let pieces = pair == nil ? template.single : template.pair
      for piece in pieces {
        switch piece {
        case .special(let tokens, let spellings, let typeID):
          for (token, spelling) in zip(tokens, spellings) {
            if exceptions != nil, definition.vocabulary.spelling(of: token) != spelling {
              exceptions?[ids.count] = spelling
            }
            ids.append(token)
            typeIDs.append(typeID)
          }
        case .first(let typeID):
          append(0..<kept.first, of: workspace, typeID, &ids, &typeIDs, &exceptions)
        case .second(let typeID):
          let range = first..<first + kept.second
          append(range, of: workspace, typeID, &ids, &typeIDs, &exceptions)
        }
      }
    }
  }

  private func append(
    _ range: Range<Int>, of workspace: TokenizerWorkspace, _ typeID: Int32,
    _ ids: inout [Int32], _ typeIDs: inout [Int32], _ exceptions: inout [Int: String]?
  ) {
    if exceptions != nil {
      for (position, spelling) in workspace.exceptions where range.contains(position) {
        exceptions?[ids.count + position - range.lowerBound] = spelling
      }
    }
    ids.append(contentsOf: workspace.ids[range])
    typeIDs.append(contentsOf: repeatElement(typeID, count: range.count))
  }
}
