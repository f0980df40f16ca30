import Dashboard
import Foundation
import LanguageModels
import RunEvents
import Screen

/// A PEFT adapter's ranks as `ranktop show` prints them.
struct AdapterReport {
  private let ranks: AdapterRanks
  private let path: String

  /// Where the adapter is when a person names one: a folder with a configuration, or a JSON file; nil for
  /// anything else.
  static func url(_ path: String) -> URL? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    let url = URL(fileURLWithPath: path)
    return isFolder.boolValue || url.pathExtension == "json" ? url : nil
  }

  /// Reads an adapter.
  init(_ url: URL, path: String) throws {
    ranks = try AdapterRanks(contentsOf: url)
    self.path = path
  }

  private var slots: Int { ranks.modules.reduce(0) { $0 + $1.slots } }

  /// What it is and its ranks as a table.
  var lines: [String] {
    let configuration = ranks.configuration
    let count = ranks.modules.count
    var facts = [("adapter", path)]
    facts.append(
      ("method", configuration.peftType + (configuration.usesWeightDecomposition ? ", DoRA" : "")))
    facts.append(("base model", configuration.baseModel ?? "not said"))
    facts.append(("targets", targets))
    facts.append(("rank", "r \(configuration.rank), alpha \(configuration.alpha)"))
    facts.append(
      (
        "modules",
        "\(count) \(count == 1 ? "matrix" : "matrices"), \(ranks.alive) alive of \(slots)"
      ))
    let width = facts.map(\.0.count).max() ?? 0
    var lines = facts.map { $0.0.padded(to: width) + "  " + $0.1 }
    if !ranks.hasWeights {
      lines.append(
        count == 0
          ? "the weights are not there and rank_pattern names no module: which modules have rank "
            + "\(configuration.rank) is not known"
          : "the weights are not there: shown are the modules of rank_pattern, others may have rank "
            + "\(configuration.rank)")
    }
    return count == 0 ? lines : lines + [""] + Summary.rankTable(state)
  }

  private var targets: String {
    switch ranks.configuration.targetModules {
    case .names(let names): names.sorted().joined(separator: ", ")
    case .pattern(let pattern): pattern
    case nil: "not said"
    }
  }

  /// The adapter as a run that has not begun, for the table.
  private var state: DashboardState {
    let kinds = ranks.kinds
    let modules = zip(ranks.modules, kinds).map { module, kind in
      AdaptedModule(
        name: module.name, layer: module.layer, kind: kind, inputs: 1, outputs: 1,
        capacity: max(module.slots, module.rank, 0), startRank: max(0, module.rank))
    }
    let manifest = Manifest(
      name: path, model: ranks.configuration.baseModel ?? "", architecture: "", task: "", data: [:],
      labels: [], mainMetric: "", allocator: ranks.configuration.peftType.lowercased(),
      hyperparameters: [:], seed: 0, totalSteps: 0, stepsPerEpoch: 0,
      initialBudget: modules.reduce(0) { $0 + $1.startRank }, targetBudget: 0, modules: modules,
      plantedRanks: nil, environment: [:], startedAt: 0)
    var state = DashboardState()
    state.apply(.started(manifest))
    return state
  }

  private struct Object: Encodable {
    struct Module: Encodable {
      var name: String
      var layer: Int
      var kind: String
      var rank: Int
      var slots: Int
    }
    var adapter: String
    var method: String
    var baseModel: String?
    var rank: Int
    var alpha: Double
    var hasWeights: Bool
    var matrices: Int
    var alive: Int
    var slots: Int
    var modules: [Module]
  }

  /// The same as one JSON object.
  func json() throws -> String {
    try RunSummary.encode(
      Object(
        adapter: path, method: ranks.configuration.peftType,
        baseModel: ranks.configuration.baseModel, rank: ranks.configuration.rank,
        alpha: ranks.configuration.alpha, hasWeights: ranks.hasWeights,
        matrices: ranks.modules.count, alive: ranks.alive, slots: slots,
        modules: zip(ranks.modules, ranks.kinds).map {
          Object.Module(
            name: $0.name, layer: $0.layer, kind: $1, rank: $0.rank, slots: $0.slots)
        }))
  }
}
