import Allocation
import RunEvents
import Testing
import Training

/// What a person asks of a run in its middle.
@Suite(.timeLimit(.minutes(1))) struct SteeringTests {
  static let steps = 60
  static let modules = 12
  static let rank = 4
  /// Modules times the mean rank wanted.
  static let target = 24

  private static let options: AllocatorOptions = {
    var options = AllocatorOptions()
    options.rank = 2
    return options
  }()

  private func run(_ kind: AllocatorKind, _ requests: [RunScript.Request] = []) throws
    -> (events: [RunEvent], stop: Stop, learner: ToyLearner)
  {
    let learner = ToyLearner(rank: Self.rank)
    learner.adapters.start(kind.recipe, seed: 1)
    let script = RunScript(requests)
    let stop = try script.train(learner, kind, steps: Self.steps, allocation: Self.options)
    return (script.events, stop, learner)
  }

  // MARK: Allocator

  static let pairs = AllocatorKind.allCases.flatMap { a in
    AllocatorKind.allCases.map { (a, $0) }
  }

  /// In the warm-up, in the budget phase between and at decisions, and after it.
  @Test(arguments: pairs, [3, 14, 20, 45])
  func `a live switch changes neither output nor what is alive`(
    pair: (AllocatorKind, AllocatorKind), after: Int
  ) throws {
    let control = try run(pair.0)
    let switched = try run(pair.0, [.init(after: after, ask: .allocator(pair.1.rawValue))])
    #expect(switched.stop.reason == .finished && switched.stop.step == Self.steps)
    #expect(switched.events.interventions.map(\.outcome) == [.applied])
    #expect(switched.events.interventions.first?.step == after)

    // Right after the switch parameters and output are those of the run without it.
    let stop = RunScript.Request(after: after, ask: .stop)
    let left = try run(pair.0, [stop]).learner
    let right = try run(pair.0, [.init(after: after, ask: .allocator(pair.1.rawValue)), stop])
      .learner
    // Gates of whole modules are divided out of the components' gates, or folded into them; a reserve of
    // 1e-5 is closed when its run ends.
    let areEqualBits = pair.0 != .incre && ![pair.0, pair.1].contains(.diffora)
    if areEqualBits {
      #expect(left.adapters.parameters.array == right.adapters.parameters.array)
      #expect(left.loss == right.loss)
    } else {
      #expect(abs(left.loss - right.loss) <= 1e-5 * left.loss)
    }

    // Up to the switch nothing differs, and the step after it computes on the same parameters; under IVON
    // it does so beside them, by that step's noise.
    let (a, b) = (control.events.steps, switched.events.steps)
    #expect(a[..<after].map(\.loss) == b[..<after].map(\.loss))
    let isNoisy = [pair.0, pair.1].contains { $0.recipe.optimizer == .ivon }
    #expect(isNoisy || a[after].loss == b[after].loss)
    #expect(a[after].gradientNorm.isFinite && b[after].alive == a[after - 1].alive)

    // Whoever is in office at the end has its budget; what was dead stays dead, unless the method grows.
    let end = switched.learner.adapters.openGates
    let before = a[after - 1].alive
    let alive =
      switch pair.1 {
      case .lora: before
      case .incre: max(before, Self.target)  // grows, and never prunes
      case .diffora: min(before, Self.target)  // selects among what is alive
      default: Self.target
      }
    #expect(end.count { $0 } == b.last?.alive)
    if pair.1 == .sora {
      // Fewer where the proximal step has left fewer.
      #expect((b.last?.alive ?? .max) <= alive)
    } else {
      #expect(b.last?.alive == alive)
    }
    // Unless the target needs more than what was alive, or the method moves components.
    if before >= Self.target, pair.1 != .alora,
      let last = control.events.decisions.last(where: { $0.step <= after })
    {
      #expect(zip(end, last.alive).allSatisfy { $1 || !$0 })
    }
    let numbers = switched.events.decisions.map(\.number)
    #expect(numbers == Array(1..<numbers.count + 1))
    // A schedule that ends early is published anew.
    let plans = switched.events.plans
    let first = try #require(plans.firstIndex { $0.fromStep == after + 1 })
    #expect(plans[..<first].allSatisfy { $0.allocator == pair.0.rawValue } && first > 0)
    #expect(plans[first...].allSatisfy { $0.allocator == pair.1.rawValue })
    #expect(plans.last?.fromStep == after + 1)
  }

  @Test func `an unknown allocator is rejected and nothing changes`() throws {
    let control = try run(.dora)
    let asked = try run(.dora, [.init(after: 5, ask: .allocator("quux"))])
    guard case .rejected(let reason) = asked.events.interventions.first?.outcome else {
      Issue.record("accepted")
      return
    }
    #expect(reason.contains("quux") && reason.contains("adalora"))
    #expect(asked.events.steps.map(\.loss) == control.events.steps.map(\.loss))
    #expect(asked.events.plans.count == 1)
  }

  @Test func `a switch that leaves no room for a schedule is rejected and training goes on`()
    throws
  {
    let last = Self.steps - 1
    let asked = try run(.lora, [.init(after: last, ask: .allocator("dora"))])
    guard case .rejected(let reason) = asked.events.interventions.first?.outcome else {
      Issue.record("accepted")
      return
    }
    #expect(!reason.isEmpty)
    #expect(asked.stop.reason == .finished)
  }

  // MARK: Budget

  /// At the very start, in the warm-up, in the budget phase, at its end, in the final phase.
  @Test(arguments: [AllocatorKind.adalora, .dora, .bayesian], [0, 3, 12, 20, 30, 45])
  func `a budget asked for at any time is reached`(kind: AllocatorKind, after: Int) throws {
    for budget in [Self.target - 10, Self.target + 10] {
      let run = try run(kind, [.init(after: after, ask: .budget(budget))])
      #expect(run.events.interventions.map(\.outcome) == [.applied])
      let before = run.events.decisions.filter { $0.step <= after }
      let later = run.events.decisions.filter { $0.step > after }
      let plan = try #require(run.events.plans.last)
      #expect(plan.targetBudget == budget && plan.fromStep == after + 1)

      // From the next decision on every decision is on the new curve; the last one is the target.
      let next = try #require(later.first)
      #expect(next.step == plan.nextDecision(after: after))
      for decision in later {
        #expect(decision.alive.count { $0 } == decision.budget)
        let wanted = plan.budgets.last { $0.step <= decision.step }?.budget
        #expect(decision.budget == wanted, "step \(decision.step)")
      }
      if before.last?.isFinal == true {
        #expect(later.count == 1 && next.budget == budget, "one more decision, at once")
      }
      #expect(later.last?.isFinal == true && later.last?.budget == budget)
      #expect(run.learner.adapters.openGates.count { $0 } == budget)
      #expect(run.events.steps.last?.budget == budget && run.events.steps.last?.alive == budget)
    }
  }

  /// Slots that were never alive have B = 0; with a gate of 0 they would take up budget and learn nothing.
  @Test(arguments: [AllocatorKind.lora, .alora], [AllocatorKind.adalora, .dora, .bayesian])
  func `after a switch a raised budget grows components that learn`(
    first: AllocatorKind, second: AllocatorKind
  ) throws {
    let learner = ToyLearner(rank: Self.rank)
    learner.adapters.start(first.recipe, seed: 1)
    let script = RunScript([
      .init(after: 3, ask: .allocator(second.rawValue)), .init(after: 3, ask: .budget(36)),
    ])
    _ = try script.train(
      learner, first, steps: Self.steps, startRank: 2, allocation: Self.options)
    #expect(script.events.interventions.map(\.outcome) == [.applied, .applied])
    #expect(script.events.steps.last?.alive == 36)
    let norms = FactorNorms(learner.adapters)
    norms.measure()
    let alive = learner.adapters.openGates
    #expect(alive.count { $0 } == 36)
    #expect(zip(norms.components, alive).allSatisfy { !$1 || $0 > 0 })
  }

  @Test func `words that make no request are rejected and training goes on`() throws {
    let words = Intervention.unknown(kind: "budget", value: "abc")
    let asked = try run(.adalora, [.init(after: 5, ask: words)])
    guard case .rejected(let reason) = asked.events.interventions.first?.outcome else {
      Issue.record("accepted")
      return
    }
    #expect(reason.contains("'budget' with 'abc' is no request"))
    #expect(asked.events.steps.map(\.loss) == (try run(.adalora)).events.steps.map(\.loss))
  }

  @Test func `a floor beyond what is alive after a switch is met`() throws {
    let rule = try #require(ModuleRule("L1.q:4"))
    let run = try run(
      .adalora, [.init(after: 35, ask: .allocator("dora")), .init(after: 36, ask: .pin(rule))])
    #expect(run.events.interventions.map(\.outcome) == [.applied, .applied])
    let decision = try #require(run.events.decisions.last)
    #expect(decision.alive[6 * Self.rank..<7 * Self.rank].allSatisfy { $0 })
    #expect(decision.alive.count { $0 } == Self.target)
  }

  @Test(arguments: [AllocatorKind.alora, .diffora], [0, 3, 12, 20, 30, 45])
  func `a budget is reached by what moves or selects, too`(kind: AllocatorKind, after: Int) throws {
    for budget in [Self.target - 10, Self.target + 10] {
      let run = try run(kind, [.init(after: after, ask: .budget(budget))])
      #expect(run.events.interventions.map(\.outcome) == [.applied])
      #expect(run.events.plans.last { $0.fromStep == after + 1 }?.targetBudget == budget)
      #expect(run.learner.adapters.openGates.count { $0 } == budget)
      #expect(run.events.steps.last?.budget == budget && run.events.steps.last?.alive == budget)
    }
  }

  @Test(arguments: AllocatorKind.allCases, [0, 100_000])
  func `an impossible budget is rejected with a reason`(kind: AllocatorKind, budget: Int) throws {
    let control = try run(kind)
    let asked = try run(kind, [.init(after: 10, ask: .budget(budget))])
    guard case .rejected(let reason) = asked.events.interventions.first?.outcome else {
      Issue.record("accepted")
      return
    }
    #expect(!reason.isEmpty)
    #expect(asked.events.steps.map(\.loss) == control.events.steps.map(\.loss))
  }

  // MARK: Pause and stop

  @Test func `a pause delays and changes nothing`() throws {
    let control = try run(.adalora)
    let paused = try run(
      .adalora, [.init(after: 20, ask: .pause), .init(after: 20, ask: .resume, polls: 3)])
    #expect(paused.events.interventions.map(\.intervention) == [.pause, .resume])
    #expect(paused.events.interventions.map(\.step) == [20, 20])
    #expect(paused.events.interventions.map(\.outcome) == [.applied, .applied])
    #expect(paused.stop.reason == .finished)
    let others = paused.events.filter { if case .intervention = $0 { false } else { true } }
    #expect(others.withoutTimes == control.events.withoutTimes)
    // The clock stands still in a pause.
    let steps = paused.events.steps
    #expect(abs(steps[20].elapsed - steps[19].elapsed - steps[20].seconds) < 1e-9)
  }

  @Test func `a paused run can be steered before it goes on`() throws {
    let run = try run(
      .dora,
      [
        .init(after: 12, ask: .pause), .init(after: 12, ask: .budget(30), polls: 1),
        .init(after: 12, ask: .allocator("adalora"), polls: 2),
        .init(after: 12, ask: .resume, polls: 2),
      ])
    #expect(run.events.interventions.count == 4)
    #expect(run.events.interventions.allSatisfy { $0.step == 12 && $0.outcome == .applied })
    #expect(run.events.plans.map(\.targetBudget) == [24, 30, 30])
    #expect(run.events.steps.last?.alive == 30)
  }

  @Test func `a stop ends the run after the step that is done`() throws {
    let stopped = try run(.adalora, [.init(after: 17, ask: .stop)])
    #expect(stopped.stop.reason == .stopped && stopped.stop.step == 17)
    #expect(stopped.stop.tokens == 170)
    #expect(stopped.events.steps.last?.step == 17)
    #expect(stopped.events.interventions.map(\.outcome) == [.applied])
    let atOnce = try run(.lora, [.init(after: 0, ask: .stop)])
    #expect(atOnce.stop.step == 0 && atOnce.events.steps.isEmpty)
  }

  @Test func `a paused run can be stopped`() throws {
    let stopped = try run(
      .lora, [.init(after: 9, ask: .pause), .init(after: 9, ask: .stop, polls: 2)])
    #expect(stopped.stop.reason == .stopped && stopped.stop.step == 9)
  }
}
