import RunEvents

/// What becomes of one component in a decision.
enum Fate: Sendable, Hashable, CaseIterable {
  case pruned, grown, kept, staysOut

  init(before: Bool, after: Bool) {
    self = before ? (after ? .kept : .pruned) : (after ? .grown : .staysOut)
  }

  /// In words.
  var word: String {
    switch self {
    case .pruned: "pruned"
    case .grown: "grown"
    case .kept: "kept"
    case .staysOut: "stays out"
    }
  }
}

/// How many components have each fate, and the budget that is taken up before and after.
struct FateCounts: Sendable, Hashable {
  var pruned = 0, grown = 0, kept = 0

  init(before: [Bool], after: [Bool]) {
    for index in 0..<min(before.count, after.count) {
      switch (before[index], after[index]) {
      case (true, true): kept += 1
      case (true, false): pruned += 1
      case (false, true): grown += 1
      case (false, false): break
      }
    }
  }
}

/// The decision that the decision view shows: recorded or proposed, with what was asked of it.
struct InspectedDecision {
  let decision: Decision
  /// Whether the trainer waits for an answer to it.
  let isProposal: Bool
  /// Alive before and after, as recorded or proposed; one entry a component slot.
  let before, after: [Bool]
  /// One score a component slot; empty where the recorded ones do not fit the modules.
  let scores: [Float]
  /// Flat indices of what a person turns over in a proposal, and of what a person has turned over.
  let toggled, edited: Set<Int>
  /// The decision worked out again, and the answer to the question.
  let recomputed, judged: JudgedDecision?
  /// Allocators that can judge it.
  let judges: [String]
  private let layout: ComponentLayout

  init(
    _ decision: Decision, before: [Bool]?, isProposal: Bool, toggled: Set<Int> = [],
    layout: ComponentLayout, inspection: Inspection? = nil
  ) {
    self.decision = decision
    self.isProposal = isProposal
    self.toggled = toggled
    self.layout = layout
    let count = layout.count
    func flat(_ ids: [ComponentID]) -> [Int] {
      ids.compactMap { id in
        guard (0..<layout.moduleCount).contains(id.module), id.slot >= 0,
          id.slot < layout.range(of: id.module).count
        else { return nil }
        return layout.index(of: id)
      }
    }
    edited = Set(flat(decision.edited))
    scores = decision.scores.count == count ? decision.scores : []
    // Arrays of the wrong length (a damaged run file) are taken for unknown.
    let known = before.flatMap { $0.count == count ? $0 : nil }
    if decision.alive.count == count {
      after = decision.alive
    } else {
      var mask = known ?? Array(repeating: false, count: count)
      for index in flat(decision.pruned) { mask[index] = false }
      for index in flat(decision.grown) { mask[index] = true }
      after = mask
    }
    if let known {
      self.before = known
    } else {
      var mask = after
      for index in flat(decision.pruned) { mask[index] = true }
      for index in flat(decision.grown) { mask[index] = false }
      self.before = mask
    }
    recomputed = inspection?.recomputed
    judged = inspection?.whatIf
    judges = inspection?.judges ?? []
  }

  /// Number of component slots.
  var count: Int { before.count }

  /// Score at or below which components are cut; nil where there is none.
  var threshold: Float? { decision.threshold.flatMap { $0.isNaN ? nil : $0 } }

  func score(_ index: Int) -> Float { scores.isEmpty ? .nan : scores[index] }

  /// Alive afterwards, as the person has edited it.
  func isAliveAfter(_ index: Int) -> Bool { after[index] != toggled.contains(index) }

  func fate(_ index: Int) -> Fate {
    Fate(before: before[index], after: isAliveAfter(index))
  }

  /// What the question gives, where it could be worked out.
  var answer: JudgedDecision? {
    judged.flatMap { $0.problem == nil && $0.alive.count == count ? $0 : nil }
  }

  /// Threshold of the judge; nil where there is none.
  var judgedThreshold: Float? { answer?.threshold.flatMap { $0.isNaN ? nil : $0 } }

  /// Score as the judge sees it.
  func judgedScore(_ index: Int) -> Float {
    guard let judged, judged.scores.count == count else { return .nan }
    return judged.scores[index]
  }

  /// Fate under the question; nil where it has no answer.
  func judgedFate(_ index: Int) -> Fate? {
    guard let judged, judged.problem == nil, judged.alive.count == count else { return nil }
    return Fate(before: before[index], after: judged.alive[index])
  }

