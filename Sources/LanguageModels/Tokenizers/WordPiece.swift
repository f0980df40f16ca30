/// WordPiece: a word is cut greedily into the longest tokens known, from left to right.
///
/// The vocabulary is a byte trie, so a word costs the bytes walked and no substring is ever made or
/// hashed. A word with a part that no token covers, or with too many scalars, is the unknown token.
final class WordPiece: Sendable {
  /// Children of the trie's nodes: `node << 8 | byte` to node.
  private let children: PairTable
  /// Token that ends at a node, -1 where none does.
  private let tokens: [Int32]
  /// Node of the prefix that marks a token inside a word (`##`), nil where no token has it.
  private let continuation: Int32?
  private let unknown: Int32
  private let longestWord: Int

  /// Creates the model.
  ///
  /// - Parameters:
  ///   - vocabulary: Tokens with their numbers.
  ///   - prefix: Mark of tokens inside a word, `##` as a rule.
  ///   - unknown: Number of the unknown token.
  ///   - longestWord: Scalars beyond which a word is unknown.
  init(vocabulary: [(String, Int32)], prefix: String, unknown: Int32, longestWord: Int) {
    self.unknown = unknown
    self.longestWord = longestWord
    var children = PairTable()
    var tokens: [Int32] = [-1]
    children.reserve(vocabulary.count * 4)
    for (token, id) in vocabulary where !token.isEmpty {
      var node: Int32 = 0
      for byte in token.utf8 {
        let key = Self.key(node, byte)
        node = children.value(of: key)?.id ?? Int32(tokens.count)
        guard node == tokens.count else { continue }
        children.set(PairTable.Entry(rank: 0, id: node), for: key)
        tokens.append(-1)
      }
      tokens[Int(node)] = id
    }
    continuation = prefix.utf8.reduce(Int32?(0)) { node, byte in
      node.flatMap { children.value(of: Self.key($0, byte))?.id }
    }
    self.children = children
    self.tokens = tokens
  }

  @inline(__always)
  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }

  /// Appends the tokens of one word.
  func tokenize(_ word: Bytes, into ids: inout [Int32]) {
    if word.count > longestWord {
      // Continuation bytes are not counted: the limit is in scalars.
      let scalars = word.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
      if scalars > longestWord {
        ids.append(unknown)
        return
      }
    }
    let first = ids.count
    var start = 0
    var root: Int32? = 0
    while start < word.count {
      guard let node = root, let match = longestMatch(in: word, from: start, node: node) else {
        ids.removeSubrange(first...)
        ids.append(unknown)
        return
      }
      ids.append(match.token)
      start = match.end
      root = continuation
    }
  }

  @inline(__always)
  private func longestMatch(
    in word: Bytes, from start: Int, node root: Int32
  ) -> (token: Int32, end: Int)? {
    var node = root
    var position = start
    var best: (token: Int32, end: Int)?
    while position < word.count, let next = children.value(of: Self.key(node, word[position]))?.id {
      node = next
      position += 1
      let token = tokens[Int(node)]
      if token >= 0 { best = (token, position) }
    }
    return best
  }
}
