import Allocation
import Foundation
import LanguageModels
import RunEvents
import Tensors

/// One fine-tuning run: a synchronous loop on the thread that calls it.
///
/// A step: gradients from the learner's workers, the allocator's regulariser, clipping, AdamW, then the allocator's
/// statistics and decision. Every fact goes out through ``Outlet/publish``; what people ask comes in
/// through ``Outlet/interventions`` between steps. With the same seed, threads and interventions a run repeats bit for bit.
public final class TrainingRun {
  /// The run's two streams, as functions.
  public struct Outlet: Sendable {
    /// Takes an event; returns how many seconds it waited. An error ends the run.
    public var publish: @Sendable (RunEvent) throws -> Double
    /// Interventions not handled yet, oldest first. An error ends the run.
    public var interventions: @Sendable () throws -> [InterventionRecord]

    /// Creates an outlet.
    public init(
      publish: @escaping @Sendable (RunEvent) throws -> Double,
      interventions: @escaping @Sendable () throws -> [InterventionRecord]
    ) {
      self.publish = publish
      self.interventions = interventions
    }
  }

  let options: TrainingOptions
  let learner: any Learner
  let seat: AllocatorSeat
  let outlet: Outlet
  let workers: Workers
  private let optimizer: Optimizer
  private let schedule: LearningRateSchedule
  private let gradients: [FloatBuffer]
  private let losses: LossShares
  private var watch = RunWatch()
  private var groups: [Optimizer.Group] = []
  var isPaused = false
  var stopRequested = false
  private(set) var step = 0
  private var tokens = 0

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - learner: Model and data; its adapters are already started.
  ///   - kind: Allocator at the start.
  ///   - layout: Components of the learner's adapters, as in the manifest.
  ///   - options: Hyper-parameters.
  ///   - allocatorOptions: What a person set about the allocator.
  ///   - outlet: Where events go and interventions come from.
  /// - Throws: ``AllocationError`` when the schedule does not fit the run.
  public init(
    learner: any Learner, kind: AllocatorKind, layout: ComponentLayout, options: TrainingOptions,
    allocatorOptions: AllocatorOptions, outlet: Outlet
  ) throws(AllocationError) {
    self.options = options
    self.learner = learner
    self.outlet = outlet
    seat = try AllocatorSeat(
      kind: kind, adapters: learner.adapters, layout: layout, options: allocatorOptions,
      totalSteps: options.totalSteps)
    workers = Workers(count: options.threads)
    let count = learner.adapters.parameters.count
    optimizer = Optimizer(count: count)
    gradients = (0..<options.threads).map { _ in FloatBuffer(count: count) }
    losses = LossShares(count: options.threads)
    schedule = LearningRateSchedule(
      warmupSteps: Int((options.warmupRatio * Double(options.totalSteps)).rounded(.up)),
      totalSteps: options.totalSteps)
    regroup()
  }

  deinit { workers.close() }

  /// The allocator's plan as it stands.
  public var plan: Plan { seat.allocator.plan }

  /// Trains to the end, or until someone stops the run or the loss is not finite.
  ///
  /// - Returns: How it ended; the caller publishes it once the adapter is saved.
  /// - Throws: What the outlet throws.
  public func run() throws -> Stop {
    learner.publish()
    try send(.planned(plan))
    while step < options.totalSteps {
      try handleInterventions()
      if stopRequested { return end(.stopped) }
      if try !advance() { return end(.lossNotFinite) }
    }
    return end(.finished)
  }

  private func end(_ reason: Stop.Reason) -> Stop {
    Stop(step: step, reason: reason, seconds: watch.elapsed, tokens: tokens, adapter: nil)
  }

