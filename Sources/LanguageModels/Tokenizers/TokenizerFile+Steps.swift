extension TokenizerFile {
  // MARK: Normalizer

  /// Steps of the normalizer; none where the file has none.
  static func normalizers(_ json: JSON?) throws(TokenizerError) -> [Normalizer] {
    guard let json, !json.isNull else { return [] }
    let type = try type(json, of: "normalizer")
    switch type {
    case "Sequence":
      var steps: [Normalizer] = []
      for step in json["normalizers"]?.array ?? [] { steps += try normalizers(step) }
      return steps
    case "BertNormalizer":
      let lowercase = json["lowercase"]?.bool ?? true
      return [
        .bert(
          cleanText: json["clean_text"]?.bool ?? true,
          splitIdeographs: json["handle_chinese_chars"]?.bool ?? true,
          // Null stands for the same as lower case.
          stripAccents: json["strip_accents"]?.bool ?? lowercase, lowercase: lowercase)
      ]
    case "Lowercase": return [.lowercase]
    default:
      guard let form = Normalizer.UnicodeForm(rawValue: type) else {
        throw unsupported("normalizer", type)
      }
      return [.form(form)]
    }
  }

  // MARK: Pre-tokenizer

  /// Steps of the pre-tokenizer; none where the file has none.
  static func preTokenizers(_ json: JSON?) throws(TokenizerError) -> [PreTokenizer] {
    guard let json, !json.isNull else { return [] }
    switch try type(json, of: "pre_tokenizer") {
    case "Sequence":
      var steps: [PreTokenizer] = []
      for step in json["pretokenizers"]?.array ?? [] { steps += try preTokenizers(step) }
      if let first = steps.firstIndex(where: \.isByteLevel), first < steps.count - 1 {
        throw unsupported("pre_tokenizer", "Sequence with a step after ByteLevel")
      }
      return steps
    case "BertPreTokenizer": return [.bert]
    case "ByteLevel":
      return [
        .byteLevel(
          addsPrefixSpace: json["add_prefix_space"]?.bool ?? true,
          pattern: json["use_regex"]?.bool ?? true ? .gpt2 : nil)
      ]
    case "Split": return [.pattern(try splitPattern(json))]
    case let type: throw unsupported("pre_tokenizer", type)
    }
  }

  private static func splitPattern(_ json: JSON) throws(TokenizerError) -> SplitPattern {
    guard let expression = json["pattern"]?["Regex"]?.string else {
      let string = json["pattern"]?["String"]?.string ?? ""
      throw unsupported("pre_tokenizer", "Split at the string \(string.debugDescription)")
    }
    guard let pattern = SplitPattern(expression: expression) else {
      throw unsupported("pre_tokenizer", "Split with the pattern \(expression)")
    }
    // The patterns cover every text: what matches is kept apart, or what does not is removed.
    switch (json["behavior"]?.string ?? "", json["invert"]?.bool ?? false) {
    case ("Isolated", _), ("Removed", true): return pattern
    case (let behavior, let invert):
      throw unsupported("pre_tokenizer", "Split with behavior \(behavior), invert \(invert)")
    }
  }

  // MARK: Post-processor

  /// Special tokens around the text; none where the file has no post-processor.
  static func template(_ json: JSON?) throws(TokenizerError) -> Template {
    guard let json, !json.isNull else { return .plain }
    switch try type(json, of: "post_processor") {
    case "ByteLevel": return .plain
    case "Sequence":
      var result = Template.plain
      for step in json["processors"]?.array ?? [] {
        if try type(step, of: "post_processor") == "ByteLevel" { continue }
        guard result == .plain else {
          throw unsupported("post_processor", "Sequence with two steps that add tokens")
        }
        result = try template(step)
      }
      return result
    case "BertProcessing":
      return .bert(
        start: try special(json["cls"], typeID: 0), end: try special(json["sep"], typeID: 0),
        pairEnd: try special(json["sep"], typeID: 1))
    case "RobertaProcessing":
      return .roberta(
        start: try special(json["cls"], typeID: 0), end: try special(json["sep"], typeID: 0))
    case "TemplateProcessing":
      let tokens = json["special_tokens"] ?? .null
      return Template(
        single: try pieces(json["single"], tokens), pair: try pieces(json["pair"], tokens))
    case let type: throw unsupported("post_processor", type)
    }
  }

  /// A special token written as `["[CLS]", 101]`.
  private static func special(
    _ json: JSON?, typeID: Int32
  ) throws(TokenizerError) -> Template.Piece {
    guard let pair = json?.array, pair.count == 2, let spelling = pair[0].string,
      let id = pair[1].integer.flatMap(Int32.init(exactly:)), id >= 0
    else { throw TokenizerError(.malformed, "the post_processor's cls or sep is wrong.") }
    return .special(ids: [id], spellings: [spelling], typeID: typeID)
  }

  private static func pieces(
    _ json: JSON?, _ tokens: JSON
  ) throws(TokenizerError) -> [Template.Piece] {
    let wrong = TokenizerError(.malformed, "the post_processor's template is wrong.")
    guard let list = json?.array else { throw wrong }
    var pieces: [Template.Piece] = []
    for entry in list {
      guard let part = entry["Sequence"] ?? entry["SpecialToken"], let name = part["id"]?.string,
        let typeID = part["type_id"]?.integer.flatMap(Int32.init(exactly:))
      else { throw wrong }
      if entry["Sequence"] != nil {
        pieces.append(name == "A" ? .first(typeID: typeID) : .second(typeID: typeID))
        continue
      }
      guard let ids = tokens[name]?["ids"]?.array, let names = tokens[name]?["tokens"]?.array,
        ids.count == names.count
      else {
        throw TokenizerError(.malformed, "the post_processor uses \(name) without defining it.")
      }
      pieces.append(
        .special(
          ids: ids.compactMap { $0.integer.flatMap(Int32.init(exactly:)) },
          spellings: names.compactMap(\.string), typeID: typeID))
    }
    return pieces
  }
}
