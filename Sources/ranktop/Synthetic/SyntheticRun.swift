import Allocation
import Foundation
import RunEvents

/// Makes up the events of a run: a noisy loss that falls, importance that wanders through the layers,
/// and over it a real AdaLoRA allocator, so that every decision is one that could have been.
struct SyntheticRun {
  /// What it is like.
  let specification: SyntheticSpecification
  /// What is known before the first step.
  let manifest: Manifest
  /// Last step made.
  private(set) var step = 0
  /// Training time so far in seconds, tokens in all.
  private(set) var elapsed = 0.0, tokens = 0

  private let secondsPerStep: Double
  private var scores: SyntheticScores
  private var allocator: AdaLoRAAllocator
  private var random: SyntheticRandom
  private var decisions = 0
  private var wander = 0.0
  private var published: Plan
  private var constraints = RankConstraints()

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - secondsPerStep: What a step is said to take.
  ///   - startedAt: Seconds since 1970.
  init(
    _ specification: SyntheticSpecification, name: String, secondsPerStep: Double,
    startedAt: Double
  ) throws {
    self.specification = specification
    self.secondsPerStep = secondsPerStep
    manifest = Self.manifest(specification, name: name, startedAt: startedAt)
    var options = AllocatorOptions()
    options.targetBudget = manifest.targetBudget
    options.warmup = .steps(specification.warmup)
    options.final = .steps(specification.steps - specification.lastDecision)
    options.interval = specification.interval
    allocator = try AdaLoRAAllocator(
      start: RunStart(
        layout: manifest.layout, totalSteps: specification.steps,
        layers: manifest.modules.map(\.layer), names: manifest.modules.map(\.name)),
      options: options)
    published = allocator.plan
    scores = SyntheticScores(manifest.modules, layers: specification.layers, specification.seed)
    random = SyntheticRandom(specification.seed &+ 1)
  }

  /// Whether all steps are made.
  var isDone: Bool { step >= specification.steps }

  /// The events before the first step.
  var opening: [RunEvent] { [.started(manifest), .planned(published)] }

  /// The last event.
  func end(_ reason: Stop.Reason) -> RunEvent {
    .stopped(Stop(step: step, reason: reason, seconds: elapsed, tokens: tokens, adapter: nil))
  }

  /// Makes one more step, with all that belongs to it.
  mutating func advance() -> [RunEvent] {
    step += 1
    let progress = Double(step) / Double(specification.steps)
    var decision: Decision?
    if isDecision(step) {
      scores.move(to: progress)
      decision = allocator.update(Statistics(step: step, sensitivity: scores.values))
    }
    var events: [RunEvent] = [.step(report(progress))]
    if var decision {
      decisions += 1
      decision.number = decisions
      scores.take(alive: decision.alive)
      events.append(.decision(decision))
    }
    if step % specification.statistics == 0 || isDone {
      events.append(.statistics(scores.statistics(step, progress, &random)))
    }
    if step % max(1, specification.steps / 50) == 0 || isDone {
      events.append(.evaluation(evaluation(progress)))
    }
    events += incidents()
    publishPlan(&events)
    return events
  }

  /// Takes up a request; only a new budget changes anything.
  mutating func takeUp(_ record: InterventionRecord) -> [RunEvent] {
    var record = record
    record.step = step
    switch record.intervention {
    case .budget(let budget):
      let refusal = allocator.setTarget(budget: budget, at: step)
      record.outcome = refusal.map { .rejected($0) } ?? .applied
    case .stop: record.outcome = .applied
    default: record.outcome = .rejected("a synthetic run takes 'stop' and 'budget' only")
    }
    var events: [RunEvent] = [.intervention(record)]
    publishPlan(&events)
    return events
  }

  // MARK: What a step brings

  private func isDecision(_ step: Int) -> Bool {
    step > specification.warmup && step <= specification.lastDecision
      && step % specification.interval == 0
  }

