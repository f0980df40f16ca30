import Allocation
import Foundation
import RunEvents

extension TrainingRun {
  /// Does what people asked since the last step; waits while the run is paused.
  func handleInterventions() throws {
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
      do {
        try seat.change(to: name, after: step)
        regroup()
        planChanged = true
      } catch {
        done.outcome = .rejected(error.description)
      }
    }
    try send(.intervention(done))
    if planChanged { try send(.planned(plan)) }
  }
}
