import Allocation
import Foundation
import LanguageModels
import RunEvents
import RunStore
import Tensors
import Training

/// Puts together what is known of a run before its first step.
struct ManifestBuilder {
  var name: String
  var model: String
  var architecture: String
  var task: String
  var data: [String: String]
  var labels: [String]
  var mainMetric: String
  var kind: AllocatorKind
  var options: TrainingOptions
  var allocation: AllocatorOptions
  var adapters: AdapterSet
  var plantedRanks: [Int]?
  /// Further options by name.
  var more: [String: String] = [:]

  /// The manifest.
  var manifest: Manifest {
    let modules = adapters.adapters.map { adapter in
      AdaptedModule(
        name: adapter.site.name, layer: adapter.site.layer, kind: adapter.site.kind.label,
        inputs: adapter.site.inputs, outputs: adapter.site.outputs, capacity: adapter.rank)
    }
    let initial = adapters.componentCount
    let target = allocation.targetBudget ?? min(initial, allocation.rank * modules.count)
    return Manifest(
      name: name, model: model, architecture: architecture, task: task, data: data,
      labels: labels, mainMetric: mainMetric, allocator: kind.rawValue,
      hyperparameters: Self.hyperparameters(
        kind: kind, options: options, allocation: allocation,
        startRank: adapters.adapters.first?.rank ?? 0,
        scale: adapters.adapters.first?.scale ?? 0, more: more), seed: options.seed,
      totalSteps: options.totalSteps,
      stepsPerEpoch: options.stepsPerEpoch, initialBudget: initial, targetBudget: target,
      modules: modules, plantedRanks: plantedRanks, environment: environment,
      startedAt: Date().timeIntervalSince1970)
  }

  /// All hyper-parameters as text: what a manifest records, and what a run that is to be made would record.
  static func hyperparameters(
    kind: AllocatorKind, options: TrainingOptions, allocation: AllocatorOptions, startRank: Int,
    scale: Float, more: [String: String]
  ) -> [String: String] {
    var values = more
    values["lr"] = "\(options.rate)"
    values["head-lr"] = "\(options.headRate)"
    values["lr-warmup"] = "\(options.warmupRatio)"
    values["weight-decay"] = "\(options.weightDecay)"
    values["clip"] = "\(options.clipNorm)"
    values["rank"] = "\(allocation.rank)"
    values["start-rank"] = "\(startRank)"
    values["scale"] = "\(scale)"
    values["warmup"] = "\(allocation.warmup)"
    values["final"] = "\(allocation.final)"
    values["interval"] = allocation.interval.map { "\($0)" } ?? "automatic"
    values["official-ties"] = "\(allocation.officialTies)"
    switch kind {
    case .lora: break
    case .adalora:
      values["beta1"] = "\(allocation.beta1)"
      values["beta2"] = "\(allocation.beta2)"
      values["orthogonality"] = "\(allocation.orthogonalityWeight)"
    case .dora:
      values["smoothing"] = "\(allocation.smoothing)"
      values["equilibrium"] = "\(allocation.equilibriumWeight)"
    }
    return values
  }

  private var environment: [String: String] {
    [
      "ranktop": Version.text, "host": TrainerProcess.currentHost,
      "pid": "\(ProcessInfo.processInfo.processIdentifier)", "threads": "\(options.threads)",
      "blas": OpenBLAS.coreName,
    ]
  }
}
