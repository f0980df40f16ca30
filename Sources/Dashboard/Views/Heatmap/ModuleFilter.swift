/// Modules whose name or place on the grid matches a regular expression.
struct ModuleFilter: Sendable, Hashable {
  /// The expression.
  var text: String
  /// Whether each module matches, in manifest order. Found when the text changes and not in each frame.
  var matches: [Bool]

  /// Most unbounded repetitions: a matcher that goes back takes too long over more of them.
  private static let repetitions = 3

  /// Finds the modules that match anywhere in their name or label, whatever the case.
  ///
  /// - Throws: ``Problem`` where the text is no pattern, or one that could take forever.
  init(_ text: String, names: [String], labels: [String]) throws(Problem) {
    if let problem = Self.refusal(of: text) { throw Problem(text: problem) }
    let regex: Regex<AnyRegexOutput>
    do {
      regex = try Regex(text).ignoresCase()
    } catch {
      throw Problem(text: "no pattern yet: " + Self.reason(text))
    }
    self.text = text
    matches = zip(names, labels).map { name, label in
      label.firstMatch(of: regex) != nil || name.firstMatch(of: regex) != nil
    }
  }

  /// Why a text is no pattern, for the person who types it.
  struct Problem: Error, Hashable {
    var text: String
  }

  private static func reason(_ text: String) -> String {
    var depth = 0
    var isInClass = false
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch character {
      case "\\": isEscaped = true
      case "[": isInClass = true
      case "]": isInClass = false
      case "(" where !isInClass: depth += 1
      case ")" where !isInClass: depth -= 1
      default: break
      }
      if depth < 0 { return "a ) without its (" }
    }
    if isEscaped { return "after \\ stands the character that is meant" }
    if isInClass { return "a [ without its ]" }
    if depth > 0 { return "a ( without its )" }
    if text.first.map({ "*+?".contains($0) }) == true { return "\(text.first!) repeats nothing" }
    return "it is not a regular expression, e.g. layer.3|q$"
  }

  /// Refuses what a matcher that goes back may take forever over.
  private static func refusal(of text: String) -> String? {
    var groups: [Bool] = []
    var closed = false
    var count = 0
    var isEscaped = false
    for character in text {
      let wasClosed = closed
      closed = false
      if isEscaped {
        isEscaped = false
        continue
      }
      switch character {
      case "\\": isEscaped = true
      case "(": groups.append(false)
      case ")":
        closed = groups.popLast() ?? false
        if closed, !groups.isEmpty { groups[groups.count - 1] = true }
      case "*", "+", "{":
        if wasClosed { return "a repetition of repetitions could take forever" }
        count += 1
        if !groups.isEmpty { groups[groups.count - 1] = true }
      case "|": if !groups.isEmpty { groups[groups.count - 1] = true }
      default: break
      }
    }
    return count > repetitions ? "at most \(repetitions) repetitions (* + {})" : nil
  }
}
