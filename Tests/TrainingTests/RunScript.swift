import Allocation
import Foundation
import LanguageModels
import RunEvents
import Synchronization
import Training

/// Keeps what a run publishes, and asks of it what a test wants, when it wants it.
final class RunScript: Sendable {
  /// A request, and when it is made.
  struct Request: Sendable {
    /// Last step finished when it is made.
    var after: Int
    /// What is asked.
    var ask: Intervention
    /// How often the run must have come for requests at that step before.
    var polls = 0
  }

  /// What the outlet throws on purpose.
  struct Broken: Error, Equatable { var at: Int }

  private struct State {
    var events: [RunEvent] = []
    var requests: [Request]
    var polls = 0
    var lastStep = 0
    var asked: Int64 = 0
  }

  private let state: Mutex<State>
  private let breaksAtEvent: Int?
  private let breaksAtPoll: Int?

  init(_ requests: [Request] = [], breaksAtEvent: Int? = nil, breaksAtPoll: Int? = nil) {
    state = Mutex(State(requests: requests))
    self.breaksAtEvent = breaksAtEvent
    self.breaksAtPoll = breaksAtPoll
  }

  /// Everything published so far.
  var events: [RunEvent] { state.withLock { $0.events } }

  var outlet: TrainingRun.Outlet {
    TrainingRun.Outlet(
      publish: { [self] event in
        try state.withLock { state in
          state.events.append(event)
          if case .step(let report) = event { (state.lastStep, state.polls) = (report.step, 0) }
          if state.events.count == breaksAtEvent { throw Broken(at: state.events.count) }
        }
        return 0
      },
      interventions: { [self] in
        try state.withLock { state in
          if state.lastStep == breaksAtPoll { throw Broken(at: state.lastStep) }
          let (step, polls) = (state.lastStep, state.polls)
          state.polls += 1
          let due = state.requests.filter { $0.after == step && $0.polls <= polls }
          state.requests.removeAll { $0.after == step && $0.polls <= polls }
          return due.map { request in
            state.asked += 1
            return InterventionRecord(
              id: state.asked, intervention: request.ask, author: "test", requestedAt: 0,
              step: nil, outcome: .pending)
          }
        }
      })
  }

  /// Trains a learner to its end.
  func train(
    _ learner: any Learner, _ kind: AllocatorKind, steps: Int, threads: Int = 1, seed: UInt64 = 1,
    rate: Float = 1e-2, startRank: Int? = nil,
    allocation: AllocatorOptions = AllocatorOptions(), proposalTimeout: Double? = nil,
    script: [ScriptedIntervention] = []
  ) throws -> Stop {
    var options = TrainingOptions(
      totalSteps: steps, stepsPerEpoch: steps, rate: rate, headRate: rate,
      statisticsInterval: 5, evaluationInterval: max(1, steps / 2), threads: threads,
      seed: seed)
    options.proposalTimeout = proposalTimeout
    let run = try TrainingRun(
      learner: learner, kind: kind, startRank: kind.recipe.fixedStartRank ?? startRank,
      options: options, allocatorOptions: allocation, script: script, outlet: outlet)
    return try run.run()
  }
}

extension [RunEvent] {
  var steps: [StepReport] { compactMap { if case .step(let report) = $0 { report } else { nil } } }
  var decisions: [Decision] {
    compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
  }
  var interventions: [InterventionRecord] {
    compactMap { if case .intervention(let record) = $0 { record } else { nil } }
  }
  var proposals: [Decision] {
    compactMap { if case .proposed(let decision) = $0 { decision } else { nil } }
  }
  var plans: [Plan] { compactMap { if case .planned(let plan) = $0 { plan } else { nil } } }
  var statistics: [ModuleStatistics] {
    compactMap { if case .statistics(let statistics) = $0 { statistics } else { nil } }
  }
  var evaluations: [Evaluation] {
    compactMap { if case .evaluation(let evaluation) = $0 { evaluation } else { nil } }
  }

  /// Every event in words, exact to the last bit of every number, but without durations and what
  /// tells of nothing else.
  var withoutTimes: [String] {
    compactMap { event -> String? in
      switch event {
      case .progress: return nil
      case .step(var report):
        (report.seconds, report.elapsed, report.wait) = (0, 0, 0)
        return "\(report)"
      case .evaluation(let evaluation):
        let metrics = evaluation.metrics.sorted { $0.key < $1.key }
        return "evaluation \(evaluation.step) \(evaluation.loss) \(metrics)"
      default: return "\(event)"
      }
    }
  }
}
