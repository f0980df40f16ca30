import Allocation
import LanguageModels
import RunEvents
import Tensors

/// The allocator in office and what its decisions do to the adapters.
final class AllocatorSeat {
  let adapters: AdapterSet
  let modules: [AdaptedModule]
  let layout: ComponentLayout
  private let learner: any Learner
  private let optimizer: Optimizer
  private let collector: StatisticsCollector
  private let training: TrainingOptions
  private(set) var options: AllocatorOptions
  var allocator: any Allocator
  private(set) var recipe: AdapterRecipe
  private(set) var constraints = RankConstraints()
  /// Decisions taken so far, that of the present step included.
  private(set) var decisions = 0
  /// Target budget of the run, kept while an allocator is in office that has none of its own.
  private(set) var target: Int

  init(
    kind: AllocatorKind, learner: any Learner, startRank: Int?, optimizer: Optimizer,
    collector: StatisticsCollector, training: TrainingOptions, options: AllocatorOptions,
    restoring checkpoint: RunCheckpoint?
  ) throws(AllocationError) {
    adapters = learner.adapters
    modules = adapters.modules(startRank: startRank)
    layout = ComponentLayout(modules)
    self.learner = learner
    self.optimizer = optimizer
    self.collector = collector
    self.training = training
    self.options = options
    if let checkpoint {
      // Gates stand in the parameters, closed or open: they come back with them.
      allocator = checkpoint.allocator
      recipe = Swift.type(of: checkpoint.allocator).kind.recipe
      target = checkpoint.target
      constraints = checkpoint.constraints
      decisions = checkpoint.notes.decisions
      return
    }
    recipe = kind.recipe
    let alive = modules.aliveAtStart
    let start = Self.start(modules, training, options, step: 0, alive: alive)
    allocator = try Allocators.make(name: kind.rawValue, start: start, options: options)
    target = options.target(for: kind, modules: modules)
    if let refusal = learner.holdOut(allocator.validationShare(at: 1)) {
      throw .impossibleRequest(refusal)
    }
    adapters.closeGates { !alive[$0] }
    openReserve()
    takeModuleGates(dividing: false)
  }

  /// How the method in office has parameters updated.
  var rule: Optimizer.Rule {
    switch recipe.optimizer {
    case .adamW: return .adamW
    case .ivon:
      let wanted = options[.ivonExamples]
      var ivon = IVON(examples: wanted > 0 ? Float(wanted) : Float(training.examples))
      ivon.start = Float(options[.ivonStart])
      ivon.beta1 = Float(options[.ivonBeta1])
      ivon.beta2 = options[.ivonBeta2]
      ivon.decay = Float(options[.ivonDecay])
      ivon.radius = Float(options[.ivonClip])
      return .ivon(ivon)
    }
  }

  /// Components that a proximal step leaves alone in one module: the pinned ones, and the largest of
  /// those alive that its floor asks for.
  func exempt(in module: Int) -> Set<Int> {
    let own = 0..<adapters.adapters[module].rank
    var slots = Set(
      own.filter { constraints.pinned.contains(ComponentID(module: module, slot: $0)) })
    if let floor = constraints.floors[module] {
      let gates = adapters.gates(module, in: adapters.parameters)
      let range = layout.range(of: module)
      let living = (0..<range.count).filter { allocator.alive[range.lowerBound + $0] }
      slots.formUnion(living.sorted { abs(gates[$0]) > abs(gates[$1]) }.prefix(floor))
    }
    return slots
  }

  /// Holds the gates of the allocator's reserve where they belong.
  private func openReserve() {
    let reserve = allocator.reserve
    if reserve.isEmpty { return }
    for (index, adapter) in adapters.adapters.enumerated() {
      let gates = adapters.gates(index, in: adapters.parameters)
      for slot in 0..<adapter.rank where reserve[adapter.component + slot] {
        gates[slot] = allocator.reserveGate
      }
    }
  }

