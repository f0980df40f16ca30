extension TokenizerFile {
  /// The model, from its part of the file and its vocabulary.
  ///
  /// - Parameter isByteLevel: Whether words come as the bytes of a byte-level vocabulary.
  static func model(
    _ json: JSON, _ entries: [(String, Int32)], _ vocabulary: Vocabulary, isByteLevel: Bool
  ) throws(TokenizerError) -> TokenizerDefinition.Model {
    // Files of old versions do not name the model's type.
    let type = json["type"]?.string ?? (json["merges"] == nil ? "WordPiece" : "BPE")
    switch type {
    case "WordPiece":
      guard !isByteLevel else { throw unsupported("model", "WordPiece over ByteLevel") }
      return .wordPiece(try wordPiece(json, entries, vocabulary))
    case "BPE":
      guard isByteLevel else { throw unsupported("model", "BPE without ByteLevel") }
      return .bytePairs(try bytePairs(json, entries, vocabulary))
    default: throw unsupported("model", type)
    }
  }

  private static func wordPiece(
    _ json: JSON, _ entries: [(String, Int32)], _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> WordPiece {
    let spelling = json["unk_token"]?.string ?? "[UNK]"
    guard let unknown = vocabulary.id(of: spelling) else {
      throw TokenizerError(
        .malformed, "the unknown token \(spelling) is not in the vocabulary.")
    }
    return WordPiece(
      vocabulary: entries, prefix: json["continuing_subword_prefix"]?.string ?? "##",
      unknown: unknown, longestWord: json["max_input_chars_per_word"]?.integer ?? 100)
  }

  private static func bytePairs(
    _ json: JSON, _ entries: [(String, Int32)], _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> BytePairEncoding {
    if let dropout = json["dropout"]?.number, dropout > 0 {
      throw unsupported("model", "BPE with dropout")
    }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"]
    where !(json[name]?.string ?? "").isEmpty {
      throw unsupported("model", "BPE with \(name)")
    }
    let byteTokens = ByteAlphabet.scalars.map { vocabulary.id(of: String($0)) ?? -1 }
    let spelling = json["unk_token"]?.string
    let unknown = spelling.flatMap { vocabulary.id(of: $0) }
    // An unknown token that the vocabulary lacks matters only where a byte is missing too.
    if let spelling, unknown == nil, byteTokens.contains(-1) {
      throw TokenizerError(.malformed, "the unknown token \(spelling) is not in the vocabulary.")
    }
    return BytePairEncoding(
      merges: try merges(json["merges"], vocabulary), byteTokens: byteTokens, unknown: unknown,
      fusesUnknown: json["fuse_unk"]?.bool ?? false,
      wholeWords: json["ignore_merges"]?.bool ?? false ? wholeWords(entries) : nil)
  }

  /// The tokens by the bytes they stand for.
  private static func wholeWords(_ entries: [(String, Int32)]) -> ByteStringTable {
    var table = ByteStringTable(capacity: entries.count)
    for (token, id) in entries {
      if let bytes = ByteAlphabet.bytes(of: token) {
        bytes.withUnsafeBufferPointer { table.set(id, for: $0) }
      }
    }
    return table
  }

  private static func merges(
    _ json: JSON?, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> PairTable {
    guard let list = json?.array else {
      throw TokenizerError(.malformed, "the model has no \"merges\".")
    }
    var merges = PairTable()
    merges.reserve(list.count)
    for (rank, entry) in list.enumerated() {
      guard let (first, second) = parts(of: entry) else {
        throw TokenizerError(.malformed, "merge \(rank + 1) is not a pair of tokens.")
      }
      guard let left = vocabulary.id(of: first), let right = vocabulary.id(of: second),
        let whole = vocabulary.id(of: first + second)
      else {
        throw TokenizerError(
          .malformed, "merge \(rank + 1) (\(first) \(second)) is not in the vocabulary.")
      }
      merges.set(PairTable.Entry(rank: Int32(rank), id: whole), for: PairTable.key(left, right))
    }
    return merges
  }

  /// A merge written as `"a b"`, or as `["a", "b"]`.
  private static func parts(of entry: JSON) -> (String, String)? {
    if let text = entry.string {
      let parts = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      return (String(Substring(parts[0])), String(Substring(parts[1])))
    }
    guard let pair = entry.array, pair.count == 2, let first = pair[0].string,
      let second = pair[1].string
    else { return nil }
    return (first, second)
  }
}
