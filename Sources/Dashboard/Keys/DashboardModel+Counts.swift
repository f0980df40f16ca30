import Screen

/// A single digit, which chose a view and may yet begin a count.
struct FirstDigit: Sendable, Hashable {
  var digit: Int
  /// When it was pressed, in seconds.
  var pressed: Double
  /// How things stood before it, to be put back when another digit follows.
  var view: ViewKind
  var focus: Pane
  var isExpanded: Bool
  var window: ClosedRange<Int>?

  /// Seconds in which another digit makes a count of both.
  static let patience = 0.8
}

extension DashboardModel {
  /// Takes a digit as part of a count.
  ///
  /// - Returns: Whether that is all it means.
  mutating func takeDigit(_ key: Key, now: Double) -> Bool {
    guard overlay == .none, case .character(let character) = key, character.isASCII,
      let digit = character.wholeNumberValue
    else {
      firstDigit = nil
      return false
    }
    if let count {
      self.count = min(count * 10 + digit, 99_999_999)
      return true
    }
    if let first = firstDigit, now - first.pressed <= FirstDigit.patience {
      view = first.view
      focus = first.focus
      isExpanded = first.isExpanded
      timeline.window = first.window
      count = first.digit * 10 + digit
      firstDigit = nil
      return true
    }
    firstDigit = FirstDigit(
      digit: digit, pressed: now, view: view, focus: focus, isExpanded: isExpanded,
      window: timeline.window)
    // No view has such a number: it can only be a count.
    guard digit > ViewKind.allCases.count else { return false }
    count = digit
    return true
  }
}

extension Command {
  /// The command so many times over, where that means something.
  func times(_ count: Int) -> Command {
    switch self {
    case .travel(.step(let one)): .travel(.step(one * count))
    case .travel(.column(let one)): .travel(.column(one * count))
    case .travel(.decision(let one)): .travel(.decision(one * count))
    case .travel(.change(let one)): .travel(.change(one * count))
    case .move(let rows, let columns): .move(rows: rows * count, columns: columns * count)
    case .page(let one): .page(one * count)
    default: self
    }
  }
}
