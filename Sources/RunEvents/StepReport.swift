/// What one optimiser step did.
public struct StepReport: Sendable, Hashable, Codable {
  /// Step number, counted from 1.
  public var step: Int
  /// Mean task loss over the batch (nats per example, or mean squared error).
  public var loss: Double
  /// What the allocator's regulariser added to the loss.
  public var regularizer: Double
  /// Learning rate of the adapters in this step.
  public var learningRate: Double
  /// Euclidean norm of the whole gradient before clipping.
  public var gradientNorm: Double
  /// Tokens computed in this step.
  public var tokens: Int
  /// Duration of the step in seconds, waits for the recorder included.
  public var seconds: Double
  /// Training time since the start in seconds, pauses excluded.
  public var elapsed: Double
  /// Budget that the schedule wants taken up now, in the run's unit.
  public var budget: Int
  /// Budget taken up now, in the run's unit (as left by the last decision).
  public var alive: Int
  /// Seconds that this step waited because the recorder was behind.
  public var wait: Double

  /// Creates a report.
  public init(
    step: Int, loss: Double, regularizer: Double, learningRate: Double, gradientNorm: Double,
    tokens: Int, seconds: Double, elapsed: Double, budget: Int, alive: Int, wait: Double
  ) {
    self.step = step
    self.loss = loss
    self.regularizer = regularizer
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
    self.tokens = tokens
    self.seconds = seconds
    self.elapsed = elapsed
    self.budget = budget
    self.alive = alive
    self.wait = wait
  }
}

/// Statistics of every module at one step; each array has one entry a module, in manifest order.
public struct ModuleStatistics: Sendable, Hashable, Codable {
  /// Step number, counted from 1.
  public var step: Int
  /// Rank: components alive.
  public var ranks: [UInt16]
  /// Mean importance over the module's alive components; NaN when the allocator has none.
  public var importance: [Float]
  /// Norm of the adapter's gradient.
  public var gradientNorm: [Float]
  /// Frobenius norm of the module's update, `||s B diag(c) A||`.
  public var updateNorm: [Float]

  /// Creates the statistics of one step.
  public init(
    step: Int, ranks: [UInt16], importance: [Float], gradientNorm: [Float], updateNorm: [Float]
  ) {
    self.step = step
    self.ranks = ranks
    self.importance = importance
    self.gradientNorm = gradientNorm
    self.updateNorm = updateNorm
  }
}

/// Metrics on held-out data.
public struct Evaluation: Sendable, Hashable, Codable {
  /// Step after which the model was evaluated.
  public var step: Int
  /// Mean loss over the examples.
  public var loss: Double
  /// Metric name to value, e.g. `accuracy` in 0 ... 1.
  public var metrics: [String: Double]
  /// Duration in seconds.
  public var seconds: Double

  /// Creates an evaluation.
  public init(step: Int, loss: Double, metrics: [String: Double], seconds: Double) {
    self.step = step
    self.loss = loss
    self.metrics = metrics
    self.seconds = seconds
  }
}
