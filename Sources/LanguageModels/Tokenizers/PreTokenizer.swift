/// One step of cutting normalised text into the words that the model tokenizes.
enum PreTokenizer: Sendable, Hashable {
  /// BERT's: words between white space, every punctuation mark a word of its own.
  case bert
  /// Pieces of a known pattern.
  case pattern(SplitPattern)
  /// Byte level: a space set before the text where none is, and pieces of a pattern, if any.
  case byteLevel(addsPrefixSpace: Bool, pattern: SplitPattern?)

  /// Calls `body` with every word of the text, in order, until it returns false.
  ///
  /// - Parameter steps: Applied one inside the other; without any the text is one word.
  /// - Returns: False when `body` asked to stop.
  @discardableResult
  static func forEachWord(
    of text: Bytes, _ steps: ArraySlice<PreTokenizer>, _ classes: ScalarClasses,
    _ body: (Bytes) -> Bool
  ) -> Bool {
    guard let step = steps.first else { return text.isEmpty || body(text) }
    let rest = steps.dropFirst()
    switch step {
    case .bert:
      return forEachBertWord(of: text, classes) { forEachWord(of: $0, rest, classes, body) }
    case .pattern(let pattern):
      return forEachPiece(of: text, pattern, classes) { forEachWord(of: $0, rest, classes, body) }
    case .byteLevel(let addsPrefixSpace, let pattern):
      if addsPrefixSpace, let first = text.first, first != 0x20 {
        return ([0x20] + text).withUnsafeBufferPointer { spaced in
          forEachWord(
            of: spaced, [.byteLevel(addsPrefixSpace: false, pattern: pattern)] + rest,
            classes, body)
        }
      }
      guard let pattern else { return forEachWord(of: text, rest, classes, body) }
      return forEachPiece(of: text, pattern, classes) { forEachWord(of: $0, rest, classes, body) }
    }
  }

  private static func forEachPiece(
    of text: Bytes, _ pattern: SplitPattern, _ classes: ScalarClasses, _ body: (Bytes) -> Bool
  ) -> Bool {
    var start = 0
    while start < text.count {
      let end = pattern.pieceEnd(in: text, from: start, classes)
      guard body(text.part(start..<end)) else { return false }
      start = end
    }
    return true
  }

  private static func forEachBertWord(
    of text: Bytes, _ classes: ScalarClasses, _ body: (Bytes) -> Bool
  ) -> Bool {
    var start = 0
    var position = 0
    while position < text.count {
      let (scalar, length) = text.scalar(at: position)
      let kind = classes[scalar]
      guard !kind.isDisjoint(with: [.space, .punctuation]) else {
        position += length
        continue
      }
      if start < position, !body(text.part(start..<position)) { return false }
      if !kind.contains(.space), !body(text.part(position..<position + length)) { return false }
      position += length
      start = position
    }
    return start == text.count || body(text.part(start..<text.count))
  }
}
