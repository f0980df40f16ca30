/// Selects the components with the lowest scores, exactly and without surprises.
///
/// Order: by score, then by flat index, so that equal scores give the same selection on every machine.
/// NaN counts as the lowest score of all (a component that cannot be scored is the first to go) and is
/// reported. -0 equals 0.
public enum Ranking {
  /// What a selection cut.
  public struct Selection: Sendable, Hashable {
    /// True for every entry that is cut, flat.
    public var isCut: [Bool]
    /// Number of entries cut.
    public var count: Int
    /// Score of the k-th lowest; nil when nothing is cut or that score is NaN.
    public var threshold: Float?
    /// Candidates whose score is NaN.
    public var notANumber: Int
    /// Candidates that equal the threshold and were kept.
    public var tiesKept: Int
    /// Candidates below the threshold that a pin or a floor kept.
    public var protected = 0
  }

  /// Cuts the `k` lowest candidates.
  ///
  /// - Parameters:
  ///   - k: Number to cut; 0 cuts nothing.
  ///   - scores: Flat.
  ///   - candidates: Entries that may be cut, flat; nil for all.
  ///   - officialTies: Cut every candidate at or below the k-th lowest score instead, as
  ///     `torch.kthvalue` and `<=` do: ties may then cut more than `k`.
  /// - Precondition: `0 <= k <= number of candidates`, equal counts.
  /// - Complexity: O(n) by radix selection; allocates two arrays.
  public static func lowest(
    _ k: Int, of scores: [Float], among candidates: [Bool]? = nil, officialTies: Bool = false
  ) -> Selection {
    precondition(
      candidates == nil || candidates!.count == scores.count,
      "\(candidates?.count ?? 0) candidates for \(scores.count) scores")
    var notANumber = 0
    var available = 0
    let keys = scores.indices.map { index -> UInt32 in
      if let candidates, !candidates[index] { return noCandidate }
      available += 1
      if scores[index].isNaN { notANumber += 1 }
      return key(scores[index])
    }
    precondition((0...available).contains(k), "cannot cut \(k) of \(available) candidates")
    var selection = Selection(
      isCut: [Bool](repeating: false, count: scores.count), count: 0, threshold: nil,
      notANumber: notANumber, tiesKept: 0)
    guard k > 0 else { return selection }

    let (limit, below) = keyOfRank(k, in: keys)
    var atLimit = officialTies ? available : k - below  // how many equal to the limit may go
    for (index, key) in keys.enumerated() where key <= limit && key != noCandidate {
      if key == limit {
        if atLimit == 0 {
          selection.tiesKept += 1
          continue
        }
        atLimit -= 1
        if !scores[index].isNaN { selection.threshold = scores[index] }
      }
      selection.isCut[index] = true
      selection.count += 1
    }
    return selection
  }

  /// The candidates' indices from the lowest score to the highest, in the order that selections follow.
  static func ascending(_ scores: [Float], among candidates: [Bool]?) -> [Int] {
    var keys: [UInt64] = []
    keys.reserveCapacity(scores.count)
    for index in scores.indices where candidates?[index] ?? true {
      keys.append(UInt64(key(scores[index])) << 32 | UInt64(index))
    }
    keys.sort()
    return keys.map { Int($0 & 0xFFFF_FFFF) }
  }

  /// Above the key of every score.
  private static let noCandidate = UInt32.max

  /// An unsigned number in the order of the scores: NaN first, then from -infinity to infinity.
  private static func key(_ score: Float) -> UInt32 {
    if score.isNaN { return 0 }
    let bits = (score == 0 ? 0 : score).bitPattern
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
  }

  /// The k-th lowest key (k counted from 1) and the number of keys below it, byte by byte.
  private static func keyOfRank(_ k: Int, in keys: [UInt32]) -> (key: UInt32, below: Int) {
    var prefix: UInt32 = 0
    var known: UInt32 = 0
    var below = 0
    var histogram = [Int](repeating: 0, count: 256)
    for shift in [24, 16, 8, 0] as [UInt32] {
      for bin in histogram.indices { histogram[bin] = 0 }
      for key in keys where key & known == prefix { histogram[Int(key >> shift & 255)] += 1 }
      var bin = 0
      while below + histogram[bin] < k {
        below += histogram[bin]
        bin += 1
      }
      prefix |= UInt32(bin) << shift
      known |= 255 << shift
    }
    return (prefix, below)
  }
}
