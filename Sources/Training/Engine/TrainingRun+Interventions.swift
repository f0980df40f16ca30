import Allocation
import Foundation
import RunEvents

extension TrainingRun {
  /// Does what people asked since the last step; waits while the run is paused.
  func handleInterventions() throws {
    while let next = script.firstIndex(where: { !isAwaited($0.intervention) }),
      script[next].step <= step
    {
      try handle(script.remove(at: next).record)
    }
    while !deferred.isEmpty { try handle(deferred.removeFirst()) }
    repeat {
      for record in try outlet.interventions() { try handle(record) }
      if isPaused && !stopRequested { Thread.sleep(forTimeInterval: 0.02) }
    } while isPaused && !stopRequested
  }

  private func handle(_ record: InterventionRecord) throws {
    var done = record
    done.step = step
    if case .checkpoint = record.intervention {
      done.outcome = .applied
      guard let reason = try keepCheckpoint(asked: done) else { return }
      done.outcome = .rejected(reason)
      return try send(.intervention(done))
    }
    done.outcome = attempt(record)
    try send(.intervention(done))
    guard case .applied = done.outcome else { return }
    switch record.intervention {
    case .budget, .allocator: try publishPlan()
    case .pin, .cap, .release:
      try publishPlan()
      try send(.constraints(step: step, seat.constraints))
    case .pause, .resume, .stop, .checkpoint, .propose, .decide, .runOn, .unknown: break
    }
  }

  /// Does what is asked, unless it cannot be.
  func attempt(_ record: InterventionRecord) -> InterventionRecord.Outcome {
    var refusal: String?
    switch record.intervention {
    case .pause: isPaused = true
    case .resume: isPaused = false
    case .stop: stopRequested = true
    case .budget(let budget): refusal = seat.setTarget(budget, after: step)
    case .allocator(let name):
      refusal = seat.change(to: name, after: step)
      if refusal == nil {
        regroup()
        learner.publish()
      }
    case .pin, .cap, .release: refusal = constrain(record.intervention)
    case .propose:
      if plan.nextDecision(after: step) == nil {
        refusal =
          "\(seat.allocator.name) takes no decision after step \(step): there is none to show"
      } else {
        isProposing = true
      }
    case .runOn: isProposing = false
    case .decide(let answer):
      refusal =
        "no decision waits for an answer, so that \(answer.number) cannot be decided: "
        + "ask to see the next one first"
    case .checkpoint: break
    case .unknown(let kind, let value):
      refusal =
        "'\(kind)' with '\(value ?? "")' is no request: give pause, resume, stop, checkpoint, "
        + "propose, run-on, decide NUMBER apply (or veto, or toggle MODULE#SLOT ...), "
        + "budget N, allocator NAME, or pin, cap or release with a pattern"
    }
    return refusal.map { .rejected($0) } ?? .applied
  }

  /// Changes pins and caps; returns why not, if not.
  private func constrain(_ intervention: Intervention) -> String? {
    var wanted = seat.constraints
    let refusal: String? =
      switch intervention {
      case .pin(let rule):
        wanted.pin(rule, modules: seat.modules, alive: seat.allocator.alive)
      case .cap(let rule): wanted.cap(rule, modules: seat.modules)
      case .release(let rule): wanted.release(rule, modules: seat.modules)
      default: nil
      }
    return refusal ?? seat.setConstraints(wanted, after: step)
  }
}
