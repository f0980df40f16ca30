/// The views of the dashboard, by the digit that chooses them.
public enum ViewKind: Int, Sendable, Hashable, CaseIterable {
  /// Four panes: where the budget is, how the loss goes, what was decided.
  case overview = 1
  /// Modules, and the components of one.
  case heatmap
  /// Ranks over steps.
  case timeline
  /// One decision, or a proposal.
  case decision
  /// Several runs side by side.
  case compare
  /// Events and alarms in words.
  case log

  /// Its name for a person.
  public var title: String {
    switch self {
    case .overview: "overview"
    case .heatmap: "heatmap"
    case .timeline: "timeline"
    case .decision: "decision"
    case .compare: "compare"
    case .log: "log"
    }
  }

  /// The pane that has the focus when the view is chosen.
  var pane: Pane {
    switch self {
    case .overview, .heatmap: .heatmap
    case .timeline: .timeline
    case .decision: .inspector
    case .compare: .compare
    case .log: .log
    }
  }
}

/// The parts of the screen that can have the focus.
public enum Pane: Sendable, Hashable, CaseIterable {
  /// Modules by layer and kind.
  case heatmap
  /// Loss over steps.
  case loss
  /// Ranks over steps.
  case timeline
  /// Decisions, interventions and alarms in words.
  case decisions
  /// Components of one module.
  case components
  /// One decision, candidate by candidate.
  case inspector
  /// Several runs side by side.
  case compare
  /// Everything in words.
  case log

  /// The panes of the overview, in the order of the focus.
  public static let overview: [Pane] = [.heatmap, .loss, .timeline, .decisions]

  /// The view that shows this pane alone.
  var view: ViewKind {
    switch self {
    case .heatmap, .components: .heatmap
    case .timeline: .timeline
    case .inspector: .decision
    case .compare: .compare
    case .decisions, .log: .log
    case .loss: .overview
    }
  }
}
