import LanguageModels
import Synchronization
import Tensors
import TestSupport
import Testing

/// The fast round against a whole forward pass for every mask.
@Suite struct AblationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var family: EncoderFamily
    var layers = 3
    var heads = 3
    var kinds = Set(LinearKind.allCases)
    var rank = 3
    var lengths = [1, 9, 4, 17, 2]
    var testDescription: String {
      "\(family) \(layers) layers \(heads) heads \(kinds.map(\.label).sorted()) rank \(rank)"
    }
  }

  static let cases: [Case] =
    EncoderFamily.allCases.flatMap { family in
      [
        Case(family: family), Case(family: family, kinds: [.query, .down]),
        // More components than a head is wide.
        Case(family: family, layers: 2, heads: 6, kinds: [.value, .key], rank: 11),
        Case(family: family, layers: 1, heads: 2, lengths: [12]),
        // More rows than are computed together in a feed-forward layer.
        Case(family: family, layers: 2, rank: 2, lengths: Array(repeating: 27, count: 9)),
      ]
    } + LinearKind.allCases.map { Case(family: .bert, kinds: [$0]) }

  private func expectSame(
    _ found: AblationScores, _ wanted: AblationScores, alive: [Bool]
  ) {
    #expect(abs(found.full - wanted.full) < 1e-5)
    #expect(found.importance.count == alive.count)
    var spread: Float = 0
    for component in alive.indices {
      for (a, b) in [
        (found.without[component], wanted.without[component]),
        (found.only[component], wanted.only[component]),
        (found.importance[component], wanted.importance[component]),
      ] {
        if alive[component] {
          #expect(abs(a - b) < 1e-5, "component \(component): \(a), expected \(b)")
        } else {
          #expect(a.isNaN && b.isNaN)
        }
      }
      if alive[component] {
        spread = max(spread, abs(wanted.without[component] - Float(wanted.full)))
      }
    }
    // Scores that no component moves would agree whatever is computed.
    #expect(spread > 1e-3)
  }

  @Test(arguments: cases, [true, false])
  func `scores are those of a forward pass for every mask`(
    _ example: Case, firstTokensOnly: Bool
  ) throws {
    let encoder = try AblationModels.random(
      example.family, layers: example.layers, heads: example.heads, kinds: example.kinds,
      rank: example.rank, seed: 11)
    let adapters = encoder.adapters
    AblationModels.fill(adapters, seed: 12)
    encoder.publish()
    let alive = AblationModels.mask(adapters, seed: 13, deadModule: 1)
    try #require(alive.contains(true) && alive.contains(false))
    let batch = AblationModels.batch(example.lengths, seed: 14)
    let before = adapters.coefficients.array
    let workers = Workers(count: 2)
    defer { workers.close() }
    let wanted = AblationReference(
      encoder: encoder, batch: batch, firstTokensOnly: firstTokensOnly, workers: 2
    ).scores(alive: alive, workers: workers, score: AblationModels.score)
    let pass = AblationPass(
      encoder: encoder, batch: batch, firstTokensOnly: firstTokensOnly, workers: 2)
    let found = try #require(
      pass.scores(alive: alive, workers: workers, score: AblationModels.score))
    expectSame(found, wanted, alive: alive)
    #expect(adapters.coefficients.array == before)

    // A second round sees what has changed in between.
    AblationModels.fill(adapters, seed: 99)
    encoder.publish()
    let later = try #require(
      pass.scores(alive: alive, workers: workers, score: AblationModels.score))
    expectSame(
      later,
      AblationReference(
        encoder: encoder, batch: batch, firstTokensOnly: firstTokensOnly, workers: 2
      ).scores(alive: alive, workers: workers, score: AblationModels.score), alive: alive)
  }

  @Test(arguments: EncoderFamily.allCases, [true, false])
  func `they are on the golden models too`(_ family: EncoderFamily, firstTokensOnly: Bool) throws {
    let model = try GoldenModel(family)
    try model.setFactors()
    let gates = model.adapters.gates(2, in: model.adapters.parameters)
    gates[1] = 0
    model.encoder.publish()
    let alive = AblationModels.mask(model.adapters, seed: 1, deadModule: 4)
    let workers = Workers(count: 2)
    defer { workers.close() }
    let wanted = AblationReference(
      encoder: model.encoder, batch: model.batch, firstTokensOnly: firstTokensOnly, workers: 2
    ).scores(alive: alive, workers: workers, score: AblationModels.score)
    let pass = AblationPass(
      encoder: model.encoder, batch: model.batch, firstTokensOnly: firstTokensOnly, workers: 2)
    let found = try #require(
      pass.scores(alive: alive, workers: workers, score: AblationModels.score))
    expectSame(found, wanted, alive: alive)
  }

  @Test func `the reference agrees with gates that are really closed`() throws {
    let encoder = try AblationModels.random(
      .bert, layers: 2, heads: 3, kinds: [.value, .up], rank: 2, seed: 3)
    let adapters = encoder.adapters
    AblationModels.fill(adapters, seed: 4)
    encoder.publish()
    let batch = AblationModels.batch([5, 3], seed: 5)
    let workers = Workers(count: 1)
    defer { workers.close() }
    let alive = Array(repeating: true, count: adapters.componentCount)
    let scores = AblationReference(
      encoder: encoder, batch: batch, firstTokensOnly: false, workers: 1
    ).scores(alive: alive, workers: workers, score: AblationModels.score)
    let activations = EncoderActivations()
    func score(open: (Int) -> Bool) -> Float {
      let kept = adapters.parameters.array
      defer { adapters.parameters.base.update(from: kept, count: kept.count) }
      for (index, adapter) in adapters.adapters.enumerated() {
        let gates = adapters.gates(index, in: adapters.parameters)
        for slot in 0..<adapter.rank where !open(adapter.component + slot) { gates[slot] = 0 }
      }
      encoder.publish()
      let hidden = encoder.forward(
        batch, sequences: 0..<batch.count, firstTokensOnly: false, dropout: .evaluation,
        activations: activations)
      return Float(AblationModels.score(hidden, 0))
    }
    for component in alive.indices {
      #expect(abs(scores.without[component] - score { $0 != component }) < 1e-6)
      #expect(abs(scores.only[component] - score { $0 == component }) < 1e-6)
    }
  }

  @Test func `the number of workers changes no bit`() throws {
    let encoder = try AblationModels.random(
      .roberta, layers: 3, heads: 4, kinds: Set(LinearKind.allCases), rank: 3, seed: 21)
    AblationModels.fill(encoder.adapters, seed: 22)
    encoder.publish()
    let alive = AblationModels.mask(encoder.adapters, seed: 23, deadModule: 7)
    let batch = AblationModels.batch([8, 13, 1, 5, 20, 2, 2], seed: 24)
    let results = try [1, 2, 3].map { count in
      let workers = Workers(count: count)
      defer { workers.close() }
      return try #require(
        AblationPass(encoder: encoder, batch: batch, firstTokensOnly: true, workers: 3)
          .scores(alive: alive, workers: workers, score: AblationModels.score))
    }
    for result in results {
      #expect(result.full == results[0].full)
      #expect(result.without.map(\.bitPattern) == results[0].without.map(\.bitPattern))
      #expect(result.only.map(\.bitPattern) == results[0].only.map(\.bitPattern))
    }
  }

  @Test(arguments: [1, 2], [3, 50])
  func `a round can be watched and cancelled`(count: Int, limit: Int) throws {
    let encoder = try AblationModels.random(
      .bert, layers: 2, heads: 3, kinds: [.query, .output, .down], rank: 6, seed: 1)
    AblationModels.fill(encoder.adapters, seed: 2)
    encoder.publish()
    let components = encoder.adapters.componentCount
    let alive = Array(repeating: true, count: components)
    let workers = Workers(count: count)
    defer { workers.close() }
    let pass = AblationPass(
      encoder: encoder, batch: AblationModels.batch([6, 7], seed: 3), firstTokensOnly: true,
      workers: count)
    let before = encoder.adapters.coefficients.array
    let seen = Mutex<[Int]>([])
    let scored = Atomic(0)
    let cancelled = pass.scores(
      alive: alive, workers: workers,
      score: { hidden, worker in
        scored.wrappingAdd(1, ordering: .relaxed)
        return AblationModels.score(hidden, worker)
      },
      progress: { done, total in
        #expect(total == 2 * components)
        seen.withLock { $0.append(done) }
        return done < limit
      })
    #expect(cancelled == nil)
    let reports = seen.withLock { $0 }
    #expect(reports == reports.sorted() && reports.last! >= limit)
    // Who cancels in the first half saves the second.
    if limit < components { #expect(scored.load(ordering: .relaxed) <= components + 1) }
    #expect(encoder.adapters.coefficients.array == before)
    // Nothing is left behind: the next round is whole.
    let whole = try #require(
      pass.scores(alive: alive, workers: workers, score: AblationModels.score))
    #expect(whole.importance.allSatisfy { !$0.isNaN })
  }
}
