import Tensors

/// The plain form of an ablation round: a whole forward pass for every mask.
///
/// The oracle of ``AblationPass``, and what it is measured against. Each pass is divided among the workers by
/// sequences, as a training step is.
public final class AblationReference {
  private let encoder: TransformerEncoder
  private let batch: PackedBatch
  private let firstTokensOnly: Bool
  private let shares: [[Range<Int>]]
  private let activations: [EncoderActivations]
  private let hidden: FloatBuffer

  /// Prepares passes over one batch.
  ///
  /// - Parameters:
  ///   - encoder: The encoder; its adapters' factors must be published.
  ///   - batch: The fixed batch.
  ///   - firstTokensOnly: Whether the score reads first tokens only.
  ///   - workers: Workers that will be used.
  public init(
    encoder: TransformerEncoder, batch: PackedBatch, firstTokensOnly: Bool, workers: Int
  ) {
    self.encoder = encoder
    self.batch = batch
    self.firstTokensOnly = firstTokensOnly
    shares = batch.shares(workers: workers, tokens: 512)
    activations = (0..<workers).map { _ in EncoderActivations() }
    let rows = firstTokensOnly ? batch.count : batch.ids.count
    hidden = FloatBuffer(count: rows * encoder.configuration.width)
  }

  /// Scores of some components; the coefficients are edited for each pass and restored at the end.
  ///
  /// - Parameters:
  ///   - alive: Which components take part, in flat order.
  ///   - components: Those to score; nil for all that are alive. The others' scores are NaN.
  ///   - workers: As many as announced.
  ///   - score: The score; called by worker 0 alone.
  public func scores(
    alive: [Bool], components: [Int]? = nil, workers: Workers, score: AblationScores.Score
  ) -> AblationScores {
    let coefficients = encoder.adapters.coefficients
    precondition(
      alive.count == coefficients.count,
      "\(alive.count) components in the mask, \(coefficients.count) in the adapters")
    let kept = coefficients.array
    defer { coefficients.base.update(from: kept, count: kept.count) }
    let live = zip(kept, alive).map { $1 ? $0 : 0 }
    var without = [Float](repeating: .nan, count: alive.count)
    var only = without
    coefficients.base.update(from: live, count: live.count)
    let full = pass(workers, score)
    for component in components ?? Array(alive.indices) where alive[component] {
      coefficients.base[component] = 0
      without[component] = Float(pass(workers, score))
      coefficients.fill(0)
      coefficients.base[component] = live[component]
      only[component] = Float(pass(workers, score))
      coefficients.base.update(from: live, count: live.count)
    }
    return AblationScores(full: full, without: without, only: only)
  }

  private func pass(_ workers: Workers, _ score: AblationScores.Score) -> Double {
    let (encoder, batch, shares, activations, hidden, firstTokensOnly) =
      (encoder, batch, shares, activations, hidden, firstTokensOnly)
    let width = encoder.configuration.width
    workers.run { worker in
      for chunk in shares[worker] {
        let rows = encoder.forward(
          batch, sequences: chunk, firstTokensOnly: firstTokensOnly, dropout: .evaluation,
          activations: activations[worker])
        let first = firstTokensOnly ? chunk.lowerBound : batch.offsets[chunk.lowerBound]
        (hidden.base + first * width).update(from: rows.base, count: rows.rows * width)
      }
    }
    return score(hidden.matrix(rows: hidden.count / width, columns: width), 0)
  }
}
