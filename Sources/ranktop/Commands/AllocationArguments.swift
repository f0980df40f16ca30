import Allocation
import ArgumentParser
import Foundation
import LanguageModels
import RunEvents

/// Options of the allocators.
struct AllocationArguments: ParsableArguments, Sendable {
  @Option(help: "Allocator: \(AllocatorKind.names).")
  var allocator = "lora"

  @Option(help: "Rank of every module; for adaptive allocators the mean at the end.")
  var rank = 8

  @Option(
    help: "Rank of every module at the start. Default: the method's, e.g. 1.5 times the rank.")
  var initialRank: Int?

  @Option(help: "Slots of every module: its rank never exceeds them. Default: the method's.")
  var capacity: Int?

  @Option(help: "Budget at the end. Default: rank components in every module.")
  var budget: Int?

  @Option(help: "What budgets count: components, or parameters (a feed-forward rank costs more).")
  var budgetUnit = BudgetUnit.components

  @Option(
    help:
      "The adapters' alpha; an update is scaled by alpha / start rank. Default: the method's, e.g. 4 ranks."
  )
  var alpha: Float?

  @Option(help: "Dropout of the adapters' input, a probability.")
  var loraDropout: Float = 0

  @Option(help: "Linear layers to adapt: some of q,k,v,o,up,down.")
  var targets = "q,k,v,o,up,down"

  @Option(
    help:
      "Before the first decision: a share of the run (15%, 0.15) or steps. Default: the method's."
  )
  var warmup: String?

  @Option(help: "After the last decision: a share of the run or steps. Default: the method's.")
  var final: String?

  @Option(help: "Steps between decisions. Default: 10, or a tenth of a short budget phase.")
  var interval: Int?

  @Option(help: "AdaLoRA: weight of the orthogonality term. Default: 0.5.")
  var orthogonality: Float?

  @Option(help: "DoRA: weight eta of the variance term (DEM). Default: 0.3.")
  var equilibrium: Float?

  @Option(
    help: ArgumentHelp(
      "A parameter of the allocator; `ranktop allocators` lists them. May be repeated.",
      valueName: "name=value"))
  var set: [String] = []

  @Flag(help: "Cut all ties at the threshold, as the published codes do; counts may undershoot.")
  var officialTies = false

  func validate() throws {
    if AllocatorKind(rawValue: allocator) == nil {
      throw ValidationError("--allocator \(allocator): choose one of \(AllocatorKind.names)")
    }
    if !(1...256).contains(rank) { throw ValidationError("--rank \(rank): choose 1 ... 256") }
    if let initialRank, !(1...256).contains(initialRank) {
      throw ValidationError("--initial-rank \(initialRank): choose 1 ... 256")
    }
    if let budget, budget < 1 { throw ValidationError("--budget \(budget): choose 1 or more") }
    if let alpha, !(alpha > 0 && alpha.isFinite) {
      throw ValidationError("--alpha \(alpha): choose a positive number")
    }
    if !(loraDropout >= 0 && loraDropout < 1) {
      throw ValidationError("--lora-dropout \(loraDropout): choose 0 or more, below 1")
    }
    if let capacity, !(1...512).contains(capacity) {
      throw ValidationError("--capacity \(capacity): choose 1 ... 512")
    }
    if let capacity, let kind = AllocatorKind(rawValue: allocator),
      capacity < initialRank ?? kind.recipe.startRank(for: rank)
    {
      throw ValidationError(
        "--capacity \(capacity): \(allocator) begins with rank "
          + "\(initialRank ?? kind.recipe.startRank(for: rank)): choose that or more")
    }
    for (option, text) in [("--warmup", warmup), ("--final", final)] {
      if let text, PhaseLength(text) == nil {
        throw ValidationError("\(option) \(text): give a share (15%, 0.15) or a number of steps")
      }
    }
    for (option, weight) in [("--orthogonality", orthogonality), ("--equilibrium", equilibrium)] {
      if let weight, !(weight >= 0 && weight.isFinite) {
        throw ValidationError("\(option) \(weight): choose 0 or more")
      }
    }
    for assignment in set { _ = try Self.parameter(assignment) }
    _ = try kinds()
  }

