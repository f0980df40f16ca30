import Allocation
import ArgumentParser
import Evidence
import Foundation
import LanguageModels
import RunEvents
import Training

/// What all cells of a sweep train: `train` or `demo` with everything but allocator, rank and seed.
enum SweepSubject {
  /// Words of `ranktop train`.
  case train([String])
  /// Words of `ranktop demo`.
  case demo([String])

  /// Options that belong to the sweep and cannot be passed on.
  static let reserved = [
    "--allocator", "--rank", "--seed", "--run", "--output", "--headless", "--ascii", "--no-color",
    "--resume", "--fork", "--interventions",
  ]

  /// The words after `ranktop` that train a cell into a run file.
  func words(_ cell: SweepCell, file: URL, threads: Int) -> [String] {
    let shared = ["--seed", "\(cell.seed)", "--threads", "\(threads)", "--headless", "--json"]
    return place(cell) + shared + ["--run", file.relativePath, "--force"]
  }

  /// The command's name and the words that tell its cells apart.
  private func place(_ cell: SweepCell) -> [String] {
    switch self {
    case .train(let words):
      ["train"] + Self.words(words, for: cell.allocator) + ["--allocator", cell.allocator]
        + (cell.rank.map { ["--rank", "\($0)"] } ?? [])
    case .demo(let words):
      ["demo"] + Self.words(words, for: cell.allocator) + ["--allocator", cell.allocator]
    }
  }

  /// The words without parameters that only other allocators have: each cell gets what is its own.
  private static func words(_ words: [String], for allocator: String) -> [String] {
    let own = Set(AllocatorKind(rawValue: allocator)?.parameters.map(\.name) ?? [])
    var kept: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      let isSet = parts.first == "--set"
      let isWeight = ["--orthogonality", "--equilibrium"].contains(parts.first)
      guard isSet || isWeight, let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
        kept.append(word)
        continue
      }
      let name = isSet ? String(value.prefix { $0 != "=" }) : String(parts[0].dropFirst(2))
      if own.contains(name) || AllocatorKind.owning(parameter: name).isEmpty {
        kept += [parts[0], value]
      }
    }
    return kept
  }

  /// The options of a cell's training as `train` reads them; nil for the demo.
  ///
  /// - Throws: What `train` would say of wrong usage.
  func trainCommand(_ cell: SweepCell) throws -> TrainCommand? {
    guard case .train = self else { return nil }
    return try TrainCommand.parse(place(cell).dropFirst() + ["--seed", "\(cell.seed)"])
  }

  /// The options of a cell's demonstration as `demo` reads them; nil for a training.
  func demoCommand(_ cell: SweepCell) throws -> DemoCommand? {
    guard case .demo = self else { return nil }
    return try DemoCommand.parse(place(cell).dropFirst() + ["--seed", "\(cell.seed)"])
  }

  /// The settings in which a recorded run differs from what the cell is meant to be, in words.
  func differences(_ cell: SweepCell, from manifest: Manifest) throws -> [String] {
    var recorded = [
      "allocator": manifest.allocator, "seed": "\(manifest.seed)",
      "steps": "\(manifest.totalSteps)",
    ]
    var wanted = ["allocator": cell.allocator, "seed": "\(cell.seed)"]
    if let demo = try demoCommand(cell) {
      recorded["task"] = manifest.task
      wanted["task"] = "planted"
      wanted["steps"] = "\(demo.steps)"
    } else if let train = try trainCommand(cell) {
      recorded.merge(manifest.hyperparameters) { own, _ in own }
      recorded["model"] = manifest.model
      recorded["budget"] = "\(manifest.targetBudget)"
      recorded.merge(manifest.data) { own, _ in own }
      wanted.merge(try train.settings(asFor: manifest)) { own, _ in own }
      if let task = train.data.task { (wanted["task"], recorded["task"]) = (task, manifest.task) }
    }
    return SettingsComparison.differences(wanted: wanted, recorded: recorded)
  }
}

extension TrainCommand {
  /// What a manifest would record of these options, where the data and the model's modules are those of `manifest`.
  fileprivate func settings(asFor manifest: Manifest) throws -> [String: String] {
    let options = try recipe.options(
      examples: 1, kind: allocation.kind, threads: 1, seed: arguments.seed)
    // Without the model its limit is unknown: what was recorded is not doubted.
    var length = data.maxLength ?? manifest.hyperparameters["max-length"].flatMap { Int($0) } ?? 0
    if let folder = try? ModelFolder(resolving: model ?? ""),
      let checkpoint = try? ClassifierCheckpoint(folder)
    {
      length = try data.length(for: checkpoint.configuration)
    }
    var wanted = ManifestBuilder.hyperparameters(
      kind: allocation.kind, options: options, allocation: allocation.options,
      startRank: allocation.startRank, capacity: allocation.slots, scale: allocation.scale,
      more: moreSettings(length: length))
    let byEpochs = recipe.epochs * Double(manifest.stepsPerEpoch)
    wanted["steps"] = "\(recipe.steps ?? max(1, Int(byEpochs.rounded())))"
    let target = allocation.options.target(for: allocation.kind, modules: manifest.modules)
    wanted["budget"] = "\(target)"
    wanted["model"] = model
    wanted["train"] = train
    wanted["eval"] = eval
    return wanted
  }
}
