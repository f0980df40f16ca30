import RunEvents

/// What the ranking allocators share: which components compete, who is alive, when to decide again.
///
/// It knows nothing of how scores come about: an allocator hands them over when ``isDue(at:)``.
public struct RankedBudget: Sendable, Codable {
  /// One more decision after the budget phase, for a target changed there.
  struct Revision: Sendable, Hashable, Codable {
    /// Step of the decision.
    var step: Int
    /// Budget that is held until then.
    var before: Int
    /// Whether it has been taken.
    var isDone = false
  }

  let start: RunStart
  /// Name of the allocator.
  let allocator: String
  let officialTies: Bool
  /// Pins and caps that decisions keep.
  private(set) var constraints = RankConstraints()
  private(set) var schedule: BudgetSchedule
  private(set) var alive: [Bool]
  /// Components that decisions choose among; nil for every slot.
  private(set) var candidates: [Bool]?
  /// The slots that do not compete; empty when all do.
  private(set) var excluded: [Bool] = []
  /// True from the last scheduled decision on.
  private(set) var holdsMask = false
  private var revision: Revision?
  private var fromStep: Int
  private var lastBudget: Int

  /// Creates the state of a start: what is alive competes, what is dead does not.
  init(
    shape: BudgetSchedule.Shape, start: RunStart, options: AllocatorOptions,
    allocator: AllocatorKind
  ) throws(AllocationError) {
    schedule = try BudgetSchedule(fitting: shape, start: start, options: options, for: allocator)
    self.start = start
    self.allocator = allocator.rawValue
    officialTies = options.officialTies
    alive = start.alive
    if start.alive.contains(false) {
      candidates = start.alive
      excluded = start.alive.map { !$0 }
    }
    fromStep = start.startStep + 1
    lastBudget = start.aliveCost
    widenIfNeeded()
  }

  /// Budget wanted after this step, in the run's unit.
  func budget(at step: Int) -> Int {
    if let revision, step >= schedule.budgetEnd, step < revision.step { return revision.before }
    return schedule.budget(at: step)
  }

  /// Whether a decision is to be taken after this step.
  ///
  /// The last decision of the window, and that of a revision, also fall on the first later step when
  /// theirs was skipped.
  func isDue(at step: Int) -> Bool {
    if holdsMask {
      if let revision { return !revision.isDone && step >= revision.step }
      return false
    }
    return step >= schedule.budgetEnd || schedule.isDecision(step)
  }

  /// Ranks the candidates and moves the mask to this step's budget.
  ///
  /// - Parameters:
  ///   - step: Step number.
  ///   - scores: Of every component, flat.
  ///   - measure: What the scores are, in words.
  ///   - open: Components that the method itself has not put out, flat; nil for all. The others do
  ///     not compete and are dead after the decision.
  ///   - parts: What the scores are made of.
  mutating func decide(
    at step: Int, scores: [Float], measure: String, open: [Bool]? = nil, parts: [ScorePart] = []
  ) -> Decision {
    let layout = start.layout
    precondition(
      scores.count == layout.count, "\(scores.count) scores for \(layout.count) components")
    let budget = budget(at: step)
    var competitors = candidates
    if let open {
      competitors = candidates.map { zip($0, open).map { $0 && $1 } } ?? open
    }
    let competing = competitors?.count { $0 } ?? layout.count
    let rule = self.rule
    let selection = rule.select(scores, budget: budget, among: competitors)
    let before = alive
    var pruned: [ComponentID] = []
    var grown: [ComponentID] = []
    for module in 0..<layout.moduleCount {
      let range = layout.range(of: module)
      for index in range {
        let lives = !selection.isCut[index] && (competitors?[index] ?? true)
        if lives == before[index] { continue }
        alive[index] = lives
        let id = ComponentID(module: module, slot: index - range.lowerBound)
        if lives { grown.append(id) } else { pruned.append(id) }
      }
    }
    if step >= schedule.budgetEnd {
      if holdsMask { revision?.isDone = true }
      holdsMask = true
    }
    let reason = DecisionReason(
      kept: competing - selection.count, capacity: layout.count, pruned: pruned.count,
      revived: grown.count, selection: selection,
      asked: rule.isPlain ? max(0, competing - budget) : .max, measure: measure,
      budgetBefore: lastBudget, budget: budget, isFinal: holdsMask)
    lastBudget = budget
    return Decision(
      number: 0, step: step, allocator: allocator, budget: budget,
      threshold: selection.threshold, scores: candidateScores(scores), alive: alive,
      pruned: pruned, grown: grown, isFinal: holdsMask, reason: reason.sentence, parts: parts)
  }

