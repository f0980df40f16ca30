import Dashboard
import RunEvents

/// Works recorded decisions out again for the dashboard.
enum DecisionJudge {
  /// A decision under the lens: by its own rule, and as the query asks.
  static func inspect(
    _ query: Inspection.Query, _ choice: RecordedChoice, _ state: DashboardState
  ) -> Inspection {
    Inspection(query: query, choice: choice)
  }
}