  /// The allocator.
  var kind: AllocatorKind { AllocatorKind(rawValue: allocator) ?? .lora }

  /// The linear layers to adapt.
  func kinds() throws -> Set<LinearKind> {
    var kinds: Set<LinearKind> = []
    for word in targets.split(separator: ",", omittingEmptySubsequences: false) {
      let label = word.trimmingCharacters(in: .whitespaces)
      guard let kind = LinearKind.allCases.first(where: { $0.label == label }) else {
        throw ValidationError(
          "--targets \(targets): \"\(label)\" is none of "
            + LinearKind.allCases.map(\.label).joined(separator: ","))
      }
      kinds.insert(kind)
    }
    return kinds
  }

  /// Components of every module that are alive before the first step.
  var startRank: Int { kind.startRank(for: options) }

  /// Slots of every module.
  var slots: Int { max(startRank, capacity ?? kind.recipe.capacity(for: startRank, rank: rank)) }

  /// The scale of every update.
  var scale: Float {
    kind.recipe.scale(
      alpha: alpha ?? kind.defaultAlpha(rank), startRank: startRank, rank: rank)
  }

  /// The options for the allocator.
  var options: AllocatorOptions {
    var options = AllocatorOptions()
    options.rank = rank
    options.initialRank = initialRank
    options.targetBudget = budget
    options.budgetUnit = budgetUnit
    options.warmup = warmup.flatMap(PhaseLength.init)
    options.final = final.flatMap(PhaseLength.init)
    options.interval = interval
    options.officialTies = officialTies
    for (name, value) in parameters { options.values[name] = value }
    return options
  }

  /// Refuses parameters that none of the run's allocators reads.
  ///
  /// - Parameter later: Allocators that the run will switch to.
  func checkOwners(later: [AllocatorKind]) throws {
    let kinds = [kind] + later
    for (name, _) in parameters.sorted(by: { $0.key < $1.key })
    where !kinds.contains(where: { $0.parameters.contains { $0.name == name } }) {
      let owners = AllocatorKind.owning(parameter: name).map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "\(option(for: name)) belongs to \(owners); this run uses "
          + kinds.map(\.rawValue).joined(separator: ", ") + ": leave it out")
    }
  }

  /// Values that were set, by the parameter's name.
  private var parameters: [String: Double] {
    var values: [String: Double] = [:]
    if let orthogonality { values["orthogonality"] = Double(orthogonality) }
    if let equilibrium { values["equilibrium"] = Double(equilibrium) }
    for assignment in set {
      if let (name, value) = try? Self.parameter(assignment) { values[name] = value }
    }
    return values
  }

  private func option(for name: String) -> String {
    if name == "orthogonality" && orthogonality != nil { return "--orthogonality" }
    if name == "equilibrium" && equilibrium != nil { return "--equilibrium" }
    return "--set \(name)"
  }

  /// Reads `name=value`.
  private static func parameter(_ assignment: String) throws -> (String, Double) {
    let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw ValidationError("--set \(assignment): give name=value, e.g. --set beta1=0.9")
    }
    let known = AllocatorKind.allCases.flatMap(\.parameters)
    guard let parameter = known.first(where: { $0.name == parts[0] }) else {
      var names: [String] = []
      for name in known.map(\.name) where !names.contains(name) { names.append(name) }
      throw ValidationError(
        "--set \(parts[0]): no allocator has it; choose one of " + names.joined(separator: ", "))
    }
    guard let value = parameter.value(of: parts[1]), parameter.allows(value) else {
      throw ValidationError("--set \(assignment): choose \(parameter.allowed)")
    }
    return (parts[0], value)
  }
}

extension BudgetUnit: ExpressibleByArgument {}
