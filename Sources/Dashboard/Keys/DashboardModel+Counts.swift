import Screen

/// Digits that have been pressed one after the other and may turn out to be a count.
///
/// A digit does at once what its key does, as a rule it chooses a view, so that leafing never waits. Only when a
/// key follows that can be counted are two digits or more a count, and what they did on the way is taken back. A
/// digit without a meaning of its own (`7`, mostly `0`) can only belong to a count: then nothing needs to be soon.
struct PendingDigits: Sendable, Hashable {
  var value: Int
  /// How many there are.
  var length = 1
  /// When they are forgotten; nil where they can only be a count.
  var until: Double?
  /// How things stood before the first, to be put back.
  var before: Standing

  /// What digits change.
  struct Standing: Sendable, Hashable {
    var view: ViewKind
    var focus: Pane
    var isExpanded: Bool
    var window: ClosedRange<Int>?
    var whatIf: Inspection.WhatIf
  }

  /// Seconds that digits may be apart from each other and from the key that they count.
  static let patience = 0.8
  /// The largest count.
  static let most = 99_999_999

  /// The count that they are; nil for one digit that has already done what it means.
  var count: Int? { length > 1 || until == nil ? value : nil }
}

extension DashboardModel {
  /// The count that is being typed, if it is one so far.
  var count: Int? { digits?.count }

  /// Takes a digit to those before it.
  ///
  /// - Returns: Whether that is all it means; else what its key does is yet to be done.
  mutating func takeDigit(_ digit: Int, now: Double) -> Bool {
    if let until = digits?.until, until < now { digits = nil }
    let means = keys.command(
      for: .character(Character("\(digit)")), in: keyContext, focus: focus)
    guard var digits else {
      // No count begins with 0.
      if digit == 0 { return false }
      self.digits = PendingDigits(
        value: digit, until: means == nil ? nil : now + PendingDigits.patience, before: standing)
      return means == nil
    }
    digits.value = min(digits.value * 10 + digit, PendingDigits.most)
    digits.length += 1
    if means == nil || digits.until == nil {
      digits.until = nil
      restore(digits.before)
    } else {
      digits.until = now + PendingDigits.patience
    }
    self.digits = digits
    return digits.until == nil
  }

  /// Takes the count that stands before a key, and what its digits did back; nil where there is none.
  mutating func takeCount(before key: Key, now: Double) -> Int? {
    guard let digits else { return nil }
    self.digits = nil
    if let until = digits.until, until < now { return nil }
    guard let count = digits.count else { return nil }
    let command = keys.command(for: key, in: keyContext, focus: digits.before.focus)
    guard key == .escape || command?.isCounted == true else { return nil }
    restore(digits.before)
    return count
  }

  private var standing: PendingDigits.Standing {
    PendingDigits.Standing(
      view: view, focus: focus, isExpanded: isExpanded, window: timeline.window,
      whatIf: inspector.whatIf)
  }

  private mutating func restore(_ standing: PendingDigits.Standing) {
    view = standing.view
    focus = standing.focus
    isExpanded = standing.isExpanded
    timeline.window = standing.window
    if inspector.whatIf != standing.whatIf {
      inspector.whatIf = standing.whatIf
      refreshCandidates()
    }
  }
}

extension Command {
  /// Whether a count before it means anything.
  var isCounted: Bool { times(2) != self }

  /// The command so many times over, where that means something.
  func times(_ count: Int) -> Command {
    switch self {
    case .travel(.step(let one)): .travel(.step(one * count))
    case .travel(.column(let one)): .travel(.column(one * count))
    case .travel(.decision(let one)): .travel(.decision(one * count))
    case .travel(.change(let one)): .travel(.change(one * count))
    case .move(let rows, let columns): .move(rows: rows * count, columns: columns * count)
    case .page(let one): .page(one * count)
    case .compare(.scroll(let one)): .compare(.scroll(one * count))
    case .inspector(.budget(let one)): .inspector(.budget(one * count))
    default: self
    }
  }
}
