/// What a person answers to a proposed decision.
public struct DecisionAnswer: Sendable, Hashable, Codable, CustomStringConvertible {
  /// What becomes of the proposal.
  public enum Verdict: Sendable, Hashable, Codable {
    /// It is applied as it is.
    case apply
    /// Nothing is pruned or grown.
    case veto
    /// It is applied, but these components get the opposite fate.
    case toggle([ComponentID])
  }

  /// Number of the decision.
  public var number: Int
  /// What becomes of it.
  public var verdict: Verdict

  /// Creates an answer.
  public init(number: Int, verdict: Verdict) {
    self.number = number
    self.verdict = verdict
  }

  /// As the run file has it: `7 apply`, `7 veto`, `7 toggle 3#1 4#0` (module index and slot).
  public var description: String {
    switch verdict {
    case .apply: "\(number) apply"
    case .veto: "\(number) veto"
    case .toggle(let components):
      (["\(number) toggle"] + components.map { "\($0.module)#\($0.slot)" })
        .joined(separator: " ")
    }
  }

  /// Reads ``description``; nil where the text is no answer.
  public init?(_ description: String) {
    let words = description.split(separator: " ")
    guard words.count >= 2, let number = Int(words[0]), number > 0 else { return nil }
    self.number = number
    switch words[1] {
    case "apply" where words.count == 2: verdict = .apply
    case "veto" where words.count == 2: verdict = .veto
    case "toggle" where words.count > 2:
      var components: [ComponentID] = []
      for word in words.dropFirst(2) {
        let parts = word.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let module = Int(parts[0]), let slot = Int(parts[1]),
          module >= 0, slot >= 0
        else { return nil }
        components.append(ComponentID(module: module, slot: slot))
      }
      verdict = .toggle(components)
    default: return nil
    }
  }
}
