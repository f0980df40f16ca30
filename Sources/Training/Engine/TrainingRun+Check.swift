import Allocation
import RunEvents

extension TrainingRun {
  /// Finds out before a run exists whether its allocator and its scripted pins can be.
  ///
  /// - Parameter examples: Training examples; nil where they are drawn without end.
  /// - Returns: The plan that the run would begin with.
  /// - Throws: ``AllocationError`` when the schedule does not fit the run, a pin or cap cannot be,
  ///   a switch falls behind the run's end, or the examples are too few for a validation split.
  @discardableResult
  public static func check(
    kind: AllocatorKind, modules: [AdaptedModule], options: TrainingOptions,
    allocatorOptions: AllocatorOptions, script: [ScriptedIntervention], examples: Int? = nil
  ) throws(AllocationError) -> Plan {
    let alive = modules.aliveAtStart
    let start = AllocatorSeat.start(modules, options, allocatorOptions, step: 0, alive: alive)
    var allocator = try Allocators.make(
      name: kind.rawValue, start: start, options: allocatorOptions)
    let later = script.compactMap { item -> AllocatorKind? in
      if case .allocator(let name) = item.intervention {
        AllocatorKind(rawValue: name)
      } else {
        nil
      }
    }
    if let examples, ([kind] + later).contains(where: { $0.parameters.contains(.validation) }),
      let refusal = ValidationSplit.refusal(
        count: examples, share: allocatorOptions[.validation])
    {
      throw .impossibleRequest(refusal)
    }
    var constraints = RankConstraints()
    for item in script {
      let refusal: String? =
        switch item.intervention {
        case .pin(let rule): constraints.pin(rule, modules: modules, alive: alive)
        case .cap(let rule): constraints.cap(rule, modules: modules)
        case .allocator(let name) where item.step >= options.totalSteps:
          "switch to \(name) after step \(item.step): the run ends at \(options.totalSteps)"
        default: nil
        }
      if let refusal { throw .impossibleRequest(refusal) }
    }
    if let refusal = allocator.setConstraints(constraints, at: 0) {
      throw .impossibleRequest(refusal)
    }
    return allocator.plan
  }
}
