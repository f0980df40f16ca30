import Allocation

/// The hyper-parameters of a run that do not belong to an allocator or to the data.
public struct TrainingOptions: Sendable, Hashable {
  /// Optimiser steps.
  public var totalSteps: Int
  /// Steps in one pass over the data.
  public var stepsPerEpoch: Int
  /// Training examples; of an endless source, those of the run.
  public var examples: Int
  /// Peak learning rate of factors and gates.
  public var rate: Float
  /// Peak learning rate of the task head.
  public var headRate: Float
  /// Share of the steps in which the learning rate rises.
  public var warmupRatio: Double
  /// Weight decay.
  public var weightDecay: Float
  /// Largest norm of the whole gradient; 0 for no clipping.
  public var clipNorm: Float
  /// Steps between recorded module statistics.
  public var statisticsInterval: Int
  /// Steps between evaluations; the last step is always evaluated.
  public var evaluationInterval: Int
  /// Steps between checkpoints; nil for none in between.
  public var checkpointInterval: Int?
  /// Whether a run that ends in order leaves a checkpoint.
  public var checkpointsAtEnd = false
  /// Seconds after which a proposed decision is applied without an answer; nil for never.
  public var proposalTimeout: Double?
  /// Threads.
  public var threads: Int
  /// Seed of everything random.
  public var seed: UInt64

  /// Creates options.
  public init(
    totalSteps: Int, stepsPerEpoch: Int, rate: Float, headRate: Float, warmupRatio: Double = 0.06,
    weightDecay: Float = 0, clipNorm: Float = 1, statisticsInterval: Int = 5,
    evaluationInterval: Int, threads: Int, seed: UInt64, examples: Int = 1000
  ) {
    self.examples = examples
    self.totalSteps = totalSteps
    self.stepsPerEpoch = stepsPerEpoch
    self.rate = rate
    self.headRate = headRate
    self.warmupRatio = warmupRatio
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
    self.statisticsInterval = statisticsInterval
    self.evaluationInterval = evaluationInterval
    self.threads = threads
    self.seed = seed
  }
}
