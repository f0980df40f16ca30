import Dashboard
import Foundation

/// The ranks of a run as the arguments of a PEFT `LoraConfig`.
///
/// `alpha_pattern` equals the ranks, which makes PEFT's scale `alpha / r` 1 in every module, as in the
/// adapters that ranktop saves. PEFT knows no rank of 0: such modules are left out of the targets and
/// listed under `exclude_modules`.
struct RankPattern: Encodable {
  private enum CodingKeys: String, CodingKey {
    case rank = "r"
    case alpha = "lora_alpha"
    case targets = "target_modules"
    case excluded = "exclude_modules"
    case ranks = "rank_pattern"
    case alphas = "alpha_pattern"
  }

  var rank: Int
  var alpha: Int
  var targets: [String]
  var excluded: [String]
  var ranks: [String: Int]
  var alphas: [String: Int]

  /// What a person should know about modules that are left out; nil when none is.
  var note: String? {
    guard !excluded.isEmpty else { return nil }
    return
      "note: \(excluded.count) of \(excluded.count + targets.count) modules have rank 0, which "
      + "PEFT cannot have: they are in exclude_modules and not among the targets"
  }

  /// Takes the ranks as they stand.
  init(_ state: DashboardState, run: String) throws {
    let modules = state.manifest?.modules ?? []
    guard state.ranks.count == modules.count, !modules.isEmpty else {
      throw Failure("\(run): its ranks are not known at step \(state.step): choose a later --step")
    }
    let named = Dictionary(
      zip(modules.map(\.name), state.ranks.map(Int.init)), uniquingKeysWith: { first, _ in first })
    ranks = named.filter { $0.value > 0 }
    guard let most = ranks.values.max() else {
      throw Failure("\(run): every module has rank 0 at step \(state.step): PEFT cannot have that")
    }
    rank = most
    alpha = most
    targets = ranks.keys.sorted()
    excluded = named.filter { $0.value == 0 }.keys.sorted()
    alphas = ranks
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
