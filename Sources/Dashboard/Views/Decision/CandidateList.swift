/// The candidates of one decision by their scores: sorted once, drawn often.
struct CandidateList: Sendable, Hashable {
  /// What the list was made for.
  struct Key: Sendable, Hashable {
    var number, step: Int
    var isProposal, isRecomputed, isJudged: Bool
    var filter: InspectorSettings.Filter
    var toggled: Set<Int>
    var whatIf: Inspection.WhatIf
  }

  /// Candidates on each side of the threshold that count as around it.
  static let around = 20

  let key: Key
  /// Flat indices of components, the highest score first; those without a score at the end.
  let rows: [Int]
  /// How many of them have a score.
  let scored: Int
  /// How many of them are above the threshold; nil where there is none.
  let above: Int?
  /// Lowest and highest finite score of all candidates; nil where there is none.
  let scale: ClosedRange<Float>?
  /// Candidates before the filter.
  let total: Int
  /// Fates as decided, as edited and under the question.
  let counts, edited: FateCounts
  let judged: FateCounts?
  /// Components that the question gives another fate, and that do not come out as recorded.
  let differences, mismatches: [Int]

  static func key(
    _ inspected: InspectedDecision, settings: InspectorSettings
  ) -> Key {
    Key(
      number: inspected.decision.number, step: inspected.decision.step,
      isProposal: inspected.isProposal,
      isRecomputed: inspected.recomputed != nil, isJudged: inspected.judged != nil,
      filter: settings.filter, toggled: inspected.toggled, whatIf: settings.whatIf)
  }

  /// Sorts the candidates of a decision.
  ///
  /// Slots without a score are listed, at the end, where they were alive or come alive.
  ///
  /// - Complexity: O(n log n) for n component slots.
  init(_ inspected: InspectedDecision, settings: InspectorSettings) {
    key = Self.key(inspected, settings: settings)
    var pairs: [(score: Float, index: Int)] = []
    var others: [Int] = []
    var differences: [Int] = []
    var mismatches: [Int] = []
    pairs.reserveCapacity(inspected.count)
    for index in 0..<inspected.count {
      let score = inspected.score(index)
      if !score.isNaN {
        pairs.append((score, index))
      } else if inspected.before[index] || inspected.isAliveAfter(index) {
        others.append(index)
      }
      if inspected.differs(index) { differences.append(index) }
      if inspected.isMismatch(index) { mismatches.append(index) }
    }
    pairs.sort { $0.score != $1.score ? $0.score > $1.score : $0.index < $1.index }
    if let high = pairs.first(where: { $0.score.isFinite }),
      let low = pairs.last(where: { $0.score.isFinite })
    {
      scale = low.score...high.score
    } else {
      scale = nil
    }
    total = pairs.count + others.count
    let threshold = inspected.threshold
    switch settings.filter {
    case .all: break
    case .changes:
      let wrong = Set(mismatches)
      func isShown(_ index: Int) -> Bool {
        let fate = inspected.fate(index)
        return fate == .pruned || fate == .grown || inspected.differs(index)
          || inspected.toggled.contains(index) || inspected.edited.contains(index)
          || wrong.contains(index)
      }
      pairs.removeAll { !isShown($0.index) }
      others.removeAll { !isShown($0) }
    case .aroundThreshold:
      if let threshold {
        let line = pairs.firstIndex { $0.score <= threshold } ?? pairs.count
        let near = max(0, line - Self.around)..<min(pairs.count, line + Self.around)
        pairs = Array(pairs[near])
        others = []
      }
    }
    scored = pairs.count
    above = threshold.map { threshold in
      pairs.firstIndex { $0.score <= threshold } ?? pairs.count
    }
    rows = pairs.map(\.index) + others
    counts = FateCounts(before: inspected.before, after: inspected.after)
    edited = FateCounts(before: inspected.before, after: inspected.afterEdits)
    judged = inspected.judged.flatMap { judged in
      judged.problem == nil && judged.alive.count == inspected.count
        ? FateCounts(before: inspected.before, after: judged.alive) : nil
    }
    self.differences = differences
    self.mismatches = mismatches
  }

  /// Number of lines: a row for each candidate, and the threshold.
  var lineCount: Int { rows.count + (above == nil ? 0 : 1) }

  /// Line of the threshold.
  func thresholdLine(isAscending: Bool) -> Int? {
    above.map { isAscending ? scored - $0 : $0 }
  }

  /// Component of a line; nil for the threshold and outside.
  func component(line: Int, isAscending: Bool) -> Int? {
    var row = line
    if let threshold = thresholdLine(isAscending: isAscending) {
      if line == threshold { return nil }
      if line > threshold { row -= 1 }
    }
    guard rows.indices.contains(row) else { return nil }
    return rows[isAscending && row < scored ? scored - 1 - row : row]
  }

  /// Line of a component; nil where it is not listed.
  func line(of component: Int, isAscending: Bool) -> Int? {
    guard var row = rows.firstIndex(of: component) else { return nil }
    if isAscending && row < scored { row = scored - 1 - row }
    guard let threshold = thresholdLine(isAscending: isAscending) else { return row }
    return row >= threshold ? row + 1 : row
  }
}
