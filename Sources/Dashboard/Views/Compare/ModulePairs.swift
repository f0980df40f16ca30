import RunEvents

/// The modules of two runs, matched by their names.
struct ModulePairs: Sendable {
  /// One module of either run, or of both.
  struct Pair: Sendable, Hashable {
    var name: String
    /// Index in the first run; nil where it has none of this name.
    var first: Int?
    /// Index in the second run; nil where it has none of this name.
    var second: Int?
  }

  /// The first run's modules in order, then those that only the second one has.
  let pairs: [Pair]
  /// Where they stand, in the order of `pairs`.
  let grid: ModuleGrid
  /// Index of the pair of each module of the first and of the second run.
  let ofFirst: [Int]
  let ofSecond: [Int]

  init(_ a: [AdaptedModule], _ b: [AdaptedModule]) {
    let second = Dictionary(
      b.indices.map { (b[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    let first = Set(a.map(\.name))
    var seen: Set<String> = []
    var pairs = a.indices.map { index in
      // A name that is there twice is matched once.
      let isNew = seen.insert(a[index].name).inserted
      return Pair(name: a[index].name, first: index, second: isNew ? second[a[index].name] : nil)
    }
    let added = b.indices.filter {
      !first.contains(b[$0].name) || second[b[$0].name] != $0
    }
    pairs += added.map { Pair(name: b[$0].name, first: nil, second: $0) }
    grid = ModuleGrid(a + added.map { b[$0] })
    var ofSecond = Array(repeating: 0, count: b.count)
    for (index, pair) in pairs.enumerated() {
      if let second = pair.second { ofSecond[second] = index }
    }
    self.pairs = pairs
    ofFirst = Array(a.indices)
    self.ofSecond = ofSecond
  }

  /// Modules that both have.
  var common: Int { pairs.count { $0.first != nil && $0.second != nil } }
  /// Modules that only the first has, and only the second.
  var onlyFirst: Int { pairs.count { $0.second == nil } }
  var onlySecond: Int { pairs.count { $0.first == nil } }

  /// Rank in the second run minus rank in the first; nil where one has none or it is not known.
  func difference(_ pair: Int, _ first: [UInt16], _ second: [UInt16]) -> Int? {
    guard let a = pairs[pair].first, let b = pairs[pair].second, first.indices.contains(a),
      second.indices.contains(b)
    else { return nil }
    return Int(second[b]) - Int(first[a])
  }
}
