import Foundation
import LanguageModels
import Tensors
import Training

/// `ranktop bench --ablation`: a round of scores by ablation against one forward pass for every mask.
struct AblationBench {
  /// What is measured.
  struct Figures: Encodable {
    var components: Int
    var sequences: Int
    var tokens: Int
    var roundSeconds: Double
    /// Extrapolated from a sample of the masks.
    var referenceSeconds: Double
    var ratio: Double
    var largestDifference: Double
    var threads: Int
    var core: String
  }

  /// The model; its adapters are overwritten.
  let classifier: ClassifierModel
  /// Tokens of each sequence.
  let lengths: [Int]
  let threads: Int

  /// Lengths like those of TREC's questions: 5 to 30 tokens, 13 in the mean, in no order.
  static func questionLengths(count: Int) -> [Int] {
    (0..<count).map { index in
      let share = (Double(index) * 0.618_034).truncatingRemainder(dividingBy: 1)
      return 5 + Int(25.99 * share * share)
    }
  }

  /// Medians over some rounds, the two ways by turns so that other load meets both.
  func measure(rounds: Int) -> Figures {
    let tokens = lengths.reduce(0, +)
    let data = randomData(tokens)
    openAdapters()
    let examples = Array(0..<data.count)
    let batch = data.batch(examples)
    let workers = Workers(count: threads)
    defer { workers.close() }
    let score = classifier.score(data, examples: examples, workers: threads)
    let reference = AblationReference(
      encoder: classifier.encoder, batch: batch, firstTokensOnly: true, workers: threads)
    let pass = AblationPass(
      encoder: classifier.encoder, batch: batch, firstTokensOnly: true, workers: threads)
    let count = classifier.adapters.componentCount
    let alive = Array(repeating: true, count: count)
    let sample = Array(stride(from: 0, to: count, by: max(1, count / 24)))

    var (found, seconds, references, difference) = (alive.map { _ in Float.nan }, [0.0], [0.0], 0.0)
    for round in 0...rounds {
      var start = ContinuousClock.now
      if let scores = pass.scores(alive: alive, workers: workers, score: score) {
        found = scores.importance
      }
      let fast = (ContinuousClock.now - start).seconds
      start = ContinuousClock.now
      let plain = reference.scores(
        alive: alive, components: sample, workers: workers, score: score
      ).importance
      let perPass = (ContinuousClock.now - start).seconds / Double(2 * sample.count + 1)
      for component in sample {
        difference = max(difference, Double(abs(found[component] - plain[component])))
      }
      // The first round touches all memory for the first time.
      if round == 0 { continue }
      seconds.append(fast)
      references.append(perPass * Double(2 * count + 1))
    }
    let ratios = zip(references, seconds).dropFirst().map { $0 / $1 }
    return Figures(
      components: count, sequences: lengths.count, tokens: tokens,
      roundSeconds: median(seconds.dropFirst()), referenceSeconds: median(references.dropFirst()),
      ratio: median(ratios), largestDifference: difference, threads: threads,
      core: OpenBLAS.coreName)
  }

  /// The figures in words.
  static func text(_ figures: Figures) -> String {
    String(
      format: "%.2f s a round of %d components on %d sequences (%d tokens), %d threads\n"
        + "%.2f s with a forward pass for every mask (from a sample): %.2f times as long\n"
        + "largest difference of the sample's scores: %.1e",
      figures.roundSeconds, figures.components, figures.sequences, figures.tokens, figures.threads,
      figures.referenceSeconds, figures.ratio, figures.largestDifference)
  }

  private func median(_ values: some Sequence<Double>) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }

  private func randomData(_ tokens: Int) -> EncodedDataset {
    var generator = SeededGenerator(seed: 1)
    let vocabulary = UInt64(classifier.encoder.configuration.vocabulary)
    return EncodedDataset(
      ids: (0..<tokens).map { _ in Int32(generator.next() % vocabulary) },
      typeIDs: Array(repeating: 0, count: tokens),
      offsets: lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
      labels: .classes(lengths.indices.map { Int32($0 % 2) }))
  }

  /// Every component gets an effect, as after training: gates 1, B random and small.
  private func openAdapters() {
    let adapters = classifier.adapters
    var generator = SeededGenerator(seed: 1, stream: 2)
    for (index, adapter) in adapters.adapters.enumerated() {
      let up = adapters.up(index, in: adapters.parameters)
      for row in 0..<up.rows {
        for column in 0..<up.columns { up[row, column] = 0.02 * generator.normal() }
      }
      adapters.gates(index, in: adapters.parameters).update(repeating: 1, count: adapter.rank)
    }
    classifier.encoder.publish()
  }
}
