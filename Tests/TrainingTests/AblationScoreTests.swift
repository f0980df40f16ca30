import LanguageModels
import Tensors
import TestSupport
import Testing
import Training

/// The score that ablation rounds compare, against the evaluator's loss.
@Suite struct AblationScoreTests {
  @Test(arguments: [false, true])
  func `it is the negative loss of a whole pass`(isRegression: Bool) throws {
    try OpenBLAS.open()
    let checkpoint = try ClassifierCheckpoint(
      ModelFolder(contentsOf: Golden.shipped.appendingPathComponent("models/bert")))
    let head = try checkpoint.head(outputs: isRegression ? 1 : 3)
    let adapters = AdapterSet(
      sites: checkpoint.configuration.sites(Set(LinearKind.allCases)), rank: 2, scale: 2,
      headCount: head.parameterCount)
    var generator = SeededGenerator(seed: 6)
    for index in 0..<adapters.parameters.count {
      adapters.parameters.base[index] = 0.2 * generator.normal()
    }
    let model = ClassifierModel(encoder: try checkpoint.encoder(adapters), head: head)
    model.encoder.publish()
    let data = EncodedDataset(
      ids: (0..<40).map { _ in Int32(generator.next() % 120) },
      typeIDs: Array(repeating: 0, count: 40),
      offsets: [0, 7, 10, 22, 34, 40],
      labels: isRegression ? .values([0.5, -1, 2, 0, 1]) : .classes([2, 0, 1, 1, 0]))
    let examples = [3, 0, 4]
    let workers = Workers(count: 2)
    defer { workers.close() }
    let alive = (0..<adapters.componentCount).map { $0 % 5 != 1 }
    let pass = AblationPass(
      encoder: model.encoder, batch: data.batch(examples), firstTokensOnly: true, workers: 2)
    let scores = try #require(
      pass.scores(
        alive: alive, workers: workers, score: model.score(data, examples: examples, workers: 2)))

    /// The loss by the evaluator, with gates closed in earnest.
    func loss(open: (Int) -> Bool) -> Double {
      let kept = adapters.parameters.array
      defer { adapters.parameters.base.update(from: kept, count: kept.count) }
      for (index, adapter) in adapters.adapters.enumerated() {
        let gates = adapters.gates(index, in: adapters.parameters)
        for slot in 0..<adapter.rank where !open(adapter.component + slot) { gates[slot] = 0 }
      }
      model.encoder.publish()
      let seats = (0..<2).map { _ in ClassifierModel.Seat() }
      let labels: EncodedDataset.Labels =
        switch data.labels {
        case .classes(let all): .classes(examples.map { all[$0] })
        case .values(let all): .values(examples.map { all[$0] })
        }
      let batch = data.batch(examples)
      let chosen = EncodedDataset(
        ids: batch.ids, typeIDs: batch.typeIDs, offsets: batch.offsets, labels: labels)
      return Evaluator(model: model, seats: seats).evaluate(chosen, workers: workers, step: 0).loss
    }
    #expect(abs(scores.full + loss { alive[$0] }) < 1e-5)
    for component in stride(from: 0, to: alive.count, by: 4) where alive[component] {
      let without = -loss { alive[$0] && $0 != component }
      let only = -loss { $0 == component }
      #expect(abs(Double(scores.without[component]) - without) < 1e-5)
      #expect(abs(Double(scores.only[component]) - only) < 1e-5)
      #expect(abs(Double(scores.importance[component]) - (scores.full - without + only)) < 1e-5)
    }
  }
}
