import RunEvents

/// Walks through a fixture run's steps.
struct FixtureMaker {
  let run: FixtureRun
  let layout: ComponentLayout
  var alive: [Bool]
  var target: Int
  var plan: Plan
  var number = 0
  var tokens = 0
  var elapsed = 0.0
  var events: [RunEvent] = []

  init(run: FixtureRun) {
    self.run = run
    layout = ComponentLayout(run.modules)
    alive = Array(repeating: true, count: layout.count)
    target = run.target
    plan = run.plan(target: run.target, from: 1, allocator: run.allocator)
  }

  mutating func make() {
    events = [.started(run.manifest), .planned(plan)]
    for step in 0..<run.totalSteps {
      if let cut = run.cutAfter, step + 1 > cut { return }
      take(step + 1)
    }
    events.append(
      .stopped(
        Stop(
          step: run.totalSteps, reason: .finished, seconds: elapsed, tokens: tokens,
          adapter: "runs/adapter")))
  }

  mutating func take(_ step: Int) {
    let seconds = 0.31 + 0.04 * run.noise(step, 5)
    let count = 880 + Int(120 * run.noise(step, 6))
    tokens += count
    elapsed += seconds
    events.append(
      .step(
        StepReport(
          step: step, loss: run.loss(step), regularizer: 0.01, learningRate: 2e-3,
          gradientNorm: 0.8, tokens: count, seconds: seconds, elapsed: elapsed,
          budget: run.budget(at: step, target: target) * run.meanCost,
          alive: run.cost(of: alive), wait: 0)))
    if step % run.cadence == 0 { events.append(.statistics(statistics(step))) }
    let due = plan.nextDecision(after: step - 1) == step
    if due { decide(step) }
    if step % 57 == 0 || step == run.totalSteps { evaluate(step) }
    intervene(step)
  }

  func statistics(_ step: Int) -> ModuleStatistics {
    let modules = run.modules.indices
    return ModuleStatistics(
      step: step, ranks: layout.ranks(alive: alive).map { UInt16($0) },
      importance: modules.map { run.score($0, 0, step) },
      gradientNorm: modules.map { Float(0.01 + 0.02 * run.noise($0, step)) },
      updateNorm: modules.map { Float(run.worth($0) * Double(step) * 0.004) })
  }

  mutating func decide(_ step: Int) {
    number += 1
    let budget = run.budget(at: step, target: target)
    var scores = [Float](repeating: .nan, count: layout.count)
    for index in 0..<layout.count {
      let id = layout.id(at: index)
      scores[index] = run.score(id.module, id.slot, step)
    }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var next = [Bool](repeating: false, count: layout.count)
    for index in order.prefix(budget) { next[index] = true }
    let pruned = next.indices.filter { alive[$0] && !next[$0] }.map { layout.id(at: $0) }
    let grown = next.indices.filter { !alive[$0] && next[$0] }.map { layout.id(at: $0) }
    alive = next
    events.append(
      .decision(
        Decision(
          number: number, step: step, allocator: plan.allocator,
          budget: budget * run.meanCost,
          threshold: order.dropFirst(budget).first.map { scores[$0] }, scores: scores,
          alive: next, pruned: pruned, grown: grown, isFinal: step == plan.lastDecision,
          reason: pruned.isEmpty ? "the budget has not changed" : "lowest norm share")))
  }

  mutating func evaluate(_ step: Int) {
    let time = Double(step) / Double(run.totalSteps)
    events.append(
      .evaluation(
        Evaluation(
          step: step, loss: run.loss(step) + 0.03,
          metrics: ["accuracy": 0.96 - 0.4 / (1 + 14 * time)], seconds: 1.2)))
  }

  mutating func intervene(_ step: Int) {
    guard run.totalSteps == 684 else { return }
    let requests: [Int: Intervention] = [
      200: .budget(140), 260: .pause, 320: .allocator("adalora"),
    ]
    guard let intervention = requests[step] else { return }
    func record(_ id: Int64, _ intervention: Intervention) -> RunEvent {
      .intervention(
        InterventionRecord(
          id: id, intervention: intervention, author: "ana@lab",
          requestedAt: 1_800_000_000 + Double(step), step: step, outcome: .applied))
    }
    events.append(record(Int64(step), intervention))
    if intervention == .pause { events.append(record(Int64(step) + 1, .resume)) }
    if case .budget(let budget) = intervention {
      target = budget
      plan = run.plan(target: budget, from: step + 1, allocator: plan.allocator)
      events.append(.planned(plan))
    }
    if case .allocator(let name) = intervention {
      plan = run.plan(target: target, from: step + 1, allocator: name)
      events.append(.planned(plan))
    }
  }
}
