/// Sequences laid end to end: no padded token exists, so none is computed.
public struct PackedBatch: Sendable {
  /// Token ids of all sequences.
  public var ids: [Int32]
  /// Token types (0 or 1) of all tokens.
  public var typeIDs: [Int32]
  /// First token of each sequence, and the token count as the last element.
  public var offsets: [Int]

  /// Creates a batch.
  public init(ids: [Int32], typeIDs: [Int32], offsets: [Int]) {
    precondition(
      ids.count == typeIDs.count && offsets.last == ids.count,
      "\(ids.count) ids, \(typeIDs.count) types, offsets end at \(offsets.last ?? -1)")
    self.ids = ids
    self.typeIDs = typeIDs
    self.offsets = offsets
  }

  /// Number of sequences.
  public var count: Int { offsets.count - 1 }

  /// Divides the sequences among workers and each worker's share into chunks that stay in cache.
  ///
  /// Adjacent sequences stay together; shares are as even in tokens as that allows. The division depends on
  /// the batch and the number of workers alone, so sums are taken in the same order each time.
  ///
  /// - Parameters:
  ///   - workers: Number of workers.
  ///   - tokens: Most tokens of a chunk, but a longer sequence is a chunk of its own.
  /// - Returns: For each worker its chunks, as ranges of sequences.
  public func shares(workers: Int, tokens limit: Int) -> [[Range<Int>]] {
    var shares: [[Range<Int>]] = []
    var start = 0
    for worker in 0..<workers {
      let goal = ids.count * (worker + 1) / workers
      var end = start
      while end < count && (worker == workers - 1 || middle(of: end) < goal) { end += 1 }
      shares.append(chunks(start..<end, limit: limit))
      start = end
    }
    return shares
  }

  private func middle(of sequence: Int) -> Int { (offsets[sequence] + offsets[sequence + 1]) / 2 }

  private func chunks(_ range: Range<Int>, limit: Int) -> [Range<Int>] {
    let tokens = offsets[range.upperBound] - offsets[range.lowerBound]
    let parts = max(1, (tokens + limit - 1) / limit)
    var chunks: [Range<Int>] = []
    var start = range.lowerBound
    for part in 0..<parts where start < range.upperBound {
      let goal = offsets[range.lowerBound] + tokens * (part + 1) / parts
      var end = start + 1
      while end < range.upperBound && (part == parts - 1 || offsets[end + 1] <= goal) { end += 1 }
      chunks.append(start..<end)
      start = end
    }
    return chunks
  }
}