  /// Takes another mask than the last decision's.
  ///
  /// - Precondition: one entry a slot; what is excluded stays dead.
  mutating func amend(alive: [Bool]) {
    precondition(
      alive.count == self.alive.count, "\(alive.count) entries for \(self.alive.count) slots")
    self.alive = alive
  }

  /// Changes the target; see ``Allocator/setTarget(budget:at:)``.
  mutating func setTarget(budget: Int, at step: Int) -> String? {
    if let refusal = start.refusal(ofBudget: budget) { return refusal }
    if budget == schedule.target { return nil }
    if let refusal = start.pinsExceed(budget, constraints) { return refusal }
    if holdsMask {
      guard revise(after: step) else {
        return noDecisionLeft(after: step) + ": the budget stays \(schedule.target)"
      }
    }
    schedule.target = budget
    fromStep = step + 1
    widenIfNeeded()
    return nil
  }

  /// Changes pins and caps; see ``Allocator/setConstraints(_:at:)``.
  mutating func setConstraints(_ constraints: RankConstraints, at step: Int) -> String? {
    if let refusal = start.pinsExceed(schedule.target, constraints) { return refusal }
    if holdsMask {
      let isKept = constraints.allow(start.layout.ranks(alive: alive))
      if !isKept && !revise(after: step) {
        return noDecisionLeft(after: step) + ": nothing can be pruned or grown any more"
      }
      if !isKept { fromStep = step + 1 }
    }
    self.constraints = constraints
    widenToFloors()
    return nil
  }

  /// Lets the dead components of a module compete again where its floor cannot be met without them.
  private mutating func widenToFloors() {
    guard var open = candidates else { return }
    let least = constraints.leastRanks(moduleCount: start.layout.moduleCount)
    for (module, rank) in start.layout.ranks(alive: open).enumerated() where least[module] > rank {
      for index in start.layout.range(of: module) {
        open[index] = true
        excluded[index] = false
      }
    }
    candidates = open
  }

  /// Sets one more decision on the next step of the grid; false when the run ends before it.
  private mutating func revise(after step: Int) -> Bool {
    let next = schedule.nextOnGrid(after: step)
    guard next <= start.totalSteps else { return false }
    let pending = revision.flatMap { $0.isDone ? nil : $0 }
    revision = Revision(step: next, before: pending?.before ?? schedule.target)
    return true
  }

  private func noDecisionLeft(after step: Int) -> String {
    "the next decision would fall on step \(schedule.nextOnGrid(after: step)), after the run's "
      + "last, \(start.totalSteps)"
  }

  private var rule: BudgetSelection {
    BudgetSelection(
      layout: start.layout, unit: start.unit, costs: start.costs, constraints: constraints,
      officialTies: officialTies)
  }

  /// Lets dead components compete again when the target cannot be met without them.
  private mutating func widenIfNeeded() {
    guard let candidates, schedule.target > start.cost(of: candidates) else { return }
    self.candidates = nil
    excluded = []
  }

  private func candidateScores(_ scores: [Float]) -> [Float] {
    guard let candidates else { return scores }
    return scores.indices.map { candidates[$0] ? scores[$0] : .nan }
  }
}

extension RankedBudget {
  /// The plan as it stands.
  var plan: Plan {
    let first = min(schedule.nextOnGrid(after: start.startStep), schedule.budgetEnd)
    return Plan(
      allocator: allocator, fromStep: fromStep, phases: phases, budgets: curve,
      targetBudget: schedule.target, firstDecision: revision?.step ?? first,
      decisionInterval: schedule.interval, lastDecision: revision?.step ?? schedule.budgetEnd)
  }

  private var phases: [Plan.Phase] {
    let begin = start.startStep + 1
    let window = max(begin, schedule.shape == .back ? schedule.warmupEnd : schedule.warmupEnd + 1)
    return [
      Plan.Phase(name: "warm-up", start: begin, end: window - 1),
      Plan.Phase(name: "budget", start: window, end: schedule.budgetEnd),
      Plan.Phase(name: "final", start: schedule.budgetEnd + 1, end: start.totalSteps),
    ].filter { $0.start <= $0.end }
  }

  /// Steps at which the budget changes, thinned to about 200.
  private var curve: [Plan.BudgetPoint] {
    var points = [Plan.BudgetPoint(step: fromStep, budget: budget(at: fromStep))]
    func add(_ step: Int) {
      let budget = budget(at: step)
      guard step > fromStep, budget != points.last!.budget else { return }
      points.append(Plan.BudgetPoint(step: step, budget: budget))
    }
    let begin = max(fromStep, schedule.warmupEnd)
    let stride = max(1, (schedule.budgetEnd - begin) / 200)
    var step = begin
    while step < schedule.budgetEnd {
      add(step)
      step += stride
    }
    add(schedule.budgetEnd)
    if let revision { add(revision.step) }
    return points
  }
}
