/// The regular expressions by which byte-level tokenizers cut a text into pieces.
///
/// There is no general regular expression engine here: each known pattern is a scanner of its own,
/// and what it takes at a position is what the expression would match there. Every one of them
/// matches at every position, so the pieces cover the text.
enum SplitPattern: Sendable, Hashable, CaseIterable {
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  case gpt2
  /// Contractions in any case, at most three digits to a piece, line ends apart.
  case llama3
  /// As Llama 3's, with one digit to a piece.
  case qwen2

  /// The expression as it stands in `tokenizer.json`.
  var expression: String {
    switch self {
    case .gpt2: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .llama3: Self.anyCase(digits: #"\p{N}{1,3}"#)
    case .qwen2: Self.anyCase(digits: #"\p{N}"#)
    }
  }

  private static func anyCase(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The known pattern of that expression, nil where there is none.
  init?(expression: String) {
    guard let known = Self.allCases.first(where: { $0.expression == expression }) else {
      return nil
    }
    self = known
  }

  /// End of the piece that starts at a position inside the text; always beyond the position.
  @inline(__always)
  func pieceEnd(in text: Bytes, from start: Int, _ classes: ScalarClasses) -> Int {
    let scanner = PieceScanner(text: text, classes: classes)
    return switch self {
    case .gpt2: scanner.gpt2(from: start)
    case .llama3: scanner.anyCase(from: start, digits: 3)
    case .qwen2: scanner.anyCase(from: start, digits: 1)
    }
  }
}

/// Takes one piece after the other from a text.
private struct PieceScanner {
  let text: Bytes
  let classes: ScalarClasses

  private static let symbol: ScalarClass = []
  private static let kinds: ScalarClass = [.letter, .number, .space]

  /// Kind (letter, number, space, or none of them) and length of the scalar at a position.
  @inline(__always)
  private func kind(at position: Int) -> (kind: ScalarClass, length: Int) {
    let (scalar, length) = text.scalar(at: position)
    return (classes[scalar].intersection(Self.kinds), length)
  }

  /// End of the run of scalars of one kind, at most `limit` of them.
  private func run(
    of kind: ScalarClass, from start: Int, limit: Int = .max
  ) -> Int {
    var position = start
    var taken = 0
    while position < text.count, taken < limit {
      let next = self.kind(at: position)
      guard next.kind == kind else { break }
      position += next.length
      taken += 1
    }
    return position
  }

  func gpt2(from start: Int) -> Int {
    if let end = contraction(at: start, anyCase: false) { return end }
    let (first, length) = kind(at: start)
    if first != .space { return run(of: first, from: start + length) }
    if text[start] == 0x20, start + 1 < text.count {
      let (second, secondLength) = kind(at: start + 1)
      if second != .space { return run(of: second, from: start + 1 + secondLength) }
    }
    return spaces(from: start)
  }

  func anyCase(from start: Int, digits: Int) -> Int {
    if let end = contraction(at: start, anyCase: true) { return end }
    let (first, length) = kind(at: start)
    if first == .letter { return run(of: .letter, from: start + length) }
    if first == .number { return run(of: .number, from: start, limit: digits) }
    let second = start + length < text.count ? kind(at: start + length) : nil
    let isLineEnd = text[start] == 0x0A || text[start] == 0x0D
    if !isLineEnd, let second, second.kind == .letter {
      return run(of: .letter, from: start + length + second.length)
    }
    if first == Self.symbol { return symbols(from: start) }
    if text[start] == 0x20, let second, second.kind == Self.symbol {
      return symbols(from: start + 1)
    }
    let end = run(of: .space, from: start)
    if let line = text.part(start..<end).lastIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
      return start + line + 1
    }
    return spaces(from: start)
  }

  /// `[^\s\p{L}\p{N}]+[\r\n]*`
  private func symbols(from start: Int) -> Int {
    var end = run(of: Self.symbol, from: start)
    while end < text.count, text[end] == 0x0A || text[end] == 0x0D { end += 1 }
    return end
  }

  /// `\s+(?!\S)|\s+`: a run of white space gives its last scalar to the word that follows.
  private func spaces(from start: Int) -> Int {
    let end = run(of: .space, from: start)
    guard end < text.count else { return end }
    let last = text.scalarStart(before: end)
    return last > start ? last : end
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`; in any case, the long s (U+017F) counts as an s.
  private func contraction(at start: Int, anyCase: Bool) -> Int? {
    guard text[start] == UInt8(ascii: "'"), start + 1 < text.count else { return nil }
    let fold: UInt8 = anyCase ? 0x20 : 0
    let second = start + 2 < text.count ? text[start + 2] : 0
    if anyCase, text[start + 1] == 0xC5, second == 0xBF { return start + 3 }
    switch text[start + 1] | fold {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    case UInt8(ascii: "r") where second | fold == UInt8(ascii: "e"),
      UInt8(ascii: "v") where second | fold == UInt8(ascii: "e"),
      UInt8(ascii: "l") where second | fold == UInt8(ascii: "l"):
      return start + 3
    default: return nil
    }
  }
}
