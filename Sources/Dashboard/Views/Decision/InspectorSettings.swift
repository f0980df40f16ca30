/// What the person at the keys has set about the decision under the lens.
struct InspectorSettings: Sendable, Hashable {
  /// The question that is asked of the same statistics.
  var whatIf = Inspection.WhatIf()
}

/// Keys of the decision view.
enum InspectorCommand: Sendable, Hashable {
  case apply, veto, toggle, runOn
}

extension DashboardModel {
  mutating func perform(_ command: InspectorCommand, now: Double) -> [Action] { [] }
}