  /// Closes the reserve: what has not become alive by the end of a run is no part of its adapter.
  func closeReserve() {
    let reserve = allocator.reserve
    if !reserve.isEmpty { adapters.closeGates { reserve[$0] } }
  }

  /// Where an allocator takes over.
  static func start(
    _ modules: [AdaptedModule], _ training: TrainingOptions, _ options: AllocatorOptions,
    step: Int, alive: [Bool]
  ) -> RunStart {
    RunStart(
      layout: ComponentLayout(modules), totalSteps: training.totalSteps, startStep: step,
      alive: alive, stepsPerEpoch: training.stepsPerEpoch,
      parameters: options.budgetUnit == .parameters
        ? modules.map(\.parametersPerComponent) : nil,
      layers: modules.map(\.layer), names: modules.map(\.name))
  }

  /// Budget taken up now, in the run's unit.
  var aliveCost: Int {
    let ranks = layout.ranks(alive: allocator.alive)
    if options.budgetUnit == .components { return ranks.reduce(0, +) }
    return zip(ranks, modules).reduce(0) { $0 + $1.0 * $1.1.parametersPerComponent }
  }

  // MARK: Changes

  /// Puts another allocator in office; weights, gates, output and what is alive stay.
  func change(to name: String, after step: Int) -> String? {
    var continued = options
    continued.targetBudget = target
    let start = Self.start(modules, training, options, step: step, alive: allocator.alive)
    var next: any Allocator
    do {
      next = try Allocators.make(name: name, start: start, options: continued)
      if !constraints.isEmpty, let refusal = next.setConstraints(constraints, at: step) {
        return refusal
      }
      if let refusal = learner.holdOut(next.validationShare(at: step + 1)) { return refusal }
    } catch {
      return error.description
    }
    allocator = next
    recipe = Swift.type(of: next).kind.recipe
    collector.reset()
    adapters.foldModuleGates()
    takeModuleGates(dividing: true)
    return nil
  }

  /// Changes the target budget; returns why not, if not.
  func setTarget(_ budget: Int, after step: Int) -> String? {
    let refusal = allocator.setTarget(budget: budget, at: step)
    if refusal == nil { target = budget }
    return refusal
  }

  /// Changes pins and caps; returns why not, if not.
  func setConstraints(_ wanted: RankConstraints, after step: Int) -> String? {
    let refusal = allocator.setConstraints(wanted, at: step)
    if refusal == nil { constraints = wanted }
    return refusal
  }

  // MARK: Steps

  /// Keeps validation data out of a step's batch, as the allocator asks; refused only when it takes office.
  func holdOut(at step: Int) { _ = learner.holdOut(allocator.validationShare(at: step)) }

  /// Statistics of an optimiser step, and what the allocator decides by them.
  ///
  /// ``apply(_:after:)`` must follow, with the decision as it stands then.
  ///
  /// - Parameters:
  ///   - step: What the step left behind.
  ///   - progress: Called now and then by what takes long.
  /// - Returns: The decision, numbered, if one was due; nothing of it is done to the adapters yet.
  func decide(
    _ step: StatisticsCollector.Step,
    progress: @escaping (_ task: String, _ done: Int, _ total: Int) -> Void
  ) -> Decision? {
    let statistics = collector.collect(
      allocator.needs(at: step.number), step, options: options, alive: allocator.alive,
      progress: progress)
    guard var decision = allocator.update(statistics) else { return nil }
    decisions += 1
    decision.number = decisions
    if statistics.componentNorms.isEmpty { collector.norms.measure() }
    decision.parts += [
      ScorePart(name: "norm", values: collector.norms.components),
      ScorePart(name: "gate", values: collector.gates),
    ]
    return decision
  }

  /// Does to the adapters what was decided, or what a step without a decision asks for.
  func apply(_ decision: Decision?, after step: Int) {
    for id in decision?.grown ?? [] {
      if let growth = recipe.growth ?? startOfUnborn(id) { begin(id, growth, step: step) }
    }
    if decision != nil || allocator.holdsMask {
      let alive = allocator.alive
      adapters.closeGates { !alive[$0] }
    } else if !allocator.excluded.isEmpty {
      let excluded = allocator.excluded
      adapters.closeGates { excluded[$0] }
    }
    openReserve()
    if decision != nil && allocator.foldsModuleGates { adapters.foldModuleGates() }
    takeModuleGates(dividing: false)
  }

