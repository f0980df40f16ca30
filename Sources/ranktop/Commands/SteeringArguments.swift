import Allocation
import ArgumentParser
import RunEvents
import Training

/// Options that do to a run what a person could do in the dashboard.
struct SteeringArguments: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "Switch the allocator after a step, e.g. 200:alora. May be repeated.",
      valueName: "step:allocator"))
  var `switch`: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Keep ranks, whatever the scores: 'layer.3.*' all that is alive, 'layer.3.*:4' rank 4, 'L3.q#2' \
      component 2. May be repeated.
      """, valueName: "pattern"))
  var pin: [String] = []

  @Option(
    help: ArgumentHelp(
      "Bound ranks from above, e.g. '*.up:2'. May be repeated.", valueName: "pattern:rank"))
  var cap: [String] = []

  func validate() throws { _ = try script() }

  /// Allocators that the run will switch to.
  var laterAllocators: [AllocatorKind] { (try? switches().map(\.kind)) ?? [] }

  /// Everything asked for, in order.
  func script() throws -> [ScriptedIntervention] {
    let rules =
      try pin.map { Intervention.pin(try rule($0, "--pin")) }
      + cap.map { text -> Intervention in
        let rule = try rule(text, "--cap")
        guard case .count = rule.part else {
          throw ValidationError("--cap \(text): give the largest rank, e.g. '\(rule.pattern):4'")
        }
        return .cap(rule)
      }
    let author = "command line"
    return rules.map { ScriptedIntervention(step: 0, intervention: $0, author: author) }
      + (try switches()).map {
        ScriptedIntervention(
          step: $0.step, intervention: .allocator($0.kind.rawValue), author: author)
      }
  }

  private func switches() throws -> [(step: Int, kind: AllocatorKind)] {
    try self.switch.map { text in
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let step = Int(parts[0]), step >= 0 else {
        throw ValidationError("--switch \(text): give STEP:ALLOCATOR, e.g. 200:dora")
      }
      guard let kind = AllocatorKind(rawValue: parts[1]) else {
        throw ValidationError("--switch \(text): choose one of \(AllocatorKind.names)")
      }
      return (step, kind)
    }
  }

  private func rule(_ text: String, _ option: String) throws -> ModuleRule {
    guard let rule = ModuleRule(text) else {
      throw ValidationError(
        "\(option) \(text): give a pattern of module names, pattern:rank or pattern#slot, "
          + "e.g. 'layer.3.*:4'")
    }
    return rule
  }
}
