import Allocation
import ArgumentParser
import Training

/// Options of the optimisation.
struct RecipeArguments: ParsableArguments, Sendable {
  @Option(help: "Passes over the training data.")
  var epochs = 3.0

  @Option(help: "Optimiser steps, instead of --epochs.")
  var steps: Int?

  @Option(help: "Examples in a batch.")
  var batchSize = 32

  @Option(help: "Peak learning rate of the adapters. Default: the allocator's.")
  var lr: Float?

  @Option(help: "Peak learning rate of the task head. Default: that of the adapters.")
  var headLr: Float?

  @Option(help: "Share of the steps in which the learning rate rises; it falls linearly after.")
  var lrWarmup = 0.06

  @Option(help: "Weight decay.")
  var weightDecay: Float = 0

  @Option(help: "Largest norm of the gradient; 0 for no clipping.")
  var clip: Float = 1

  @Option(help: "Steps between evaluations. Default: once an epoch.")
  var evaluateEvery: Int?

  func validate() throws {
    if !(epochs > 0 && epochs <= 10_000) {
      throw ValidationError("--epochs \(epochs): choose more than 0, at most 10000")
    }
    if let steps, !(1...1_000_000_000).contains(steps) {
      throw ValidationError("--steps \(steps): choose 1 or more")
    }
    if !(1...65_536).contains(batchSize) {
      throw ValidationError("--batch-size \(batchSize): choose 1 ... 65536")
    }
    for (option, rate) in [("--lr", lr), ("--head-lr", headLr)] {
      if let rate, !(rate >= 0 && rate.isFinite) {
        throw ValidationError("\(option) \(rate): choose 0 or more")
      }
    }
    if !(0...1).contains(lrWarmup) {
      throw ValidationError("--lr-warmup \(lrWarmup): choose a share, 0 ... 1")
    }
    for (option, value) in [("--weight-decay", weightDecay), ("--clip", clip)]
    where !(value >= 0 && value.isFinite) {
      throw ValidationError("\(option) \(value): choose 0 or more")
    }
    if let evaluateEvery, evaluateEvery < 1 {
      throw ValidationError("--evaluate-every \(evaluateEvery): choose 1 or more")
    }
  }

  /// The hyper-parameters of a run over this many examples.
  func options(examples: Int, kind: AllocatorKind, threads: Int, seed: UInt64) throws
    -> TrainingOptions
  {
    let perEpoch = max(1, (examples + batchSize - 1) / batchSize)
    let total = steps ?? max(1, Int((epochs * Double(perEpoch)).rounded()))
    let rate = lr ?? kind.defaultRate
    return TrainingOptions(
      totalSteps: total, stepsPerEpoch: perEpoch, rate: rate, headRate: headLr ?? rate,
      warmupRatio: lrWarmup, weightDecay: weightDecay, clipNorm: clip,
      evaluationInterval: evaluateEvery ?? perEpoch, threads: threads, seed: seed,
      examples: examples)
  }

  /// What the manifest keeps of it beyond the hyper-parameters.
  var settings: [String: String] {
    ["epochs": "\(epochs)", "batch-size": "\(batchSize)"]
  }
}
