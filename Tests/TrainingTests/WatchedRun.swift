import Allocation
import Foundation
import RunEvents
import Testing
import Training

/// A toy run in which somebody looks at one decision before it is applied.
struct WatchedRun {
  static let steps = 60
  static let slots = 4
  static let deciding = AllocatorKind.allCases.filter { $0 != .lora }

  private static let options: AllocatorOptions = {
    var options = AllocatorOptions()
    options.rank = 2
    return options
  }()

  let events: [RunEvent]
  let stop: Stop
  let learner: ToyLearner

  /// Trains; what waits longer than the timeout is applied, so that no mistake waits for ever.
  init(
    _ kind: AllocatorKind, _ requests: [RunScript.Request] = [], timeout: Double? = 30,
    script: [ScriptedIntervention] = []
  ) throws {
    learner = ToyLearner(rank: Self.slots)
    learner.adapters.start(kind.recipe, seed: 1)
    let outlet = RunScript(requests)
    stop = try outlet.train(
      learner, kind, steps: Self.steps, allocation: Self.options, proposalTimeout: timeout,
      script: script)
    events = outlet.events
  }

  /// Without what tells of the proposal.
  var others: [String] {
    events.filter {
      switch $0 {
      case .proposed, .intervention: false
      default: true
      }
    }.withoutTimes
  }

  /// With interventions as they are whoever has numbered them, and whenever they were asked for.
  var repeatable: [String] {
    events.map { event -> RunEvent in
      guard case .intervention(var record) = event else { return event }
      (record.id, record.requestedAt) = (0, 0)
      return .intervention(record)
    }.withoutTimes
  }

  /// What was done to it, as it is done again.
  var script: [ScriptedIntervention] {
    events.interventions.filter { $0.outcome == .applied }.map {
      ScriptedIntervention(step: $0.step ?? 0, intervention: $0.intervention, author: $0.author)
    }
  }

  /// Why a request was rejected; nil when it was not.
  func rejection(_ index: Int) -> String? {
    let records = events.interventions
    guard index < records.count, case .rejected(let reason) = records[index].outcome else {
      return nil
    }
    return reason
  }
}

extension Decision {
  /// A decision of an untouched run that changes something, neither the first such nor the last where there
  /// are several.
  init(of kind: AllocatorKind) throws {
    let all = try WatchedRun(kind).events.decisions.filter {
      !$0.pruned.isEmpty || !$0.grown.isEmpty
    }
    self = try #require(all.count > 1 ? all[all.count / 2] : all.first)
  }

  /// Alive before it.
  var before: [Bool] {
    var alive = alive
    for id in pruned { alive[id.module * WatchedRun.slots + id.slot] = true }
    for id in grown { alive[id.module * WatchedRun.slots + id.slot] = false }
    return alive
  }

  /// Alive after it when some get the opposite fate.
  func toggling(_ chosen: [ComponentID]) -> [Bool] {
    var alive = alive
    for id in chosen { alive[id.module * WatchedRun.slots + id.slot].toggle() }
    return alive
  }

  /// A person's answer to it.
  func answer(_ verdict: DecisionAnswer.Verdict) -> Intervention {
    .decide(DecisionAnswer(number: number, verdict: verdict))
  }

  /// Asks to see it, and for these things while it waits.
  func requests(_ asked: [Intervention]) -> [RunScript.Request] {
    [.init(after: step - 1, ask: .propose)]
      + asked.enumerated().map { .init(after: step - 1, ask: $1, polls: 1 + $0) }
  }

  /// Components that a person may want otherwise: two of each sort that there is.
  var someOfEachSort: [ComponentID] {
    let slots = WatchedRun.slots
    let ids = alive.indices.map { ComponentID(module: $0 / slots, slot: $0 % slots) }
    let changed = Set(pruned + grown)
    let others = ids.filter { !changed.contains($0) }
    let kept = others.filter { alive[$0.module * slots + $0.slot] }
    let dead = others.filter { !alive[$0.module * slots + $0.slot] }
    return Array(pruned.prefix(2)) + Array(grown.prefix(2))
      + (allocator == "incre" ? [] : Array(kept.suffix(2))) + Array(dead.suffix(2))
  }
}
