/// The candidates of one decision by their scores: sorted once, drawn often.
struct CandidateList: Sendable, Hashable {
  /// What the list was made for.
  struct Key: Sendable, Hashable {
    var number, step: Int
    var isProposal, isRecomputed, isJudged, isByJudge: Bool
    var filter: InspectorSettings.Filter
    var toggled: Set<Int>
    var whatIf: Inspection.WhatIf
  }

  /// A line between candidates: where the threshold lies, as decided, under the question, or both.
  struct Divider: Sendable, Hashable {
    var line: Int
    var isDecided, isJudged: Bool
  }

  /// A module that comes out otherwise under the question.
  struct ModuleDifference: Sendable, Hashable {
    var module: Int
    /// Its ranks as decided and under the question.
    var decided, judged: Int
  }

  /// Candidates on each side of the threshold that count as around it.
  static let around = 20

  let key: Key
  /// Flat indices of components, the highest score first; those without a score at the end.
  let rows: [Int]
  /// How many of them have a score.
  let scored: Int
  /// Lowest and highest finite score of all candidates, as decided and as judged; nil where there is none.
  let scale, judgedScale: ClosedRange<Float>?
  /// Place of every component slot among all candidates, counted from 1; 0 where it has no score.
  let places, judgedPlaces: [Int32]
  /// Candidates before the filter.
  let total: Int
  /// Fates as decided, as edited and under the question.
  let counts, edited: FateCounts
  let judged: FateCounts?
  /// Components that the question gives another fate, and that do not come out as recorded.
  let differences, mismatches: [Int]
  /// Modules that the question gives other components, the largest differences of rank first.
  let modules: [ModuleDifference]
  /// Whether the judge goes by scores of its own, so that one order cannot hold for both.
  let hasOwnScores: Bool
  private let descending, ascending: [Divider]

  static func key(
    _ inspected: InspectedDecision, settings: InspectorSettings
  ) -> Key {
    Key(
      number: inspected.decision.number, step: inspected.decision.step,
      isProposal: inspected.isProposal,
      isRecomputed: inspected.recomputed != nil, isJudged: inspected.judged != nil,
      isByJudge: settings.isByJudge,
      filter: settings.filter, toggled: inspected.toggled, whatIf: settings.whatIf)
  }

