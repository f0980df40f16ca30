import Allocation
import Foundation
import RunEvents

extension TrainingRun {
  /// Does what people asked since the last step; waits while the run is paused.
  func handleInterventions() throws {
    while let next = script.first, next.step <= step {
      script.removeFirst()
      try handle(next.record)
    }
    repeat {
      for record in try outlet.interventions() { try handle(record) }
      if isPaused && !stopRequested { Thread.sleep(forTimeInterval: 0.02) }
    } while isPaused && !stopRequested
  }

  private func handle(_ record: InterventionRecord) throws {
    var done = record
    done.step = step
    done.outcome = .applied
    var planChanged = false
    var constraintsChanged = false
    switch record.intervention {
    case .pause: isPaused = true
    case .resume: isPaused = false
    case .stop: stopRequested = true
    case .budget(let budget):
      if let reason = seat.setTarget(budget, after: step) {
        done.outcome = .rejected(reason)
      } else {
        planChanged = true
      }
    case .allocator(let name):
      if let reason = seat.change(to: name, after: step) {
        done.outcome = .rejected(reason)
      } else {
        regroup()
        learner.publish()
        planChanged = true
      }
    case .pin, .cap, .release:
      if let reason = constrain(record.intervention) {
        done.outcome = .rejected(reason)
      } else {
        (planChanged, constraintsChanged) = (true, true)
      }
    case .checkpoint: break
    }
    try send(.intervention(done))
    if planChanged { try publishPlan() }
    if constraintsChanged { try send(.constraints(step: step, seat.constraints)) }
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
