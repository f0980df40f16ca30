import Allocation
import LanguageModels
import RunEvents
import Tensors

/// The allocator in office, the statistics that it asks for, and what its decisions do to the gates.
final class AllocatorSeat {
  private let adapters: AdapterSet
  private let layout: ComponentLayout
  private let totalSteps: Int
  private var options: AllocatorOptions
  private let norms: FactorNorms
  private var sensitivity: SensitivityMeter?
  private(set) var allocator: any Allocator
  private(set) var recipe: AdapterRecipe
  private var decisions = 0
  /// Target budget of the run, kept while an allocator is in office that has none of its own.
  private var target: Int

  init(
    kind: AllocatorKind, adapters: AdapterSet, layout: ComponentLayout, options: AllocatorOptions,
    totalSteps: Int
  ) throws(AllocationError) {
    self.adapters = adapters
    self.layout = layout
    self.options = options
    self.totalSteps = totalSteps
    recipe = kind.recipe
    target = options.targetBudget ?? min(options.rank * layout.moduleCount, layout.count)
    norms = FactorNorms(adapters)
    allocator = try Allocators.make(
      name: kind.rawValue, layout: layout, options: options, totalSteps: totalSteps)
  }

  var aliveCount: Int { allocator.alive.count { $0 } }

  /// Puts another allocator in office; weights, gates and what is alive stay.
  func change(to name: String, after step: Int) throws(AllocationError) {
    var continued = options
    continued.targetBudget = target
    let next = try Allocators.make(
      name: name, layout: layout, options: continued, totalSteps: totalSteps, startStep: step,
      alive: allocator.alive)
    allocator = next
    recipe = try AllocatorKind(named: name).recipe
    sensitivity = nil
  }

  /// Changes the target budget; returns why not, if not.
  func setTarget(_ budget: Int, after step: Int) -> String? {
    let refusal = allocator.setTarget(budget: budget, at: step)
    if refusal == nil { target = budget }
    return refusal
  }

  /// Statistics, decision, gates: everything that follows an optimiser step.
  ///
  /// - Parameters:
  ///   - step: Step just finished.
  ///   - gradient: Complete gradients of that step.
  ///   - gradientScale: Clipping factor on them.
  /// - Returns: The decision, numbered, if one was due.
  func finish(step: Int, gradient: FloatBuffer, gradientScale: Float) -> Decision? {
    let needs = allocator.needs(at: step)
    var statistics = Statistics(step: step)
    if needs.contains(.norms) {
      norms.measure()
      statistics.componentNorms = norms.components
      statistics.moduleNorms = norms.modules
    }
    if needs.contains(.sensitivity) {
      let meter =
        sensitivity
        ?? SensitivityMeter(adapters, beta1: options.beta1, beta2: options.beta2)
      sensitivity = meter
      meter.update(gradient: gradient, gradientScale: gradientScale)
      statistics.sensitivity = meter.scores
    }
    var decision = allocator.update(statistics)
    if decision != nil {
      decisions += 1
      decision!.number = decisions
    }
    if decision != nil || allocator.holdsMask {
      closeGates { !$0 }
    } else if !allocator.excluded.isEmpty {
      closeGates(allocator.excluded) { $0 }
    }
    return decision
  }

  /// Statistics of every module for the record.
  func moduleStatistics(step: Int, gradientNorms: [Float]) -> ModuleStatistics {
    norms.measure()
    let alive = allocator.alive
    let importance = allocator.importance
    let means = (0..<layout.moduleCount).map { module -> Float in
      let slots = layout.range(of: module).filter { alive[$0] && !importance.isEmpty }
      return slots.isEmpty ? .nan : slots.reduce(0) { $0 + importance[$1] } / Float(slots.count)
    }
    return ModuleStatistics(
      step: step, ranks: layout.ranks(alive: alive).map { UInt16($0) }, importance: means,
      gradientNorm: gradientNorms,
      updateNorm: zip(adapters.adapters, norms.modules).map { $0.scale * $1 })
  }

  private func closeGates(_ closes: (Bool) -> Bool) { closeGates(allocator.alive, closes) }

  private func closeGates(_ flags: [Bool], _ closes: (Bool) -> Bool) {
    for (index, adapter) in adapters.adapters.enumerated() {
      let gates = adapters.gates(index, in: adapters.parameters)
      for slot in 0..<adapter.rank where closes(flags[adapter.component + slot]) { gates[slot] = 0 }
    }
  }
}
