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
  /// Components of each module that are alive before the first step.
  var startRank: Int
  var plantedRanks: [Int]?
  /// Options of the command, from which it can be given again, and the folder they were typed in.
  var command: (words: [String], folder: String)?
  /// Further options by name.
  var more: [String: String] = [:]

  /// The manifest.
  var manifest: Manifest {
    let modules = adapters.modules(startRank: startRank)
    let unit = allocation.budgetUnit
    let initial = modules.reduce(0) { $0 + $1.startRank * $1.cost(in: unit) }
    let target = allocation.target(for: kind, modules: modules)
    return Manifest(
      name: name, model: model, architecture: architecture, task: task, data: data,
      labels: labels, mainMetric: mainMetric, allocator: kind.rawValue,
      hyperparameters: Self.hyperparameters(
        kind: kind, options: options, allocation: allocation,
        startRank: startRank, capacity: adapters.adapters.first?.rank ?? 0,
        scale: adapters.adapters.first?.scale ?? 0, more: more), seed: options.seed,
      totalSteps: options.totalSteps,
      stepsPerEpoch: options.stepsPerEpoch, initialBudget: initial, targetBudget: target,
      modules: modules, plantedRanks: plantedRanks, environment: environment,
      startedAt: Date().timeIntervalSince1970, budgetUnit: allocation.budgetUnit)
  }

  /// All hyper-parameters as text: what a manifest records, and what a run that is to be made would record.
  static func hyperparameters(
    kind: AllocatorKind, options: TrainingOptions, allocation: AllocatorOptions, startRank: Int,
    capacity: Int, scale: Float, more: [String: String]
  ) -> [String: String] {
    var values = more
    values["lr"] = "\(options.rate)"
    values["head-lr"] = "\(options.headRate)"
    values["lr-warmup"] = "\(options.warmupRatio)"
    values["weight-decay"] = "\(options.weightDecay)"
    values["clip"] = "\(options.clipNorm)"
    values["rank"] = "\(allocation.rank)"
    values["start-rank"] = "\(startRank)"
    values["capacity"] = "\(capacity)"
    values["scale"] = "\(scale)"
    values["warmup"] = "\(allocation.warmup ?? kind.warmup)"
    values["final"] = "\(allocation.final ?? kind.final)"
    values["budget-unit"] = allocation.budgetUnit.rawValue
    values["interval"] = allocation.interval.map { "\($0)" } ?? "automatic"
    values["official-ties"] = "\(allocation.officialTies)"
    for parameter in kind.parameters {
      values[parameter.name] = parameter.text(of: allocation[parameter])
    }
    return values
  }

  private var environment: [String: String] {
    var values = [
      "ranktop": Version.text, "host": TrainerProcess.currentHost,
      "pid": "\(ProcessInfo.processInfo.processIdentifier)", "threads": "\(options.threads)",
      "blas": OpenBLAS.coreName,
    ]
    if let command, let words = try? JSONEncoder().encode(command.words) {
      values["arguments"] = String(decoding: words, as: UTF8.self)
      values["folder"] = command.folder
    }
    return values
  }
}
