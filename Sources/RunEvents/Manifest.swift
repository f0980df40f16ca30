/// Everything that is known about a run before its first step.
public struct Manifest: Sendable, Hashable, Codable {
  /// Short name shown in the dashboard's header.
  public var name: String
  /// Model folder or hub name, as the user gave it.
  public var model: String
  /// Architecture of the model, e.g. `bert`.
  public var architecture: String
  /// What is learned: `classification`, `regression` or `planted`.
  public var task: String
  /// Training and evaluation data: role (`train`, `eval`) to file, as the user gave it.
  public var data: [String: String]
  /// Class names in the order of the logits; empty for regression.
  public var labels: [String]
  /// Metric shown first, e.g. `accuracy`.
  public var mainMetric: String
  /// Allocator at the start.
  public var allocator: String
  /// All hyper-parameters as text, by their option's name.
  public var hyperparameters: [String: String]
  /// Seed of everything random.
  public var seed: UInt64
  /// Optimiser steps planned.
  public var totalSteps: Int
  /// Optimiser steps in one pass over the training data.
  public var stepsPerEpoch: Int
  /// What budgets count in this run.
  public var budgetUnit: BudgetUnit
  /// Budget taken up at the start.
  public var initialBudget: Int
  /// Budget meant to be taken up at the end.
  public var targetBudget: Int
  /// The adapted modules; their order is the order of every per-module array.
  public var modules: [AdaptedModule]
  /// True rank of every module where it is known (the planted demo), else nil.
  public var plantedRanks: [Int]?
  /// Version of ranktop, host, processor, threads: name to value.
  public var environment: [String: String]
  /// Start of the run, seconds since 1970.
  public var startedAt: Double

  /// Creates a manifest.
  public init(
    name: String, model: String, architecture: String, task: String, data: [String: String],
    labels: [String], mainMetric: String, allocator: String,
    hyperparameters: [String: String], seed: UInt64, totalSteps: Int, stepsPerEpoch: Int,
    initialBudget: Int, targetBudget: Int, modules: [AdaptedModule], plantedRanks: [Int]?,
    environment: [String: String], startedAt: Double, budgetUnit: BudgetUnit = .components
  ) {
    self.budgetUnit = budgetUnit
    self.name = name
    self.model = model
    self.architecture = architecture
    self.task = task
    self.data = data
    self.labels = labels
    self.mainMetric = mainMetric
    self.allocator = allocator
    self.hyperparameters = hyperparameters
    self.seed = seed
    self.totalSteps = totalSteps
    self.stepsPerEpoch = stepsPerEpoch
    self.initialBudget = initialBudget
    self.targetBudget = targetBudget
    self.modules = modules
    self.plantedRanks = plantedRanks
    self.environment = environment
    self.startedAt = startedAt
  }

  /// Layout of the flat per-component arrays of this run.
  public var layout: ComponentLayout { ComponentLayout(modules) }

  /// Components alive before the first step, flat.
  public var aliveAtStart: [Bool] { modules.aliveAtStart }
}
