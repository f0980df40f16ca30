import Foundation

extension TokenizerDefinition {
  /// Reads a `tokenizer.json`.
  init(contentsOf file: URL) throws(TokenizerError) {
    let json = try TokenizerFile.read(file)
    do {
      try self.init(json)
    } catch {
      throw TokenizerError(error.code, "\(file.path): \(error.message)")
    }
  }

  /// Builds the parts that a `tokenizer.json` asks for; the errors' messages do not name the file.
  init(_ json: JSON) throws(TokenizerError) {
    guard let modelPart = json["model"], modelPart.object != nil else {
      throw TokenizerError(.malformed, "no \"model\" in it; is it a tokenizer.json?")
    }
    let entries = try TokenizerFile.vocabulary(modelPart)
    let modelVocabulary = Vocabulary(entries)
    let added = try TokenizerFile.addedTokens(json["added_tokens"], modelVocabulary)
    vocabulary = Vocabulary(entries + added.map { ($0.content, $0.id) })
    normalizers = try TokenizerFile.normalizers(json["normalizer"])
    preTokenizers = try TokenizerFile.preTokenizers(json["pre_tokenizer"])
    template = try TokenizerFile.template(json["post_processor"])
    model = try TokenizerFile.model(
      modelPart, entries, modelVocabulary, isByteLevel: preTokenizers.contains(where: \.isByteLevel)
    )
    plainTokens = AddedTokenMatcher(
      added.filter { !$0.isNormalized }.map { ($0, Array($0.content.utf8)) })
    normalizedTokens = AddedTokenMatcher([])
    let workspace = TokenizerWorkspace()
    let definition = self
    normalizedTokens = AddedTokenMatcher(
      added.filter(\.isNormalized).map { token in
        var spelling: [UInt8] = []
        Array(token.content.utf8).withUnsafeBufferPointer {
          definition.normalize($0, into: &spelling, workspace)
        }
        return (token, spelling)
      })
  }
}

extension PreTokenizer {
  /// Whether words come out as the bytes of a byte-level vocabulary.
  var isByteLevel: Bool { if case .byteLevel = self { true } else { false } }
}

/// Reads the parts of a `tokenizer.json`.
enum TokenizerFile {
  /// Loads and parses the file.
  static func read(_ file: URL) throws(TokenizerError) -> JSON {
    guard FileManager.default.fileExists(atPath: file.path) else {
      let folder = file.deletingLastPathComponent().path
      throw TokenizerError(
        .missing,
        """
        \(folder) holds no tokenizer.json. Write one with python3 -c "from transformers import \
        AutoTokenizer as T; T.from_pretrained('\(folder)').save_pretrained('\(folder)')"
        """)
    }
    let data: Data
    do { data = try Data(contentsOf: file) } catch {
      throw TokenizerError(
        .unreadable, "\(file.path) cannot be read: \(error.localizedDescription)")
    }
    do { return try JSON(parsing: Array(data)) } catch {
      throw TokenizerError(
        .malformed,
        "\(file.path) is not JSON: \(error.message) at byte \(error.offset). Fetch the file again.")
    }
  }

  static func unsupported(_ part: String, _ what: String) -> TokenizerError {
    TokenizerError(
      .unsupported,
      "the \(part) \(what) is not built in. Choose a model with a BERT, RoBERTa, GPT-2, Llama 3 or "
        + "Qwen2 tokenizer.")
  }

  static func type(_ json: JSON, of part: String) throws(TokenizerError) -> String {
    guard let type = json["type"]?.string else {
      throw TokenizerError(.malformed, "the \(part) has no \"type\".")
    }
    return type
  }

  // MARK: Tokens

  /// Tokens of the model with their numbers, in the order of the file.
  static func vocabulary(_ model: JSON) throws(TokenizerError) -> [(String, Int32)] {
    guard let members = model["vocab"]?.object?.members else {
      if model["vocab"]?.array != nil { throw unsupported("model", "Unigram") }
      throw TokenizerError(.malformed, "the model has no \"vocab\".")
    }
    var entries: [(String, Int32)] = []
    entries.reserveCapacity(members.count)
    for (token, value) in members {
      guard let id = value.integer, 0..<highestID ~= id else {
        throw TokenizerError(.malformed, "the number of token \(token.debugDescription) is wrong.")
      }
      entries.append((token, Int32(id)))
    }
    return entries
  }

  /// Token numbers are array indices: a lying file must not ask for the whole memory.
  private static let highestID = 1 << 24

  /// Added tokens, the special ones first: of two with one spelling the special one is found.
  static func addedTokens(
    _ json: JSON?, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for entry in json?.array ?? [] {
      guard let content = entry["content"]?.string, let id = entry["id"]?.integer,
        0..<highestID ~= id
      else { throw TokenizerError(.malformed, "an added token lacks its content or its number.") }
      tokens.append(
        AddedToken(
          // A token that the model knows keeps the model's number.
          id: vocabulary.id(of: content) ?? Int32(id), content: content,
          isSingleWord: entry["single_word"]?.bool ?? false,
          stripsLeft: entry["lstrip"]?.bool ?? false,
          stripsRight: entry["rstrip"]?.bool ?? false,
          isNormalized: entry["normalized"]?.bool ?? true,
          isSpecial: entry["special"]?.bool ?? false))
    }
    return tokens.filter(\.isSpecial) + tokens.filter { !$0.isSpecial }
  }
}
