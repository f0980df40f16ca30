import Allocation
import LanguageModels
import RunEvents
import Tensors

/// Measures after a step what the allocator in office asks for, and nothing else.
final class StatisticsCollector {
  /// What a step leaves behind for the statistics.
  struct Step {
    var number: Int
    /// Complete gradients of the step.
    var gradient: FloatBuffer
    /// Clipping factor on them.
    var gradientScale: Float
    /// Learning rate of the step.
    var rate: Float
  }

  private let adapters: AdapterSet
  private let learner: any Learner
  private let workers: Workers
  /// Norms of the updates; also for the record.
  let norms: FactorNorms
  /// AdaLoRA's averages; nil until an allocator asks, and after each change of allocator.
  private(set) var sensitivity: SensitivityMeter?
  private let optimizer: Optimizer
  /// Sensitivity to whole updates; nil while no allocator asks.
  private var updates: UpdateSensitivity?
  private var gateGradients: GateGradientMeter?

  init(learner: any Learner, optimizer: Optimizer, workers: Workers) {
    self.optimizer = optimizer
    self.learner = learner
    self.workers = workers
    adapters = learner.adapters
    norms = FactorNorms(adapters)
  }

  /// Forgets what was averaged for an earlier allocator.
  func reset() { (sensitivity, gateGradients) = (nil, nil) }

  /// What the meters remember from step to step, for a checkpoint; the norms are measured anew each time.
  var buffers: [NamedBuffer] { sensitivity?.buffers ?? [] }

  /// Makes the meters whose buffers a checkpoint holds, and forgets the others.
  func prepare(holding names: Set<String>, options: AllocatorOptions) {
    reset()
    if names.contains("sensitivity.average") { sensitivity = makeSensitivity(options) }
  }

  private func makeSensitivity(_ options: AllocatorOptions) -> SensitivityMeter {
    SensitivityMeter(adapters, beta1: options.beta1, beta2: options.beta2)
  }

  /// Whether a statistic runs passes through the model, so that its parameters must be published first.
  static func runsPasses(_ needs: StatisticsNeeds) -> Bool {
    !needs.isDisjoint(with: [.ablation, .gateGradient, .unrolledGateGradient])
  }

  /// Before the passes: has the learner add up what the step's statistics need beyond the usual gradients.
  func prepare(_ needs: StatisticsNeeds) {
    guard needs.contains(.updateSensitivity) else {
      updates = nil
      if !learner.weightGradients.isEmpty { learner.weightGradients = [] }
      return
    }
    let meter = updates ?? UpdateSensitivity(adapters, workers: workers.count)
    updates = meter
    meter.clear(workers)
    learner.weightGradients = meter.gradients
  }

  /// After the passes, before the optimiser's update: what belongs to the gradients' own parameters.
  func measureUpdates() { updates?.measure(workers) }

  /// Statistics of a step.
  ///
  /// - Parameters:
  ///   - needs: What the allocator asks for.
  ///   - step: The step.
  ///   - options: Smoothing of the averages.
  ///   - alive: Components alive, flat.
  ///   - progress: Called now and then by what takes long.
  func collect(
    _ needs: StatisticsNeeds, _ step: Step, options: AllocatorOptions, alive: [Bool],
    progress: @escaping (_ task: String, _ done: Int, _ total: Int) -> Void
  ) -> Statistics {
    var statistics = Statistics(step: step.number)
    if needs.contains(.norms) {
      norms.measure()
      statistics.componentNorms = norms.components
      statistics.moduleNorms = norms.modules
    }
    if needs.contains(.sensitivity) {
      let meter = sensitivity ?? makeSensitivity(options)
      sensitivity = meter
      meter.update(gradient: step.gradient, gradientScale: step.gradientScale)
      statistics.sensitivity = meter.scores
      statistics.sensitivityTerms = meter.terms
    }
    if needs.contains(.gates) { statistics.gates = gates }
    if needs.contains(.posterior) {
      let (scores, terms) = posteriorScores(adapters, optimizer)
      statistics.posterior = scores
      statistics.posteriorTerms = terms
    }
    if needs.contains(.updateSensitivity) { statistics.updateSensitivity = updates?.scores ?? [] }
    if needs.contains(.ablation) {
      statistics.ablation = learner.ablate(alive: alive, workers: workers) {
        progress("ablation", $0, $1)
      }
    }
    if !needs.isDisjoint(with: [.gateGradient, .unrolledGateGradient]) {
      let meter = gateGradients ?? GateGradientMeter(learner: learner, workers: workers)
      gateGradients = meter
      statistics.gateGradients =
        needs.contains(.unrolledGateGradient)
        ? meter.unrolled(step: step.number, rate: step.rate)
        : meter.firstOrder(step: step.number)
    }
    return statistics
  }

  /// Gates of all components, flat.
  var gates: [Float] {
    adapters.adapters.indices.flatMap { index in
      Array(
        UnsafeBufferPointer(
          start: adapters.gates(index, in: adapters.parameters),
          count: adapters.adapters[index].rank))
    }
  }
}
