import Tensors

/// What an ablation round measures: a score of the whole network, without each component, and with it only.
///
/// Source: Liu et al. 2024, arXiv:2403.16187, equation 6. S is any score of which more is better; the paper
/// takes the negative cross-entropy of one fixed validation batch.
public struct AblationScores: Sendable, Hashable {
  /// `S(M)`: all live components.
  public let full: Double
  /// `S(M \ r)` of every component in flat order; NaN where it is not alive.
  public let without: [Float]
  /// `S(M_r)` of every component in flat order: no component but this one; NaN where it is not alive.
  public let only: [Float]

  /// Takes measured scores.
  public init(full: Double, without: [Float], only: [Float]) {
    precondition(
      without.count == only.count, "\(without.count) scores without, \(only.count) scores only")
    self.full = full
    self.without = without
    self.only = only
  }

  /// `IS(r) = S(M) - S(M \ r) + S(M_r)` in flat component order; NaN where a component is not alive.
  public var importance: [Float] {
    zip(without, only).map { Float(full - Double($0) + Double($1)) }
  }

  /// Scores one network's final hidden states.
  ///
  /// - Parameters:
  ///   - hidden: `[sequences, width]` of first tokens, or `[tokens, width]`; valid during the call.
  ///   - worker: Which worker calls, so that it can use memory of its own.
  public typealias Score = @Sendable (_ hidden: Matrix, _ worker: Int) -> Double
}