  /// One step; false when the loss is not finite.
  private func advance() throws -> Bool {
    step += 1
    watch.start()
    let stepTokens = learner.prepare(step: step, workers: workers.count)
    tokens += stepTokens
    let loss = passes()
    let gradient = gradients[0]
    let regularizer = RegularizerTerm.add(
      seat.allocator.regularizer(at: step), of: learner.adapters, to: gradient)
    if !seat.recipe.trainsGate { learner.adapters.clearGates(in: gradient) }
    let norm = sumOfSquares(gradient.elements).squareRoot()
    let isFinite = loss.isFinite && norm.isFinite
    var decision: Decision?
    if isFinite {
      let clip = Optimizer.clipping(norm: norm, limit: options.clipNorm)
      optimizer.update(
        learner.adapters.parameters, gradient: gradient, groups: groups, step: step,
        rateFactor: schedule.factor(at: step), gradientScale: clip)
      decision = seat.finish(step: step, gradient: gradient, gradientScale: clip)
      learner.publish()
    }
    watch.stop()
    try report(loss, regularizer, norm, stepTokens)
    if !isFinite { return false }
    if let decision { try send(.decision(decision)) }
    if step % options.statisticsInterval == 0 || decision != nil || step == options.totalSteps {
      let norms = learner.adapters.norms(in: gradient)
      try send(.statistics(seat.moduleStatistics(step: step, gradientNorms: norms)))
    }
    try evaluateIfDue()
    return true
  }

  /// Forward and backward passes of all workers; leaves the complete gradient in the first buffer.
  private func passes() -> Double {
    let (learner, gradients, losses, step) = (learner, gradients, losses, step)
    workers.run { worker in
      gradients[worker].fill(0)
      losses.set(
        learner.accumulate(step: step, worker: worker, gradient: gradients[worker]), for: worker)
    }
    for other in gradients.dropFirst() {
      add(other.base, to: gradients[0].base, count: other.count)
    }
    learner.adapters.completeGradient(gradients[0])
    return losses.sum
  }

  private func report(_ loss: Double, _ regularizer: Double, _ norm: Float, _ stepTokens: Int)
    throws
  {
    try send(
      .step(
        StepReport(
          step: step, loss: loss, regularizer: regularizer,
          learningRate: Double(options.rate) * schedule.factor(at: step),
          gradientNorm: Double(norm), tokens: stepTokens, seconds: watch.last + watch.takeWait(),
          elapsed: watch.elapsed, budget: seat.allocator.budget(at: step), alive: seat.aliveCount,
          wait: watch.lastWait)))
  }

  private func evaluateIfDue() throws {
    guard step % options.evaluationInterval == 0 || step == options.totalSteps else { return }
    if let evaluation = learner.evaluate(step: step, workers: workers) {
      try send(.evaluation(evaluation))
    }
  }

  /// Publishes an event and keeps account of the wait.
  func send(_ event: RunEvent) throws { watch.addWait(try outlet.publish(event)) }

  /// Works out the optimiser's groups for the allocator in office.
  func regroup() {
    groups = Optimizer.groups(
      adapters: learner.adapters, headTensors: learner.headTensors, rate: options.rate,
      headRate: options.headRate, decay: options.weightDecay, trainsGates: seat.recipe.trainsGate,
      decaysGates: seat.recipe.weightDecayOnGate)
  }
}

extension AdapterSet {
  /// Sets the gates' gradients to 0: a method that fixes them.
  func clearGates(in gradient: FloatBuffer) {
    for (index, adapter) in adapters.enumerated() {
      gates(index, in: gradient).update(repeating: 0, count: adapter.rank)
    }
  }

  /// Norm of every adapter's part of a buffer in this layout.
  func norms(in buffer: FloatBuffer) -> [Float] {
    adapters.map { adapter in
      let end = adapter.up + adapter.rank * adapter.site.outputs
      return sumOfSquares(
        UnsafeMutableBufferPointer(start: buffer.base + adapter.down, count: end - adapter.down)
      ).squareRoot()
    }
  }
}

/// Each worker's part of the loss; a worker writes its own element only.
private final class LossShares: @unchecked Sendable {
  private let shares: UnsafeMutableBufferPointer<Double>

  init(count: Int) {
    shares = .allocate(capacity: count)
    shares.initialize(repeating: 0)
  }

  deinit { shares.deallocate() }

  func set(_ value: Double, for worker: Int) { shares[worker] = value }
  var sum: Double { shares.reduce(0, +) }
}