  /// Sorts the candidates of a decision.
  ///
  /// Slots without a score are listed, at the end, where they were alive or come alive.
  ///
  /// - Complexity: O(n log n) for n component slots.
  init(_ inspected: InspectedDecision, settings: InspectorSettings) {
    key = Self.key(inspected, settings: settings)
    let answer = inspected.answer
    let decided = ScoreOrder(count: inspected.count) { inspected.score($0) }
    let answerScores = answer.flatMap { $0.scores.count == inspected.count ? $0.scores : nil }
    hasOwnScores = answerScores.map { !decided.isSame(as: $0) } ?? false
    let judging =
      hasOwnScores ? ScoreOrder(count: inspected.count) { answerScores?[$0] ?? .nan } : decided
    let isByJudge = settings.isByJudge && hasOwnScores
    var pairs = isByJudge ? judging.pairs : decided.pairs
    var others: [Int] = []
    var differences: [Int] = []
    var mismatches: [Int] = []
    let shownPlaces = isByJudge ? judging.places : decided.places
    for index in 0..<inspected.count {
      let isAlive = inspected.before[index] || inspected.isAliveAfter(index)
      if shownPlaces[index] == 0, isAlive || answer?.alive[index] == true { others.append(index) }
      if inspected.differs(index) { differences.append(index) }
      if inspected.isMismatch(index) { mismatches.append(index) }
    }
    scale = decided.scale
    judgedScale = answerScores == nil ? nil : judging.scale
    places = decided.places
    judgedPlaces = answerScores == nil ? [] : judging.places
    total = pairs.count + others.count
    // A threshold is a line only where the order is that of its own scores.
    let threshold = isByJudge ? nil : inspected.threshold
    let judgedThreshold =
      answerScores == nil || isByJudge != hasOwnScores ? nil : inspected.judgedThreshold
    func above(_ threshold: Float) -> Int {
      pairs.firstIndex { $0.score <= threshold } ?? pairs.count
    }
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
      let lines = [threshold, judgedThreshold].compactMap { $0.map(above) }
      if let first = lines.min(), let last = lines.max() {
        pairs = Array(pairs[max(0, first - Self.around)..<min(pairs.count, last + Self.around)])
        others = []
      }
    }
    scored = pairs.count
    rows = pairs.map(\.index) + others
    (descending, ascending) = Self.dividers(
      decided: threshold.map(above), judged: judgedThreshold.map(above), scored: pairs.count)
    counts = FateCounts(before: inspected.before, after: inspected.after)
    edited = FateCounts(before: inspected.before, after: inspected.afterEdits)
    judged = answer.map { FateCounts(before: inspected.before, after: $0.alive) }
    self.differences = differences
    self.mismatches = mismatches
    modules = inspected.moduleDifferences(differences)
  }

  /// The lines between candidates, from the highest score down and from the lowest up.
  private static func dividers(
    decided: Int?, judged: Int?, scored: Int
  ) -> (descending: [Divider], ascending: [Divider]) {
    let places = Set([decided, judged].compactMap { $0 }).sorted()
    func divider(_ place: Int, line: Int) -> Divider {
      Divider(line: line, isDecided: place == decided, isJudged: place == judged)
    }
    return (
      places.enumerated().map { divider($1, line: $1 + $0) },
      places.reversed().enumerated().map { divider($1, line: scored - $1 + $0) }
    )
  }

  /// Number of lines: a row for each candidate, and the thresholds.
  var lineCount: Int { rows.count + descending.count }

  /// The lines of thresholds, rising.
  func dividers(isAscending: Bool) -> [Divider] { isAscending ? ascending : descending }

  /// Line that is shown in the middle where nothing is chosen: that between the thresholds.
  func middle(isAscending: Bool) -> Int {
    let lines = dividers(isAscending: isAscending).map(\.line)
    return lines.isEmpty ? 0 : lines.reduce(0, +) / lines.count
  }

  /// Component of a line; nil for a threshold and outside.
  func component(line: Int, isAscending: Bool) -> Int? {
    var row = line
    for divider in dividers(isAscending: isAscending) {
      if divider.line == line { return nil }
      if divider.line < line { row -= 1 }
    }
    guard rows.indices.contains(row) else { return nil }
    return rows[isAscending && row < scored ? scored - 1 - row : row]
  }

  /// Line of a component; nil where it is not listed.
  func line(of component: Int, isAscending: Bool) -> Int? {
    guard var line = rows.firstIndex(of: component) else { return nil }
    if isAscending && line < scored { line = scored - 1 - line }
    for divider in dividers(isAscending: isAscending) where divider.line <= line { line += 1 }
    return line
  }
}

/// Components by their scores, the highest first; what is not a number is left out.
private struct ScoreOrder {
  let pairs: [(score: Float, index: Int)]
  /// Place of every component, counted from 1; 0 for none.
  let places: [Int32]

  init(count: Int, score: (Int) -> Float) {
    var pairs: [(score: Float, index: Int)] = []
    pairs.reserveCapacity(count)
    for index in 0..<count {
      let score = score(index)
      if !score.isNaN { pairs.append((score, index)) }
    }
    pairs.sort { $0.score != $1.score ? $0.score > $1.score : $0.index < $1.index }
    var places = [Int32](repeating: 0, count: count)
    for (place, pair) in pairs.enumerated() { places[pair.index] = Int32(place + 1) }
    self.pairs = pairs
    self.places = places
  }

  /// Lowest and highest finite score.
  var scale: ClosedRange<Float>? {
    guard let high = pairs.first(where: { $0.score.isFinite }),
      let low = pairs.last(where: { $0.score.isFinite })
    else { return nil }
    return low.score...high.score
  }

  /// Whether scores, flat, are those that it was made from.
  func isSame(as scores: [Float]) -> Bool {
    pairs.allSatisfy { scores[$0.index] == $0.score }
      && scores.indices.allSatisfy { !scores[$0].isNaN || places[$0] == 0 }
      && scores.count { !$0.isNaN } == pairs.count
  }
}
