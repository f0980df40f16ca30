import Foundation
import LanguageModels
import TestSupport
import Testing

/// One text, or two, with what the tokenizers library makes of it.
struct TokenizerCase: Decodable {
  var text: String
  var pair: String?
  var ids: [Int32]
  var tokens: [String]
  var type_ids: [Int32]
}

/// Spellings compared byte for byte: Swift takes canonically equivalent strings for equal.
func bytes(_ strings: [String]) -> [[UInt8]] { strings.map { Array($0.utf8) } }

@Suite struct TokenizerTests {
  static let names = ["wordpiece", "roberta-bpe", "gpt2-bpe", "llama3-bpe"]

  static func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(contentsOf: Golden.file("tokenizers/\(name)"))
  }

  @Test(arguments: names)
  func `every golden text gives the reference's numbers, spellings and types`(
    _ name: String
  ) throws {
    let tokenizer = try Self.tokenizer(name)
    let cases = try Golden.json("tokenizers/\(name)/cases.json", as: [TokenizerCase].self)
    #expect(cases.count > 40)
    for one in cases {
      let encoding = tokenizer.encode(one.text, pair: one.pair)
      #expect(encoding.ids == one.ids, "\(name): \(one.text.debugDescription)")
      #expect(bytes(encoding.tokens) == bytes(one.tokens), "\(name): \(one.text.debugDescription)")
      #expect(encoding.typeIDs == one.type_ids, "\(name): \(one.text.debugDescription)")
    }
  }

  @Test(arguments: names)
  func `encoding twice, or into the caller's arrays, gives the same`(_ name: String) throws {
    let tokenizer = try Self.tokenizer(name)
    let cases = try Golden.json("tokenizers/\(name)/cases.json", as: [TokenizerCase].self)
    var ids: [Int32] = []
    var typeIDs: [Int32] = []
    for _ in 0..<2 {
      for one in cases { tokenizer.encode(one.text, pair: one.pair, addingTo: &ids, &typeIDs) }
    }
    #expect(ids == cases.flatMap(\.ids) + cases.flatMap(\.ids))
    #expect(typeIDs == cases.flatMap(\.type_ids) + cases.flatMap(\.type_ids))
  }

  @Test(arguments: names)
  func `a text cut to a length keeps its beginning between the special tokens`(
    _ name: String
  ) throws {
    let tokenizer = try Self.tokenizer(name)
    let text = "The budget moves from one layer to another, while naïve 東京 keeps falling."
    let whole = tokenizer.encode(text)
    let special = tokenizer.encode("").ids.count
    for length in special...whole.ids.count + 1 {
      let cut = tokenizer.encode(text, maxLength: length)
      let kept = min(length, whole.ids.count) - special
      #expect(cut.ids.count == min(length, whole.ids.count))
      #expect(cut.tokens.count == cut.ids.count)
      let start = special / 2
      #expect(cut.ids[..<(start + kept)] == whole.ids[..<(start + kept)])
      #expect(cut.ids[(start + kept)...] == whole.ids[(whole.ids.count - special / 2)...])
    }
  }

  /// Lengths of the two texts, the room without special tokens, and what the tokenizers library keeps.
  @Test(arguments: [
    (0, 2, 7, 0, 2), (0, 9, 7, 0, 7), (2, 8, 7, 2, 5), (4, 4, 7, 3, 4), (8, 2, 7, 5, 2),
    (8, 4, 7, 4, 3), (8, 8, 7, 3, 4), (8, 8, 6, 3, 3), (3, 3, 1, 0, 1), (4, 3, 1, 1, 0),
    (5, 5, 0, 0, 0), (1, 1, 2, 1, 1),
  ])
  func `of two texts the longer is cut first`(
    first: Int, second: Int, room: Int, keptFirst: Int, keptSecond: Int
  ) throws {
    let tokenizer = try Self.tokenizer("wordpiece")
    let one = Array(repeating: "rank", count: first).joined(separator: " ")
    let two = Array(repeating: "matrix", count: second).joined(separator: " ")
    let encoding = tokenizer.encode(one, pair: two, maxLength: room + 3)
    #expect(encoding.tokens.filter { $0 == "rank" }.count == keptFirst)
    #expect(encoding.tokens.filter { $0 == "matrix" }.count == keptSecond)
    #expect(encoding.ids.count == 3 + keptFirst + keptSecond)
  }

  @Test func `a length below the special tokens leaves these alone`() throws {
    let tokenizer = try Self.tokenizer("wordpiece")
    #expect(tokenizer.encode("the rank", maxLength: 0).tokens == ["[CLS]", "[SEP]"])
    #expect(
      tokenizer.encode("the", pair: "rank", maxLength: 1).tokens == ["[CLS]", "[SEP]", "[SEP]"])
  }

  @Test func `a token's number can be asked for by its spelling`() throws {
    let tokenizer = try Self.tokenizer("roberta-bpe")
    #expect(tokenizer.id(of: "<pad>") == 1)
    #expect(tokenizer.id(of: "no such token") == nil)
    #expect(tokenizer.vocabularySize == 450)
  }
}