  /// Statistics of every module for the record.
  func moduleStatistics(step: Int, gradientNorms: [Float]) -> ModuleStatistics {
    collector.norms.measure()
    let alive = allocator.alive
    let importance = allocator.importance
    let means = (0..<layout.moduleCount).map { module -> Float in
      let slots = layout.range(of: module).filter { alive[$0] && !importance.isEmpty }
      return slots.isEmpty ? .nan : slots.reduce(0) { $0 + importance[$1] } / Float(slots.count)
    }
    let updates = adapters.adapters.indices.map { index in
      adapters.adapters[index].scale * abs(adapters.moduleGates[index])
        * collector.norms.modules[index]
    }
    return ModuleStatistics(
      step: step, ranks: layout.ranks(alive: alive).map { UInt16($0) }, importance: means,
      gradientNorm: gradientNorms, updateNorm: updates)
  }

  /// Gates of whole modules for the record; nil where the method has none.
  func moduleGates(step: Int) -> ModuleGates? {
    let gates = allocator.moduleGates
    return gates.isEmpty
      ? nil
      : ModuleGates(
        step: step, gates: gates,
        isBinary: allocator.holdsMask && gates.allSatisfy { $0 == 0 || $0 == 1 })
  }

  /// Makes the allocator's module gates take effect; where it has none any more, they are folded in.
  ///
  /// - Parameter dividing: Whether components' gates are divided by them, so that the output stays.
  private func takeModuleGates(dividing: Bool) {
    let gates = allocator.moduleGates
    if gates.isEmpty { return adapters.foldModuleGates() }
    if dividing {
      for (index, adapter) in adapters.adapters.enumerated() where gates[index] != 0 {
        scale(
          adapters.gates(index, in: adapters.parameters), by: 1 / gates[index],
          count: adapter.rank)
      }
    }
    adapters.moduleGates = gates
  }

  /// How a component begins that has never been alive: with B and its gate at 0 it could not learn. Nil for
  /// one that goes on from what is in its slot.
  private func startOfUnborn(_ id: ComponentID) -> GrowthStart? {
    let b = adapters.up(id.module, in: adapters.parameters)
    let isZero = (0..<b.columns).allSatisfy { b[id.slot, $0] == 0 }
    return isZero && adapters.gates(id.module, in: adapters.parameters)[id.slot] == 0
      ? .zeroUp : nil
  }

  /// Starts a component that a decision has grown.
  private func begin(_ id: ComponentID, _ growth: GrowthStart, step: Int) {
    // A module that was off begins again with an open gate.
    if adapters.moduleGates[id.module] == 0 { adapters.moduleGates[id.module] = 1 }
    let adapter = adapters.adapters[id.module]
    let inputs = adapter.site.inputs
    let outputs = adapter.site.outputs
    let b = adapters.parameters.base + adapter.up + id.slot * outputs
    let stream = UInt64(adapter.component + id.slot)
    var generator = SeededGenerator(
      seed: mix(mix(training.seed, 0x6807), UInt64(step)), stream: stream)
    switch growth {
    case .fromReserve: return optimizer.clearMoments(adapter.gate + id.slot, count: 1)
    case .zeroUp:
      adapters.down(id.module, in: adapters.parameters).rows(id.slot..<id.slot + 1)
        .drawUniform(bound: 1 / Float(inputs).squareRoot(), &generator)
      b.update(repeating: 0, count: outputs)
      adapters.gates(id.module, in: adapters.parameters)[id.slot] = 1
    }
    optimizer.clearMoments(adapter.down + id.slot * inputs, count: inputs)
    optimizer.clearMoments(adapter.gate + id.slot, count: 1)
    optimizer.clearMoments(adapter.up + id.slot * outputs, count: outputs)
  }
}
