import Foundation
import RunEvents

extension TrainingRun {
  /// Whether a scripted intervention is an answer that its decision takes for itself.
  func isAwaited(_ intervention: Intervention) -> Bool {
    guard case .decide(let answer) = intervention else { return false }
    return answer.number > seat.decisions
  }

  /// Shows a decision before it is applied, and waits for what becomes of it.
  ///
  /// Answers are taken up at once, and so are `run-on` and `stop`, after which it is applied as it is.
  /// Everything else that people ask meanwhile waits, in its order, until the step is done. What is
  /// scripted (a run done again) does not wait.
  ///
  /// - Returns: The decision as it is to be applied.
  func settle(_ proposal: Decision) throws -> Decision {
    isProposing = false
    watch.pause()
    defer { watch.resume() }
    try send(.proposed(proposal))
    let shown = ContinuousClock.now
    while true {
      while let item = takeScripted(for: proposal) {
        if let decision = try take(item.record, proposal) { return decision }
      }
      let asked = try outlet.interventions()
      for (place, record) in asked.enumerated() {
        if let decision = try take(record, proposal) {
          deferred += asked[(place + 1)...]
          return decision
        }
      }
      if let timeout = options.proposalTimeout,
        (ContinuousClock.now - shown).seconds >= timeout
      {
        let record = InterventionRecord(
          id: 0, intervention: .decide(DecisionAnswer(number: proposal.number, verdict: .apply)),
          author: "ranktop", requestedAt: Date().timeIntervalSince1970, step: nil,
          outcome: .pending)
        if let decision = try take(record, proposal) { return decision }
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  /// What a script has for a proposal: its answer, or what ended its wait in the run that is done again.
  private func takeScripted(for proposal: Decision) -> ScriptedIntervention? {
    let index = script.firstIndex { item in
      switch item.intervention {
      case .decide(let answer): answer.number == proposal.number
      case .runOn, .stop: item.step == proposal.step
      default: false
      }
    }
    return index.map { script.remove(at: $0) }
  }

  /// Refuses what was asked in the wait to be proposed next: whoever lets the run go on waits for nothing.
  private func takeBackProposals() throws {
    for record in deferred where record.intervention == .propose {
      var refused = record
      refused.step = step
      refused.outcome = .rejected("the run was asked to go on")
      try send(.intervention(refused))
    }
    deferred.removeAll { $0.intervention == .propose }
  }

  /// Takes up a request while a decision waits.
  ///
  /// - Returns: The decision as it is to be applied, if the request settles it.
  private func take(_ record: InterventionRecord, _ proposal: Decision) throws -> Decision? {
    var done = record
    done.step = step
    done.outcome = .applied
    var decision: Decision? = proposal
    switch record.intervention {
    case .decide(let answer):
      do throws(AnswerRefusal) {
        decision = try seat.answer(answer, to: proposal, author: record.author)
      } catch {
        done.outcome = .rejected(error.sentence)
        decision = nil
      }
    case .runOn: try takeBackProposals()
    case .stop: stopRequested = true
    default:
      deferred.append(record)
      return nil
    }
    try send(.intervention(done))
    return decision
  }
}
