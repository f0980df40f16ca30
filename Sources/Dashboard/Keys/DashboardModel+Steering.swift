import RunEvents

extension DashboardModel {
  /// Says why a run cannot be steered, if it cannot.
  mutating func refusesToSteer(now: Double) -> Bool {
    if mode == .readOnly {
      say("read-only: this run is watched, not steered", .warning, now: now)
      return true
    }
    if head.isStopped || hasTrainerDied {
      say("the run is over: there is nothing to steer", .warning, now: now)
      return true
    }
    return false
  }

  mutating func steer(_ command: Command, now: Double) -> [Action] {
    if refusesToSteer(now: now) { return [] }
    switch command {
    case .togglePause:
      return isHeld
        ? ask(.resume, "asked to go on", now: now)
        : ask(.pause, "asked to pause before the next step", now: now)
    case .openAllocators:
      let current = allocators.firstIndex { $0.name == head.allocator } ?? 0
      if !allocators.isEmpty { overlay = .allocators(choice: current) }
    case .propose:
      if outstanding.contains(.propose) {
        say("asked for already: the next decision is proposed", .good, now: now)
        return []
      }
      if let proposal = head.proposal {
        say("decision \(proposal.number) waits for your answer", .warning, now: now)
        return []
      }
      return ask(.propose, "the next decision is proposed before it is applied", now: now)
    case .checkpoint:
      return ask(.checkpoint, "checkpoint asked for, before the next step", now: now)
    case .pin: return change(.pin, now: now)
    case .release: return change(.release, now: now)
    case .pinPattern:
      overlay = .rule(RulePrompt(purpose: .pin, pattern: selectedPattern))
    case .cap:
      overlay = .rule(RulePrompt(purpose: .cap, pattern: selectedPattern))
    default: break
    }
    return []
  }

  mutating func changeBudget(by components: Int, now: Double) -> [Action] {
    if refusesToSteer(now: now) { return [] }
    guard let wanted = wantedBudget else { return [] }
    let most = max(1, head.largestBudget)
    let budget = min(max(wanted + components * head.budgetStep, 1), most)
    draft = BudgetDraft(budget: budget, due: now + Self.draftSeconds)
    return []
  }

  /// Sends a request and shows that it is on its way.
  mutating func ask(_ intervention: Intervention, _ text: String, now: Double) -> [Action] {
    outstanding.append(intervention)
    say(text, now: now)
    message?.request = intervention
    return [.request(intervention)]
  }

  /// Takes back a request that could not be written, and says why.
  public mutating func withdraw(_ intervention: Intervention, because reason: String, now: Double) {
    if let index = outstanding.lastIndex(of: intervention) { outstanding.remove(at: index) }
    say(reason, .bad, now: now)
  }

  // MARK: Pins and caps

  /// The chosen module as a pattern.
  private var selectedPattern: String? {
    guard let selection,
      let module = state.grid.module(row: selection.row, column: selection.column)
    else { return nil }
    return state.pattern(of: module)
  }

  /// Pins or releases the chosen module; asks which where none is chosen.
  private mutating func change(_ purpose: RulePrompt.Purpose, now: Double) -> [Action] {
    guard let selectedPattern else {
      overlay = .rule(RulePrompt(purpose: purpose))
      return []
    }
    let rule = ModuleRule(pattern: selectedPattern)
    let intervention: Intervention = purpose == .pin ? .pin(rule) : .release(rule)
    if let problem = head.refusal(of: intervention, after: outstanding) {
      say(problem, .warning, now: now)
      return []
    }
    return ask(intervention, "\(intervention.text) asked for", now: now)
  }

  mutating func acceptRule(now: Double) -> [Action] {
    guard case .rule(var prompt) = overlay else { return [] }
    if prompt.text.isEmpty && prompt.pattern == nil {
      overlay = .none
      return []
    }
    let intervention = prompt.intervention
    prompt.problem =
      intervention.map { head.refusal(of: $0, after: outstanding) } ?? prompt.explanation
    guard let intervention, prompt.problem == nil else {
      overlay = .rule(prompt)
      return []
    }
    overlay = .none
    return ask(intervention, "\(intervention.text) asked for", now: now)
  }
}
