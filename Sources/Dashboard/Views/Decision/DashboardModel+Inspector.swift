import RunEvents

extension DashboardModel {
  mutating func perform(_ command: InspectorCommand, now: Double) -> [Action] {
    if command.isAnswer { return answer(command, now: now) }
    switch command {
    case .order: nextOrder()
    case .filter:
      let filters = InspectorSettings.Filter.allCases
      let index = filters.firstIndex(of: inspector.filter) ?? 0
      inspector.filter = filters[(index + 1) % filters.count]
    case .threshold: inspector.chosen = nil
    case .budget, .judge, .reset: ask(command, now: now)
    case .apply, .veto, .toggle, .runOn: break
    }
    refreshCandidates()
    return []
  }

  /// Highest first, lowest first, and the same by the judge's scores where it has its own.
  private mutating func nextOrder() {
    inspector.isAscending.toggle()
    if inspector.list?.hasOwnScores != true {
      inspector.isByJudge = false
    } else if !inspector.isAscending {
      inspector.isByJudge.toggle()
    }
  }

  /// Changes the question; it never touches the run.
  private mutating func ask(_ command: InspectorCommand, now: Double) {
    guard shownProposal == nil, let decision = inspected?.decision else {
      return say("what if is asked of a decision that was taken", .warning, now: now)
    }
    switch command {
    case .budget(let components):
      let budget = (inspector.whatIf.budget ?? decision.budget) + components * state.budgetStep
      inspector.whatIf.budget = min(max(budget, 1), max(1, state.largestBudget))
      if inspector.whatIf.budget == decision.budget { inspector.whatIf.budget = nil }
    case .judge:
      let judges = inspection?.judges ?? []
      guard judges.count > 1 else {
        return say("no other allocator can judge it from what was recorded", .warning, now: now)
      }
      let now = inspector.whatIf.allocator ?? judges[0]
      let next = judges[((judges.firstIndex(of: now) ?? 0) + 1) % judges.count]
      inspector.whatIf.allocator = next == judges[0] ? nil : next
    default: inspector.whatIf = Inspection.WhatIf()
    }
  }

  // MARK: Proposals

  /// Whether an answer to what is proposed is on its way to the trainer.
  private var isAnswered: Bool {
    outstanding.contains { request in
      if case .decide(let answer) = request { return answer.number == head.proposal?.number }
      return request == .runOn
    }
  }

  /// Whether the trainer would wait for an answer in vain if the person left now.
  var leavesTrainerWaiting: Bool {
    guard mode == .live, !head.isStopped, !hasTrainerDied else { return false }
    if head.proposal == nil { return head.isAskedToPropose || outstanding.contains(.propose) }
    return !isAnswered || outstanding.contains(.propose)
  }

  private mutating func answer(_ command: InspectorCommand, now: Double) -> [Action] {
    guard let proposal = shownProposal else {
      if command == .runOn {
        leaveInspector()
      } else if let waiting = head.proposal {
        let key = keys.key(of: "end").map { ": \($0) shows it" } ?? ""
        say("decision \(waiting.number) waits for your answer\(key)", .warning, now: now)
      } else if command != .apply {
        let key = keys.key(of: "propose").map { ": \($0) has the next decision proposed" } ?? ""
        say("nothing is proposed\(key)", .warning, now: now)
      }
      return []
    }
    if mode == .readOnly {
      say("read-only: this run is watched, not steered", .warning, now: now)
      return []
    }
    let number = proposal.number
    if isAnswered {
      say("decision \(number) is answered, the trainer has not taken it up yet", now: now)
      return []
    }
    switch command {
    case .toggle:
      guard let chosen = inspector.chosen else {
        say("choose a component first, with up and down", .warning, now: now)
        return []
      }
      if let refusal = refusal(ofToggling: chosen, in: proposal) {
        say(refusal, .warning, now: now)
        return []
      }
      inspector.toggled.formSymmetricDifference([chosen])
      refreshCandidates()
      return []
    case .veto:
      return ask(
        .decide(DecisionAnswer(number: number, verdict: .veto)), "decision \(number) vetoed",
        now: now)
    case .runOn: return ask(.runOn, "the run goes on, as proposed", now: now)
    default:
      let layout = head.grid.layout
      let toggled = inspector.toggled.sorted().map { layout.id(at: $0) }
      let answer = DecisionAnswer(
        number: number, verdict: toggled.isEmpty ? .apply : .toggle(toggled))
      return ask(
        .decide(answer),
        toggled.isEmpty
          ? "decision \(number) applied" : "decision \(number) applied as edited", now: now)
    }
  }

  /// Why a component cannot be turned over, with what is turned over already; nil when it can.
  ///
  /// What is turned over can always be turned back where the whole would be refused anyway.
  private func refusal(ofToggling component: Int, in proposal: Decision) -> String? {
    guard let modules = head.manifest?.modules else { return nil }
    let layout = head.grid.layout
    guard proposal.alive.count == layout.count else {
      return "the proposal does not fit the run's modules: let the run go on with esc"
    }
    func refusal(_ toggled: Set<Int>) -> String? {
      head.constraints.refusal(
        ofToggling: toggled.map { layout.id(at: $0) }, in: proposal, modules: modules)
    }
    guard let reason = refusal(inspector.toggled.symmetricDifference([component])) else {
      return nil
    }
    if inspector.toggled.contains(component), refusal(inspector.toggled) != nil { return nil }
    return reason
  }

  private mutating func leaveInspector() {
    inspector.chosen = nil
    if isExpanded { isExpanded = false } else { show(.overview) }
  }

  /// A proposal has come, or has been answered.
  mutating func followProposal(before: Decision?) {
    guard head.proposal?.number != before?.number || (head.proposal == nil) != (before == nil)
    else { return }
    inspector.toggled = []
    inspector.chosen = nil
    inspector.list = nil
    digits = nil
    if head.proposal != nil { outstanding.removeAll { $0 == .propose } }
    // A person who types is not interrupted; the row above the keys says what waits.
    if head.proposal != nil, overlay == .none, !isBehind, mode == .live { show(.decision) }
    refreshCandidates()
  }

  // MARK: Candidates

  /// Chooses the candidate so many lines on.
  mutating func moveCandidate(by count: Int) {
    refreshCandidates()
    guard let list = inspector.list, list.lineCount > 0 else { return }
    let isAscending = inspector.isAscending
    let start =
      inspector.chosen.flatMap { list.line(of: $0, isAscending: isAscending) }
      ?? list.middle(isAscending: isAscending)
    var line = min(max(0, start + count), list.lineCount - 1)
    // Two thresholds may follow one another.
    for _ in 0..<2 where list.component(line: line, isAscending: isAscending) == nil {
      line = min(max(0, line + (count < 0 ? -1 : 1)), list.lineCount - 1)
    }
    inspector.chosen = list.component(line: line, isAscending: isAscending) ?? inspector.chosen
  }

  /// Sorts the candidates anew where the decision or what is asked of it has changed.
  mutating func refreshCandidates() {
    guard view == .decision, let inspected else { return }
    if inspector.list?.key != CandidateList.key(inspected, settings: inspector) {
      inspector.list = CandidateList(inspected, settings: inspector)
    }
  }
}
