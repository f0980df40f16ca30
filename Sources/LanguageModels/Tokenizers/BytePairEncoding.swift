/// Byte-level byte-pair encoding: a word starts as its bytes, and the pair of neighbours with the
/// lowest rank is merged until none is left that has one; among equal pairs the leftmost goes first.
final class BytePairEncoding: Sendable {
  /// Merges by pair of token numbers.
  private let merges: PairTable
  /// Token of every byte, -1 where the vocabulary lacks it.
  private let byteTokens: [Int32]
  /// Stands for a byte that the vocabulary lacks; without it such bytes vanish.
  private let unknown: Int32?
  /// Whether neighbouring unknown bytes make one unknown token.
  private let fusesUnknown: Bool
  /// Words (as bytes) that are one token whatever the merges say; nil where merges decide.
  private let wholeWords: ByteStringTable?

  /// Creates the model.
  ///
  /// - Parameters:
  ///   - merges: Rank and merged token of every pair of token numbers.
  ///   - byteTokens: Token of every byte, -1 where the vocabulary lacks it.
  ///   - unknown: Token for bytes that the vocabulary lacks.
  ///   - fusesUnknown: Whether neighbouring unknown bytes make one token.
  ///   - wholeWords: Words that are one token whatever the merges say.
  init(
    merges: PairTable, byteTokens: [Int32], unknown: Int32?, fusesUnknown: Bool,
    wholeWords: ByteStringTable?
  ) {
    precondition(byteTokens.count == 256, "\(byteTokens.count) tokens for 256 bytes")
    self.merges = merges
    self.byteTokens = byteTokens
    self.unknown = unknown
    self.fusesUnknown = fusesUnknown
    self.wholeWords = wholeWords
  }

  /// What merging needs beside the model; kept between words so that nothing is allocated.
  struct Workspace {
    fileprivate var symbols: [Symbol] = []
    fileprivate var heap = MergeHeap()
    private var cached = ByteStringTable(capacity: 4096)
    private var cachedRanges: [Range<Int>] = []
    private var cachedTokens: [Int32] = []

    /// Longer words are rare, and would only push the others out.
    static let longestCachedWord = 128
    private static let mostCachedWords = 1 << 16

    /// Appends a word's tokens if they are remembered.
    @inline(__always)
    fileprivate func recall(_ word: Bytes, into ids: inout [Int32]) -> Bool {
      guard let index = cached.value(of: word) else { return false }
      for token in cachedTokens[cachedRanges[Int(index)]] { ids.append(token) }
      return true
    }

    fileprivate mutating func remember(_ word: Bytes, _ tokens: ArraySlice<Int32>) {
      if cached.count == Self.mostCachedWords {
        cached.removeAll()
        cachedRanges.removeAll(keepingCapacity: true)
        cachedTokens.removeAll(keepingCapacity: true)
      }
      cached.set(Int32(cachedRanges.count), for: word)
      cachedRanges.append(cachedTokens.count..<cachedTokens.count + tokens.count)
      cachedTokens.append(contentsOf: tokens)
    }
  }

  fileprivate struct Symbol {
    var token: Int32
    /// Neighbours; -1 at the ends.
    var previous: Int32
    var next: Int32
    var isMerged = false
  }

  /// Appends the tokens of one word, given as its bytes.
  ///
  /// - Complexity: O(n log n) in the word's length.
  func tokenize(_ word: Bytes, _ workspace: inout Workspace, into ids: inout [Int32]) {
    if let wholeWords, let token = wholeWords.value(of: word) {
      ids.append(token)
      return
    }
    let isCached = word.count <= Workspace.longestCachedWord
    if isCached, workspace.recall(word, into: &ids) { return }
    let first = ids.count
    fillSymbols(word, &workspace.symbols)
    merge(&workspace.symbols, &workspace.heap)
    for symbol in workspace.symbols where !symbol.isMerged { ids.append(symbol.token) }
    if isCached { workspace.remember(word, ids[first...]) }
  }

  private func fillSymbols(_ word: Bytes, _ symbols: inout [Symbol]) {
    symbols.removeAll(keepingCapacity: true)
    var isInUnknown = false
    for byte in word {
      var token = byteTokens[Int(byte)]
      if token < 0 {
        guard let unknown, !(fusesUnknown && isInUnknown) else { continue }
        token = unknown
        isInUnknown = true
      } else {
        isInUnknown = false
      }
      let index = Int32(symbols.count)
      symbols.append(Symbol(token: token, previous: index - 1, next: index + 1))
    }
    if !symbols.isEmpty { symbols[symbols.count - 1].next = -1 }
  }

  private func merge(_ symbols: inout [Symbol], _ heap: inout MergeHeap) {
    guard symbols.count > 1 else { return }
    heap.removeAll()
    for index in 0..<symbols.count - 1 { push(index, symbols, &heap) }
    while let top = heap.pop() {
      let index = top.position
      let symbol = symbols[index]
      guard !symbol.isMerged, symbol.next >= 0 else { continue }
      let right = symbols[Int(symbol.next)]
      // Ranks are unique to pairs: another rank means that a neighbour has changed since.
      guard let entry = merges.value(of: PairTable.key(symbol.token, right.token)),
        entry.rank == top.rank
      else { continue }
      symbols[Int(symbol.next)].isMerged = true
      symbols[index].token = entry.id
      symbols[index].next = right.next
      if right.next >= 0 {
        symbols[Int(right.next)].previous = Int32(index)
        push(index, symbols, &heap)
      }
      if symbol.previous >= 0 { push(Int(symbol.previous), symbols, &heap) }
    }
  }

  @inline(__always)
  private func push(_ index: Int, _ symbols: [Symbol], _ heap: inout MergeHeap) {
    let symbol = symbols[index]
    let key = PairTable.key(symbol.token, symbols[Int(symbol.next)].token)
    if let entry = merges.value(of: key) { heap.push(rank: entry.rank, position: index) }
  }
}

/// Candidates for merging, lowest rank first, leftmost first among equal ranks.
private struct MergeHeap {
  /// `rank << 32 | position`: one comparison decides both.
  private var entries: [UInt64] = []

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  mutating func push(rank: Int32, position: Int) {
    entries.append(UInt64(UInt32(bitPattern: rank)) << 32 | UInt64(position))
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child] < entries[parent] else { break }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> (rank: Int32, position: Int)? {
    guard let top = entries.first else { return nil }
    let last = entries.removeLast()
    if !entries.isEmpty {
      entries[0] = last
      var parent = 0
      while true {
        var child = 2 * parent + 1
        guard child < entries.count else { break }
        if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
        guard entries[child] < entries[parent] else { break }
        entries.swapAt(child, parent)
        parent = child
      }
    }
    return (Int32(bitPattern: UInt32(top >> 32)), Int(top & 0xFFFF_FFFF))
  }
}
