import Allocation
import Foundation
import RunEvents
import Synchronization
import Tensors
import Training

/// A short run of the planted task with everything it publishes, and interventions at given steps.
final class PlantedRun: Sendable {
  private let state = Mutex((events: [RunEvent](), asked: [(step: Int, what: Intervention)]()))

  /// Everything published, in order.
  var events: [RunEvent] { state.withLock { $0.events } }
  var reports: [StepReport] {
    events.compactMap { if case .step(let report) = $0 { report } else { nil } }
  }
  var decisions: [Decision] {
    events.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
  }
  var interventions: [InterventionRecord] {
    events.compactMap { if case .intervention(let record) = $0 { record } else { nil } }
  }

  /// Trains; each intervention is asked for once its step is finished.
  ///
  /// - Parameter fails: Step whose report the outlet refuses, to play a full disk.
  func train(
    _ kind: AllocatorKind, seed: UInt64 = 1, steps: Int = 60, threads: Int = 2,
    learner: ((PlantedLearner) -> any Learner)? = nil,
    ask: [(step: Int, what: Intervention)] = [], fails: Int? = nil
  ) throws -> Stop {
    try OpenBLAS.open()
    state.withLock { $0 = ([], ask) }
    let task = PlantedTask(seed: 1)
    let rank = kind == .lora ? 2 : 4
    let planted = PlantedLearner(
      task: task, rank: rank, scale: kind.recipe.scale(alpha: 4, startRank: rank),
      threads: threads)
    planted.adapters.start(kind.recipe, seed: seed)
    var allocation = AllocatorOptions()
    allocation.rank = 2
    allocation.initialRank = rank
    let run = try TrainingRun(
      learner: learner?(planted) ?? planted, kind: kind,
      layout: ComponentLayout(capacities: planted.adapters.adapters.map(\.rank)),
      options: TrainingOptions(
        totalSteps: steps, stepsPerEpoch: steps, rate: 1e-2, headRate: 0, evaluationInterval: steps,
        threads: threads, seed: seed),
      allocatorOptions: allocation,
      outlet: TrainingRun.Outlet(
        publish: { [self] event in
          if case .step(let report) = event, report.step == fails {
            throw CocoaError(.fileWriteOutOfSpace)
          }
          state.withLock { $0.events.append(event) }
          return 0
        },
        interventions: { [self] in takeDue() }))
    return try run.run()
  }

  private func takeDue() -> [InterventionRecord] {
    state.withLock { state in
      let step = state.events.last { if case .step = $0 { true } else { false } }?.step ?? 0
      let due = state.asked.filter { $0.step <= step }
      state.asked.removeAll { $0.step <= step }
      return due.enumerated().map { offset, item in
        InterventionRecord(
          id: Int64(offset + 1), intervention: item.what, author: "test", requestedAt: 0, step: nil,
          outcome: .pending)
      }
    }
  }
}
