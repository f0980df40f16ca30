/// What the person at the keys has set about the decision under the lens.
struct InspectorSettings: Sendable, Hashable {
  /// Which candidates are listed.
  enum Filter: Sendable, Hashable, CaseIterable {
    case all, changes, aroundThreshold

    /// Its name for a person.
    var title: String {
      switch self {
      case .all: "all candidates"
      case .changes: "changes only"
      case .aroundThreshold: "around the threshold"
      }
    }
  }

  /// The question that is asked of the same statistics.
  var whatIf = Inspection.WhatIf()
  /// Whether the lowest score comes first.
  var isAscending = false
  /// Whether the order is that of the judge's scores, where it has its own.
  var isByJudge = false
  /// Which candidates are listed.
  var filter = Filter.all
  /// Flat index of the chosen component; nil shows the surroundings of the threshold.
  var chosen: Int?
  /// Flat indices of the components whose fate the person has turned over in the proposal.
  var toggled: Set<Int> = []
  /// The candidates as last sorted, so that frames need not.
  var list: CandidateList?
}

/// Keys of the decision view.
enum InspectorCommand: Sendable, Hashable {
  case apply, veto, toggle, runOn
  case order, filter, threshold
  case budget(Int), judge, reset

  /// Whether it answers a proposal.
  var isAnswer: Bool {
    switch self {
    case .apply, .veto, .toggle, .runOn: true
    default: false
    }
  }

  /// Whether it asks what would have been.
  var isQuestion: Bool {
    switch self {
    case .budget, .judge, .reset: true
    default: false
    }
  }
}
