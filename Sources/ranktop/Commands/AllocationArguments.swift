import Allocation
import ArgumentParser
import Foundation
import LanguageModels

/// Options of the allocators.
struct AllocationArguments: ParsableArguments, Sendable {
  @Option(help: "Allocator: \(AllocatorKind.names).")
  var allocator = "lora"

  @Option(help: "Rank of every module; for adaptive allocators the mean at the end.")
  var rank = 8

  @Option(help: "Rank of every module at the start. Default: the rank for lora, 1.5 times it else.")
  var initialRank: Int?

  @Option(help: "Components alive at the end. Default: rank times the number of modules.")
  var budget: Int?

  @Option(
    help:
      "The adapters' alpha; an update is scaled by alpha / start rank. Default: 4 ranks; 8 for dora."
  )
  var alpha: Float?

  @Option(help: "Dropout of the adapters' input, a probability.")
  var loraDropout: Float = 0

  @Option(help: "Linear layers to adapt: some of q,k,v,o,up,down.")
  var targets = "q,k,v,o,up,down"

  @Option(help: "Before the first decision: a share of the run (15%, 0.15) or steps (100).")
  var warmup = "15%"

  @Option(help: "After the last decision: a share of the run or steps.")
  var final = "50%"

  @Option(help: "Steps between decisions. Default: 10, or a tenth of a short budget phase.")
  var interval: Int?

  @Option(help: "AdaLoRA: weight of the orthogonality term.")
  var orthogonality: Float = 0.5

  @Option(help: "DoRA: weight eta of the variance term (DEM).")
  var equilibrium: Float = 0.3

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
    for (option, text) in [("--warmup", warmup), ("--final", final)]
    where PhaseLength(text) == nil {
      throw ValidationError("\(option) \(text): give a share (15%, 0.15) or a number of steps")
    }
    for (option, weight) in [("--orthogonality", orthogonality), ("--equilibrium", equilibrium)]
    where !(weight >= 0 && weight.isFinite) {
      throw ValidationError("\(option) \(weight): choose 0 or more")
    }
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

  /// Slots of every module.
  var startRank: Int { initialRank ?? kind.recipe.startRank(for: rank) }

  /// The scale of every update.
  var scale: Float { kind.recipe.scale(alpha: alpha ?? defaultAlpha, startRank: startRank) }

  /// DoRA's published code keeps alpha at 8 for every rank; for the others 4 ranks is our choice.
  private var defaultAlpha: Float { kind == .dora ? 8 : Float(4 * rank) }

  /// The options for the allocator.
  var options: AllocatorOptions {
    var options = AllocatorOptions()
    options.rank = rank
    options.initialRank = initialRank
    options.targetBudget = budget
    options.warmup = PhaseLength(warmup) ?? options.warmup
    options.final = PhaseLength(final) ?? options.final
    options.interval = interval
    options.orthogonalityWeight = orthogonality
    options.equilibriumWeight = equilibrium
    options.officialTies = officialTies
    return options
  }
}
