import Foundation

/// The sentence that tells a person what a decision did and why.
///
///     157 of 216 kept: 3 pruned at or below 0.0123 (AdaLoRA sensitivity), budget 160 -> 157
struct DecisionReason: Sendable {
  var kept: Int
  var capacity: Int
  var pruned: Int
  var revived: Int
  var selection: Ranking.Selection
  /// Components that the schedule asked to cut.
  var asked: Int
  /// What the scores are, e.g. `AdaLoRA sensitivity`.
  var measure: String
  var budgetBefore: Int
  var budget: Int
  var isFinal: Bool

  var sentence: String {
    var text = "\(kept) of \(capacity) kept: \(change)"
    text +=
      budgetBefore == budget ? ", budget \(budget)" : ", budget \(budgetBefore) -> \(budget)"
    if isFinal { text += ", held from here on" }
    if selection.notANumber > 0 {
      text += "; scores that are not numbers, ranked lowest: \(selection.notANumber)"
    }
    if selection.tiesKept > 0 {
      text += "; equal to the threshold but kept, by slot order: \(selection.tiesKept)"
    }
    if selection.count > asked {
      text += "; cut beyond the budget by ties: \(selection.count - asked)"
    }
    if selection.protected > 0 {
      text += "; below the threshold but pinned: \(selection.protected)"
    }
    return text
  }

  private var change: String {
    let threshold = selection.threshold.map { String(format: "%.4g", Double($0)) }
    let cut = threshold.map { " at or below \($0) (\(measure))" } ?? " (\(measure))"
    return switch (pruned, revived) {
    case (0, 0): "nothing pruned\(cut)"
    case (_, 0): "\(pruned) pruned\(cut)"
    case (0, _): "\(revived) revived, nothing pruned\(cut)"
    default: "\(pruned) pruned\(cut), \(revived) revived"
    }
  }
}