  private mutating func report(_ progress: Double) -> StepReport {
    wander = 0.98 * wander + 0.02 * random.symmetric()
    let loss = 0.32 + 3.1 * exp(-7 * progress) + 0.6 * wander + 0.05 * random.symmetric()
    let seconds = secondsPerStep * (1 + 0.1 * random.symmetric())
    let stepTokens = 2048 + Int(128 * random.symmetric())
    elapsed += seconds
    tokens += stepTokens
    let warm = min(1, progress / 0.06)
    return StepReport(
      step: step, loss: max(0.01, loss), regularizer: 0.002 * (1 - progress),
      learningRate: 2e-3 * warm * (1 - progress),
      gradientNorm: 0.4 + 2 * exp(-5 * progress) + 0.1 * abs(random.symmetric()),
      tokens: stepTokens, seconds: seconds, elapsed: elapsed,
      budget: allocator.schedule.budget(at: step), alive: scores.aliveCount, wait: 0)
  }

  private mutating func evaluation(_ progress: Double) -> Evaluation {
    let accuracy = 0.93 - 0.5 * exp(-6 * progress) + 0.004 * random.symmetric()
    return Evaluation(
      step: step, loss: 0.38 + 2.9 * exp(-7 * progress) + 0.02 * random.symmetric(),
      metrics: ["accuracy": accuracy, "f1": accuracy - 0.02], seconds: 2.5)
  }

  /// What people and the unforeseen do, at fixed places of the run.
  private mutating func incidents() -> [RunEvent] {
    let steps = specification.steps
    func isAt(_ percent: Int) -> Bool { step == steps * percent / 100 }
    if step % max(1, steps / 10) == 0 {
      return [
        .checkpoint(
          Checkpoint(step: step, bytes: 4 * manifest.layout.count * 512, seconds: 0.3))
      ]
    }
    if isAt(23) { return [request(.pause), request(.resume)] }
    if isAt(34) { return hold(.pin(ModuleRule("L0.*:2")!)) }
    if isAt(36) { return hold(.release(ModuleRule("L0.*")!)) }
    if isAt(45) {
      let budget = manifest.targetBudget * 9 / 10
      let refusal = allocator.setTarget(budget: max(1, budget), at: step)
      return [request(.budget(max(1, budget)), refusal)]
    }
    if isAt(52) {
      return [request(.allocator("adalora"), "adalora is at work already")]
    }
    if isAt(28) {
      return [
        .alarm(
          Alarm(
            step: step, kind: "loss-spike",
            message: "the loss is three times its mean: look at the batch of this step, or lower "
              + "--lr"))
      ]
    }
    if isAt(67) {
      return [
        .alarm(
          Alarm(
            step: step, kind: "eval-worse",
            message: "the evaluation got worse three times in a row: stop here, or lower --lr"))
      ]
    }
    return []
  }

  private mutating func hold(_ intervention: Intervention) -> [RunEvent] {
    var changed = constraints
    let refusal =
      switch intervention {
      case .pin(let rule):
        changed.pin(rule, modules: manifest.modules, alive: allocator.alive)
      case .release(let rule): changed.release(rule, modules: manifest.modules)
      default: Optional("nothing to hold")
      }
    if let refusal = refusal ?? allocator.setConstraints(changed, at: step) {
      return [request(intervention, refusal)]
    }
    constraints = changed
    return [request(intervention), .constraints(step: step, changed)]
  }

  private func request(_ intervention: Intervention, _ refusal: String? = nil) -> RunEvent {
    .intervention(
      InterventionRecord(
        id: 0, intervention: intervention, author: "synthetic",
        requestedAt: manifest.startedAt + elapsed, step: step,
        outcome: refusal.map { .rejected($0) } ?? .applied))
  }

  private mutating func publishPlan(_ events: inout [RunEvent]) {
    let plan = allocator.plan
    if plan == published { return }
    published = plan
    events.append(.planned(plan))
  }
}
