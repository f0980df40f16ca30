import Allocation
import Foundation
import LanguageModels
import RunEvents
import Tensors

extension TrainingRun {
  /// One step; false when the loss is not finite.
  func advance() throws -> Bool {
    step += 1
    watch.start()
    seat.holdOut(at: step)
    let stepTokens = learner.prepare(step: step, workers: workers.count)
    tokens += stepTokens
    collector.prepare(seat.allocator.needs(at: step))
    perturb()
    let loss = passes()
    let gradient = gradients[0]
    let regularizer = RegularizerTerm.add(
      seat.allocator.regularizer(at: step), of: learner.adapters, to: gradient)
    collector.measureUpdates()
    optimizer.settle(learner.adapters.parameters)
    if !seat.recipe.trainsGate { learner.adapters.clearGates(in: gradient) }
    let norm = sumOfSquares(gradient.elements).squareRoot()
    let isFinite = loss.isFinite && norm.isFinite
    var decision: Decision?
    if isFinite {
      let clip = Optimizer.clipping(norm: norm, limit: options.clipNorm)
      optimizer.update(
        learner.adapters.parameters, gradient: gradient, groups: groups, step: step,
        rateFactor: schedule.factor(at: step), gradientScale: clip)
      shrinkGates()
      decision = try decide(gradient, gradientScale: clip)
      learner.publish()
    }
    watch.stop()
    try report(loss, regularizer, norm, stepTokens)
    if !isFinite { return false }
    if let decision {
      try send(.decision(decision))
      // A decision may end a schedule early.
      if plan != published { try publishPlan() }
    }
    if step % options.statisticsInterval == 0 || decision != nil || step == options.totalSteps {
      let norms = learner.adapters.norms(in: gradient)
      try send(.statistics(seat.moduleStatistics(step: step, gradientNorms: norms)))
      if let gates = seat.moduleGates(step: step) { try send(.gates(gates)) }
    }
    try evaluateIfDue()
    return true
  }

  /// Statistics and decision after the optimiser's update; long tasks show their progress.
  private func decide(_ gradient: FloatBuffer, gradientScale: Float) throws -> Decision? {
    if StatisticsCollector.runsPasses(seat.allocator.needs(at: step)) { learner.publish() }
    let started = ContinuousClock.now
    var failure: (any Error)?
    var reported = 0
    var decision = seat.decide(
      StatisticsCollector.Step(
        number: step, gradient: gradient, gradientScale: gradientScale,
        rate: rate * Float(schedule.factor(at: step)))
    ) { [self] task, done, total in
      // Twenty reports of a task are enough for a person, and do not swell the run file.
      guard failure == nil, done * 20 / max(1, total) > reported else { return }
      reported = done * 20 / max(1, total)
      let progress = TaskProgress(
        step: step, task: task, done: done, total: total,
        seconds: (ContinuousClock.now - started).seconds)
      do { try send(.progress(progress)) } catch { failure = error }
    }
    if let failure { throw failure }
    if let proposal = decision, isProposing { decision = try settle(proposal) }
    seat.apply(decision, after: step)
    return decision
  }

  /// Moves the parameters to where the optimiser takes its gradient, if that is not where they are.
  ///
  /// What a held mask has closed, and what no decision considers, stays closed there too (our choice).
  private func perturb() {
    let adapters = learner.adapters
    guard
      optimizer.perturb(
        adapters.parameters, groups: groups, step: step, seed: options.seed, workers: workers)
    else { return }
    if seat.allocator.holdsMask {
      let alive = seat.allocator.alive
      adapters.closeGates { !alive[$0] }
    } else if !seat.allocator.excluded.isEmpty {
      let excluded = seat.allocator.excluded
      adapters.closeGates { excluded[$0] }
    }
    learner.publish()
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

  /// The allocator's proximal step on the gates, those aside that a pin or a floor keeps.
  private func shrinkGates() {
    let rate = gateRate * Float(schedule.factor(at: step))
    let threshold = seat.allocator.proximalThreshold(at: step, rate: rate)
    guard threshold > 0 else { return }
    let adapters = learner.adapters
    let proximal = seat.allocator.proximalOperator
    for (index, adapter) in adapters.adapters.enumerated() {
      let gates = adapters.gates(index, in: adapters.parameters)
      let exempt = seat.constraints.isEmpty ? [] : seat.exempt(in: index)
      for slot in 0..<adapter.rank where !exempt.contains(slot) {
        gates[slot] = proximal(gates[slot], threshold: threshold)
      }
    }
  }

  private func report(_ loss: Double, _ regularizer: Double, _ norm: Float, _ stepTokens: Int)
    throws
  {
    try send(
      .step(
        StepReport(
          step: step, loss: loss, regularizer: regularizer,
          learningRate: Double(rate) * schedule.factor(at: step),
          gradientNorm: Double(norm), tokens: stepTokens, seconds: watch.last + watch.takeWait(),
          elapsed: watch.elapsed, budget: seat.allocator.budget(at: step), alive: seat.aliveCost,
          wait: watch.lastWait)))
  }

  private func evaluateIfDue() throws {
    guard step % options.evaluationInterval == 0 || step == options.totalSteps else { return }
    if let evaluation = learner.evaluate(step: step, workers: workers) {
      try send(.evaluation(evaluation))
    }
  }
}
