/// A tokenizer's parts, ready for use.
struct TokenizerDefinition: Sendable {
  /// What makes tokens of a word.
  enum Model: Sendable {
    case wordPiece(WordPiece)
    case bytePairs(BytePairEncoding)
  }

  var vocabulary: Vocabulary
  var model: Model
  var normalizers: [Normalizer]
  var preTokenizers: [PreTokenizer]
  var template: Template
  /// Added tokens looked for in the text as it is.
  var plainTokens: AddedTokenMatcher
  /// Added tokens looked for in the normalised text.
  var normalizedTokens: AddedTokenMatcher

  /// Adds a text's tokens to the workspace, without special ones.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - limit: Tokens at most; the rest of the text is not looked at.
  ///   - workspace: `ids` and `exceptions` are added to.
  func tokenize(_ text: String, atMost limit: Int, _ workspace: TokenizerWorkspace) {
    let (sum, overflow) = workspace.ids.count.addingReportingOverflow(limit)
    let end = overflow ? Int.max : sum
    var text = text
    text.withUTF8 { bytes in
      _ = forEachPart(of: bytes, plainTokens, workspace, until: end) { part in
        guard !normalizers.isEmpty else {
          return tokenizeNormalized(part, workspace, until: end)
        }
        // Taken out of the workspace while it is read, so that the workspace can be written.
        var normalized = workspace.normalized
        workspace.normalized = []
        normalize(part, into: &normalized, workspace)
        let goesOn = normalized.withUnsafeBufferPointer {
          tokenizeNormalized($0, workspace, until: end)
        }
        workspace.normalized = normalized
        return goesOn
      }
    }
    // The last word may have gone beyond the limit.
    if workspace.ids.count > end {
      workspace.ids.removeSubrange(end...)
      workspace.exceptions = workspace.exceptions.filter { $0.key < end }
    }
  }

  /// Writes the normalised text over `output`.
  func normalize(_ text: Bytes, into output: inout [UInt8], _ workspace: TokenizerWorkspace) {
    guard let first = normalizers.first else {
      output = Array(text)
      return
    }
    first.normalize(text, into: &output, forms: &workspace.forms)
    for step in normalizers.dropFirst() {
      output.withUnsafeBufferPointer {
        step.normalize($0, into: &workspace.spare, forms: &workspace.forms)
      }
      swap(&output, &workspace.spare)
    }
  }

  private func tokenizeNormalized(
    _ text: Bytes, _ workspace: TokenizerWorkspace, until end: Int
  ) -> Bool {
    let classes = ScalarClasses.all
    return forEachPart(of: text, normalizedTokens, workspace, until: end) { part in
      switch model {
      case .wordPiece(let model):
        PreTokenizer.forEachWord(of: part, preTokenizers[...], classes) { word in
          model.tokenize(word, into: &workspace.ids)
          return workspace.ids.count < end
        }
      case .bytePairs(let model):
        PreTokenizer.forEachWord(of: part, preTokenizers[...], classes) { word in
          model.tokenize(word, &workspace.merging, into: &workspace.ids)
          return workspace.ids.count < end
        }
      }
    }
  }

  /// Calls `body` with the text between the added tokens, and adds these.
  private func forEachPart(
    of text: Bytes, _ tokens: AddedTokenMatcher, _ workspace: TokenizerWorkspace, until end: Int,
    _ body: (Bytes) -> Bool
  ) -> Bool {
    if workspace.ids.count >= end { return false }
    if tokens.isEmpty { return body(text) }
    var goesOn = true
    tokens.forEachPart(of: text) { token, range in
      let part = text.part(range)
      if let token {
        if !part.elementsEqual(token.content.utf8) {
          workspace.exceptions[workspace.ids.count] = String(decoding: part, as: UTF8.self)
        }
        workspace.ids.append(token.id)
        goesOn = workspace.ids.count < end
      } else {
        goesOn = body(part)
      }
      return goesOn
    }
    return goesOn
  }
}
