import Allocation
import Foundation
import LanguageModels
import RunEvents
import Testing
import Training

/// Checkpoints that cannot be used.
@Suite struct CheckpointErrorTests {
  private static func checkpoint(_ learner: ToyLearner = ToyLearner(rank: 3)) throws -> Data {
    learner.adapters.start(AllocatorKind.adalora.recipe, seed: 1)
    let run = try TrainingRun(
      learner: learner, kind: .adalora,
      options: TrainingOptions(
        totalSteps: 40, stepsPerEpoch: 40, rate: 1e-2, headRate: 1e-2, evaluationInterval: 40,
        threads: 1, seed: 1),
      allocatorOptions: options, outlet: RunScript().outlet)
    _ = try run.run()
    return try run.checkpoint().data()
  }

  private static let options: AllocatorOptions = {
    var options = AllocatorOptions()
    options.rank = 2
    return options
  }()

  private func restore(_ data: Data, into learner: ToyLearner) throws {
    _ = try TrainingRun(
      learner: learner, kind: .adalora,
      options: TrainingOptions(
        totalSteps: 80, stepsPerEpoch: 40, rate: 1e-2, headRate: 1e-2, evaluationInterval: 40,
        threads: 1, seed: 1),
      allocatorOptions: Self.options, restoring: RunCheckpoint(data), outlet: RunScript().outlet)
  }

  /// Replaces text of the same length in the header.
  private func patched(_ data: Data, _ old: String, _ new: String) throws -> Data {
    var data = data
    let range = try #require(data.range(of: Data(old.utf8)))
    data.replaceSubrange(range, with: Data(new.utf8))
    return data
  }

  @Test func `other ranks, another model`() throws {
    let data = try Self.checkpoint()
    for learner in [ToyLearner(rank: 2), ToyLearner(rank: 3, scale: 2)] {
      let before = learner.adapters.parameters.array
      let error = #expect(throws: RunCheckpointError.self) { try restore(data, into: learner) }
      #expect(error?.code == .doesNotFit)
      #expect(error?.message.contains("use the same model, rank and alpha") == true)
      #expect(learner.adapters.parameters.array == before, "nothing was restored")
    }
    try restore(data, into: ToyLearner(rank: 3))
  }

  @Test func `every truncation is refused`() throws {
    let data = try Self.checkpoint()
    for count in stride(from: 0, to: data.count, by: max(1, data.count / 97)) {
      let error = #expect(throws: RunCheckpointError.self) { try RunCheckpoint(data.prefix(count)) }
      #expect(error?.code == .damaged, "\(count)")
    }
  }

  @Test func `a changed byte is noticed by the fingerprint, and never ends the process`() throws {
    let data = try Self.checkpoint()
    let fingerprint = Fingerprint.text(of: data)
    _ = try RunCheckpoint(data, fingerprint: fingerprint)
    for place in stride(from: 0, to: data.count, by: max(1, data.count / 211)) {
      var bad = data
      bad[place] ^= 0x15
      let error = #expect(throws: RunCheckpointError.self) {
        try RunCheckpoint(bad, fingerprint: fingerprint)
      }
      #expect(error?.code == .damaged)
      _ = try? RunCheckpoint(bad)
    }
  }

  @Test func `an unknown allocator and another version are named`() throws {
    let data = try Self.checkpoint()
    let unknown = try patched(data, "\"allocator\":\"adalora\"", "\"allocator\":\"adamora\"")
    var error = #expect(throws: RunCheckpointError.self) { try RunCheckpoint(unknown) }
    #expect(error?.code == .unknownAllocator)
    #expect(error?.message.contains("'adamora'") == true)
    let newer = try patched(data, "\"version\":\"1\"", "\"version\":\"9\"")
    error = #expect(throws: RunCheckpointError.self) { try RunCheckpoint(newer) }
    #expect(error?.code == .otherVersion)
    #expect(error?.message.contains("format 9") == true)
  }
}
