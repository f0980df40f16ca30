import RunEvents

/// One of several runs that are shown side by side.
public struct ComparedRun: Sendable {
  /// What a person calls it.
  public var name: String
  /// How it stands where it is compared, with its whole course.
  public var state: DashboardState
  /// Its decisions in order, without their scores.
  public var decisions: [DecisionOutline]
  /// Components alive before the first of them, flat.
  public var startAlive: [Bool]

  /// Creates a run to compare.
  ///
  /// - Parameters:
  ///   - startAlive: Alive before the first decision; nil for what the manifest says.
  public init(
    name: String, state: DashboardState, decisions: [DecisionOutline], startAlive: [Bool]? = nil
  ) {
    self.name = name
    self.state = state
    self.decisions = decisions
    self.startAlive = startAlive ?? state.manifest?.aliveAtStart ?? []
  }

  /// The sign of a run by its place: A, B, C, D.
  static func sign(_ index: Int) -> Character { Array("ABCDEFGH")[min(max(0, index), 7)] }

  /// How a run stood just after a step.
  public struct Figures: Sendable, Hashable {
    /// The step.
    public var step: Int
    /// Smoothed loss; nil before the first.
    public var loss: Double?
    /// Rank of every module; empty where not known.
    public var ranks: [UInt16]
    /// The main metric's name and its last value; nil and NaN before the first evaluation.
    public var metricName: String?, metricValue = Double.nan
  }

  /// How it stood at a step, as far as its course tells; at nil where its state is.
  public func figures(at step: Int?) -> Figures {
    guard let step, step < state.step else {
      return Figures(
        step: state.step, loss: state.smoothedLoss ?? state.report?.loss, ranks: state.ranks,
        metricName: state.mainMetric?.name, metricValue: state.mainMetric?.value ?? .nan)
    }
    let losses = state.losses
    let index = max(0, step - 1) / max(1, losses.stride)
    let past = losses.buckets.prefix(index + 1).last { $0.count > 0 }
    var figures = Figures(
      step: step, loss: step > 0 ? past?.smoothed : nil, ranks: state.timeline.ranks(at: step) ?? []
    )
    if let evaluation = state.evaluations.last(where: { $0.step <= step }) {
      let name = state.manifest?.mainMetric ?? ""
      figures.metricName = evaluation.metrics[name] == nil ? "eval loss" : name
      figures.metricValue = evaluation.metrics[name] ?? evaluation.loss
    }
    return figures
  }
}
