import Allocation
import Foundation
import LanguageModels
import RunEvents
import Tensors
import Training

/// `ranktop bench --ablation`
struct AblationBench {
  let classifier: ClassifierModel
  let lengths: [Int]
  let threads: Int
  func run() throws {
    let tokens = lengths.reduce(0, +)
    var generator = SeededGenerator(seed: 1)
    let vocabulary = UInt64(classifier.encoder.configuration.vocabulary)
    let data = EncodedDataset(
      ids: (0..<tokens).map { _ in Int32(generator.next() % vocabulary) },
      typeIDs: Array(repeating: 0, count: tokens),
      offsets: lengths.reduce(into: [0]) { $0.append($0.last! + $1) },
      labels: .classes((0..<lengths.count).map { Int32($0 % 2) }))
    let examples = Array(0..<data.count)
    classifier.encoder.publish()
    let workers = Workers(count: threads)
    let reference = AblationReference(
      encoder: classifier.encoder, batch: data.batch(examples), firstTokensOnly: true,
      workers: threads)
    let score = classifier.score(data, examples: examples, workers: threads)
    let alive = [Bool](repeating: true, count: classifier.adapters.componentCount)
    for index in classifier.adapters.adapters.indices {
      var g = SeededGenerator(seed: UInt64(index))
      let up = classifier.adapters.up(index, in: classifier.adapters.parameters)
      for r in 0..<up.rows { for c in 0..<up.columns { up[r, c] = g.normal() * 0.02 } }
    }
    let pass = AblationPass(
      encoder: classifier.encoder, batch: data.batch(examples), firstTokensOnly: true,
      workers: threads)
    for _ in 0..<5 {
      let start = ContinuousClock.now
      let r = reference.scores(
        alive: alive, components: Array(stride(from: 0, to: 288, by: 12)), workers: workers,
        score: score)
      let s = (ContinuousClock.now - start).seconds
      let start2 = ContinuousClock.now
      let f = pass.scores(alive: alive, workers: workers, score: score)!
      let s2 = (ContinuousClock.now - start2).seconds
      let d = zip(f.importance, r.importance).map { abs($0 - $1) }.filter { !$0.isNaN }.max()!
      print(tokens, s / 49 * 1e3, r.full, f.full, s2, s / 49 * 577 / s2, d)
    }
  }
}
