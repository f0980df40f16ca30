import Allocation
import Foundation
import LanguageModels
import RunEvents
import Synchronization
import Testing
import Training

/// A run that is taken up from a checkpoint is the run that was never interrupted.
@Suite(.timeLimit(.minutes(2))) struct CheckpointTests {
  static let steps = 60
  static let rank = 4

  /// Steps in the warm-up, the budget phase, at decisions and after the last one.
  static let places = [1, 7, 12, 18, 20, 30, 45, 59]

  private static let options: AllocatorOptions = {
    var options = AllocatorOptions()
    options.rank = 2
    return options
  }()

  private static func training(every interval: Int? = nil) -> TrainingOptions {
    var options = TrainingOptions(
      totalSteps: steps, stepsPerEpoch: steps / 2, rate: 1e-2, headRate: 1e-2, weightDecay: 0.01,
      statisticsInterval: 5, evaluationInterval: 30, threads: 1, seed: 1)
    options.checkpointInterval = interval
    return options
  }

  /// A script in which every kind of change happens.
  private static let script: [ScriptedIntervention] = [
    .init(step: 2, intervention: .pin(ModuleRule("L0.q:3")!), author: "test"),
    .init(step: 4, intervention: .cap(ModuleRule("L1.up:1")!), author: "test"),
    .init(step: 14, intervention: .budget(22), author: "test"),
    .init(step: 25, intervention: .allocator("adalora"), author: "test"),
    .init(step: 41, intervention: .release(ModuleRule("L0.q")!), author: "test"),
  ]

  /// Trains, keeps every checkpoint, and returns events and parameters.
  private func run(
    _ kind: AllocatorKind, script: [ScriptedIntervention] = [], every interval: Int? = nil,
    from checkpoint: RunCheckpoint? = nil
  ) throws -> (events: [RunEvent], parameters: [Float], stop: Stop, kept: [WrittenCheckpoint]) {
    let learner = ToyLearner(rank: Self.rank)
    // What is restored must not depend on what was there.
    learner.adapters.start(kind.recipe, seed: checkpoint == nil ? 1 : 99)
    let recording = RunScript()
    let kept = Kept()
    var outlet = recording.outlet
    outlet.keepCheckpoint = {
      kept.list.withLock { [checkpoint = $0] in $0.append(checkpoint) }
      return 0
    }
    let run = try TrainingRun(
      learner: learner, kind: kind, startRank: kind.recipe.fixedStartRank,
      options: Self.training(every: interval), allocatorOptions: Self.options, script: script,
      fingerprints: ["train": "abc"],
      restoring: checkpoint, outlet: outlet)
    let stop = try run.run()
    return (
      recording.events, learner.adapters.parameters.array, stop, kept.list.withLock { $0 }
    )
  }

  private final class Kept: Sendable {
    let list = Mutex<[WrittenCheckpoint]>([])
  }

  private func withoutNotes(_ events: [RunEvent]) -> [RunEvent] {
    events.filter { if case .checkpoint = $0 { false } else { true } }
  }

  @Test(arguments: AllocatorKind.allCases, [false, true])
  func `a restored run goes on bit for bit`(kind: AllocatorKind, isSteered: Bool) throws {
    let script = isSteered ? Self.script : []
    let whole = try run(kind, script: script)
    let kept = try run(kind, script: script, every: 1)
    #expect(withoutNotes(kept.events).withoutTimes == whole.events.withoutTimes)
    #expect(kept.parameters == whole.parameters)
    #expect(kept.kept.map(\.step) == Array(1...Self.steps))
    for place in Self.places {
      let written = kept.kept[place - 1]
      let checkpoint = try RunCheckpoint(written.data, fingerprint: written.fingerprint)
      #expect(checkpoint.step == place && checkpoint.fingerprints == ["train": "abc"])
      #expect(checkpoint.script.map(\.step) == script.map(\.step).filter { $0 >= place })
      let rest = try run(kind, script: checkpoint.script, from: checkpoint)
      let note = try #require(
        kept.events.firstIndex {
          if case .checkpoint(let note) = $0 { note.step == place } else { false }
        })
      let later = withoutNotes(Array(kept.events[note...]))
      #expect(rest.events.withoutTimes == later.withoutTimes, "\(kind) from step \(place)")
      #expect(rest.parameters == whole.parameters, "\(kind) from step \(place)")
      #expect(rest.stop.step == whole.stop.step && rest.stop.tokens == whole.stop.tokens)
      #expect(rest.stop.seconds >= checkpoint.elapsed)
    }
  }

  @Test(arguments: AllocatorKind.allCases)
  func `a checkpoint of a restored run is that of the first one`(kind: AllocatorKind) throws {
    let first = try run(kind, script: Self.script, every: 10).kept
    let restored = try RunCheckpoint(first[1].data)
    let second = try run(kind, script: restored.script, every: 10, from: restored).kept
    for (a, b) in zip(first[2...], second) {
      // Elapsed time is all that may differ, and it is in the header.
      let (x, y) = (try tail(a.data), try tail(b.data))
      #expect(a.step == b.step && x == y)
    }
    #expect(second.count == first.count - 2)
  }

  /// The tensors of a safetensors file.
  private func tail(_ data: Data) throws -> Data {
    let header = data.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    return data.dropFirst(8 + header)
  }

  @Test(arguments: [AllocatorKind.adalora, .incre, .diffora])
  func `what somebody asked to see is shown after a restoration, too`(kind: AllocatorKind) throws {
    let answer = DecisionAnswer(number: 1, verdict: .veto)
    let script: [ScriptedIntervention] = [
      .init(step: 2, intervention: .propose, author: "test"),
      .init(step: 59, intervention: .decide(answer), author: "test"),
    ]
    let whole = try run(kind, script: script)
    let proposal = try #require(whole.events.proposals.first)
    #expect(whole.events.proposals.count == 1 && whole.events.decisions[0].pruned.isEmpty)
    let kept = try run(kind, script: script, every: 1).kept
    for place in [5, proposal.step - 1, proposal.step] {
      let checkpoint = try RunCheckpoint(kept[place - 1].data)
      #expect(checkpoint.isProposing == (place < proposal.step))
      let rest = try run(kind, script: checkpoint.script, from: checkpoint)
      #expect(rest.events.proposals.count == (place < proposal.step ? 1 : 0))
      #expect(rest.parameters == whole.parameters, "\(kind) from step \(place)")
    }
  }

  @Test func `a checkpoint asked for is written at once, with everything asked before it`() throws {
    let asked =
      Self.script + [
        .init(step: 25, intervention: .checkpoint, author: "test"),
        .init(step: 25, intervention: .budget(20), author: "test"),
      ]
    let whole = try run(.dora, script: asked)
    #expect(whole.kept.map(\.step) == [25] && whole.kept[0].wasAsked)
    let checkpoint = try RunCheckpoint(whole.kept[0].data)
    #expect(checkpoint.allocator.name == "adalora")
    // The request itself is done; what came after it at the same step is not.
    #expect(checkpoint.script.map(\.intervention.kind) == ["budget", "release"])
    let rest = try run(.dora, script: checkpoint.script, from: checkpoint)
    #expect(rest.parameters == whole.parameters)
    let names = whole.events.map { "\($0)".prefix(12) }
    let note = try #require(names.firstIndex { $0.hasPrefix("checkpoint") })
    guard case .intervention(let record) = whole.events[note - 1] else {
      Issue.record("the request is recorded before the note")
      return
    }
    #expect(record.intervention == .checkpoint && record.outcome == .applied)
  }

  @Test func `where none are kept a request is rejected`() throws {
    let recording = RunScript([.init(after: 5, ask: .checkpoint)])
    let learner = ToyLearner(rank: 2)
    learner.adapters.start(AllocatorKind.lora.recipe, seed: 1)
    _ = try recording.train(learner, .lora, steps: 10, allocation: Self.options)
    #expect(
      recording.events.interventions.map(\.outcome) == [.rejected("this run keeps no checkpoints")])
  }

  @Test func `a run that ends in order leaves its last checkpoint`() throws {
    for stops in [false, true] {
      let recording = RunScript(stops ? [.init(after: 17, ask: .stop)] : [])
      let learner = ToyLearner(rank: 2)
      learner.adapters.start(AllocatorKind.dora.recipe, seed: 1)
      let kept = Kept()
      var outlet = recording.outlet
      outlet.keepCheckpoint = { written in
        kept.list.withLock { $0.append(written) }
        return 0
      }
      var options = Self.training(every: 20)
      options.checkpointsAtEnd = true
      let run = try TrainingRun(
        learner: learner, kind: .dora, options: options, allocatorOptions: Self.options,
        outlet: outlet)
      let stop = try run.run()
      let steps = kept.list.withLock { $0.map(\.step) }
      #expect(steps == (stops ? [17] : [20, 40, 60]) && stop.step == steps.last)
      #expect(kept.list.withLock { $0.allSatisfy { !$0.wasAsked } })
    }
  }

  @Test func `what cannot be done at a fork is found out before`() throws {
    let written = try run(.dora, every: 30).kept[0]
    let checkpoint = try RunCheckpoint(written.data)
    let rehearsal = try TrainingRun(
      learner: ToyLearner(rank: Self.rank), kind: .dora, options: Self.training(),
      allocatorOptions: Self.options, restoring: checkpoint, outlet: RunScript().outlet)
    func item(_ intervention: Intervention) -> ScriptedIntervention {
      .init(step: 30, intervention: intervention, author: "test")
    }
    #expect(rehearsal.refusal(of: [item(.budget(20)), item(.allocator("adalora"))]) == nil)
    #expect(rehearsal.refusal(of: [item(.budget(0))]) != nil)
    #expect(rehearsal.refusal(of: [item(.allocator("magic"))])?.contains("magic") == true)
  }
}
