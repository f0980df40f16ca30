import RunEvents

/// The course of a run over all its steps, as far as it is recorded: what curves and timelines show.
///
/// Its size is bounded. It goes to the last step that is recorded, wherever the time cursor stands.
public struct RunHistory: Sendable, Hashable {
  /// Loss over the whole run.
  public internal(set) var losses = StepHistory<LossBucket>(capacity: 1024)
  /// Decisions over the whole run.
  public internal(set) var marks = StepHistory<MarkBucket>(capacity: 1024)
  /// Ranks over the run.
  public internal(set) var timeline = RankTimeline()
  /// Evaluations by rising step; every second one is dropped when there are too many.
  public internal(set) var evaluations: [Evaluation] = []
  /// Last step recorded.
  public internal(set) var lastStep = 0

  private static let evaluationCapacity = 512

  /// Creates the history of a run that has not begun.
  public init() {}

  /// Creates the history that an outline tells.
  public init(_ overview: RunOverview) {
    for stretch in overview.stretches where DashboardState.isPlausible(stretch.firstStep) {
      losses.update(step: stretch.firstStep) { $0.merge(LossBucket(stretch)) }
      if stretch.decisions + stretch.checkpoints > 0 {
        marks.update(step: stretch.firstStep) { $0.merge(MarkBucket(stretch)) }
      }
    }
    for column in overview.columns { timeline.add(column.ranks, at: column.step) }
    for evaluation in overview.evaluations { add(evaluation) }
    lastStep = overview.lastStep
  }

  mutating func add(_ evaluation: Evaluation) {
    evaluations.append(evaluation)
    guard evaluations.count > Self.evaluationCapacity else { return }
    let newest = evaluations.count - 1
    evaluations = evaluations.indices.filter { (newest - $0) % 2 == 0 }.map { evaluations[$0] }
  }

  /// Forgets what came after a step: it is done again.
  mutating func cut(after step: Int) {
    losses.cut(after: step)
    marks.cut(after: step)
    timeline.cut(after: step)
    evaluations.removeAll { $0.step > step }
    lastStep = min(lastStep, step)
  }
}