  /// The modules of components that come out otherwise, the largest differences of rank first.
  func moduleDifferences(_ components: [Int]) -> [CandidateList.ModuleDifference] {
    guard let answer else { return [] }
    let modules = Set(components.map { layout.id(at: $0).module })
    return modules.map { module in
      let slots = layout.range(of: module)
      return CandidateList.ModuleDifference(
        module: module, decided: slots.count { isAliveAfter($0) },
        judged: slots.count { answer.alive[$0] })
    }.sorted { first, second in
      let (a, b) = (abs(first.judged - first.decided), abs(second.judged - second.decided))
      return a != b ? a > b : first.module < second.module
    }
  }

  /// Whether the question gives the component another fate.
  func differs(_ index: Int) -> Bool {
    guard let fate = judgedFate(index) else { return false }
    return fate != self.fate(index)
  }

  /// Whether the component comes out otherwise when the decision is worked out again.
  ///
  /// What a person has turned over is no mismatch: no rule explains it.
  func isMismatch(_ index: Int) -> Bool {
    guard let recomputed, recomputed.problem == nil, recomputed.alive.count == count else {
      return false
    }
    return recomputed.alive[index] != after[index] && !edited.contains(index)
  }

  /// Alive afterwards, as the person has edited it.
  var afterEdits: [Bool] {
    toggled.reduce(into: after) { mask, index in
      if mask.indices.contains(index) { mask[index].toggle() }
    }
  }
}

extension InspectedDecision {
  /// Rank of every module afterwards, as the person has edited it.
  var ranksAfterEdits: [Int] {
    (0..<layout.moduleCount).map { layout.range(of: $0).count { isAliveAfter($0) } }
  }
}

extension DashboardModel {
  /// The proposal that the decision view shows; nil where there is none, or the cursor is elsewhere.
  var shownProposal: Decision? { isBehind || mode == .replay ? nil : head.proposal }

  /// Flat index of the component chosen in the decision view; nil where none is.
  public var chosenComponent: Int? { inspector.chosen }

  /// What is turned over in the proposal, as flat indices: by an answer that is on its way, else by the
  /// person so far.
  public var shownToggles: Set<Int> {
    let layout = head.grid.layout
    for case .decide(let answer) in outstanding where answer.number == head.proposal?.number {
      guard case .toggle(let ids) = answer.verdict else { return [] }
      return Set(ids.map { layout.index(of: $0) })
    }
    return inspector.toggled
  }

  /// The decision to show; nil where there is none.
  var inspected: InspectedDecision? {
    let state = state
    let layout = state.grid.layout
    guard layout.count > 0 else { return nil }
    if let proposal = shownProposal {
      return InspectedDecision(
        proposal, before: head.aliveMask, isProposal: true, toggled: shownToggles, layout: layout)
    }
    guard state.decisionCount > 0 else { return nil }
    let query = inspectionQuery(state)
    if let inspection, inspection.query.step == query.step, inspection.query.number == query.number,
      let choice = inspection.choice
    {
      // An answer to another question is none to this one.
      var current = inspection
      if current.query.whatIf != query.whatIf { current.whatIf = nil }
      return InspectedDecision(
        choice.decision, before: choice.aliveBefore, isProposal: false, layout: layout,
        inspection: current)
    }
    return state.scoredDecision.map {
      InspectedDecision($0, before: nil, isProposal: false, layout: layout)
    }
  }

  /// What is to be looked up for a state.
  func inspectionQuery(_ state: DashboardState) -> Inspection.Query {
    // The decision's own step, not the run's: steps that go by without a decision ask nothing anew.
    Inspection.Query(
      step: state.lastDecision?.step ?? state.step, number: state.decisionCount,
      whatIf: inspector.whatIf)
  }

  /// What the decision view would like to be told.
  var inspectionWants: [Want] {
    guard view == .decision, shownProposal == nil else { return [] }
    let state = state
    guard state.decisionCount > 0 else { return [] }
    let query = inspectionQuery(state)
    var wants: [Want] = inspection?.query == query ? [] : [.inspection(query)]
    if let steps = stepsAround(decisionAt: query.step), stepLosses?.steps != steps {
      wants.append(.losses(steps))
    }
    return wants
  }

  /// How many steps before a decision, and after it, its loss is averaged over: those between two
  /// decisions, as long as they are few.
  var stepsAroundDecision: Int { min(32, max(8, state.plan?.decisionInterval ?? 8)) }

  /// The steps before and after a decision whose losses are shown, as far as they are recorded.
  func stepsAround(decisionAt step: Int) -> ClosedRange<Int>? {
    let count = stepsAroundDecision
    let last = head.history.lastStep
    guard step > 0, step <= last else { return nil }
    return max(1, step - count + 1)...min(last, step + count)
  }
}
