/// How special tokens are set around the tokens of a text, or of two.
struct Template: Sendable, Hashable {
  /// A part of the result.
  enum Piece: Sendable, Hashable {
    /// The tokens of the text.
    case first(typeID: Int32)
    /// The tokens of the second text.
    case second(typeID: Int32)
    /// Special tokens with their spellings.
    case special(ids: [Int32], spellings: [String], typeID: Int32)
  }

  /// Parts for a text alone.
  var single: [Piece]
  /// Parts for two texts.
  var pair: [Piece]

  /// No special tokens; the second text has type 1.
  static let plain = Template(
    single: [.first(typeID: 0)], pair: [.first(typeID: 0), .second(typeID: 1)])

  /// `[CLS] A [SEP]`, `[CLS] A [SEP] B [SEP]` with types 0 and 1.
  static func bert(start: Piece, end: Piece, pairEnd: Piece) -> Template {
    let single = [start, .first(typeID: 0), end]
    return Template(single: single, pair: single + [.second(typeID: 1), pairEnd])
  }

  /// `<s> A </s>`, `<s> A </s> </s> B </s>`, everything of type 0.
  static func roberta(start: Piece, end: Piece) -> Template {
    let single = [start, .first(typeID: 0), end]
    return Template(single: single, pair: single + [end, .second(typeID: 0), end])
  }

  /// Number of special tokens that it adds.
  func addedTokens(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { count, piece in
      if case .special(let ids, _, _) = piece { count + ids.count } else { count }
    }
  }
}

/// Lengths to which two texts are cut so that together they fit: the longer one gives first.
///
/// Where both must give, the first gets half of the room rounded down, and the rest goes to the second,
/// the other way round when the first is the longer, as the tokenizers library has it
/// (`longest_first`).
///
/// - Parameters:
///   - first: Tokens of the first text.
///   - second: Tokens of the second text.
///   - room: Tokens that fit.
func longestFirst(first: Int, second: Int, room: Int) -> (first: Int, second: Int) {
  guard first + second > room else { return (first, second) }
  let shorter = min(first, second)
  var kept = (shorter: shorter, longer: max(shorter, room - shorter))
  if kept.shorter + kept.longer > room { kept = (room / 2, room / 2 + room % 2) }
  return first > second ? (kept.longer, kept.shorter) : (kept.shorter, kept.longer)
}
