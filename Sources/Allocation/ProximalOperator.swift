/// The proximal step of an L1 term on one gate, as the paper states it and as its code carries it out.
///
/// Source: Ding et al. 2023, arXiv:2311.11696, and `SparseAdamW.step` of its code.
public enum ProximalOperator: Sendable, Hashable, Codable {
  /// `T_xi(g) = sign(g) max(|g| - xi, 0)`.
  case softThreshold
  /// The published code's three masks, each on what the one before has left:
  ///
  ///     g[g >  xi] -= xi
  ///     g[g < -xi] += xi
  ///     g[|g| < xi] = 0
  ///
  /// What the first two bring below xi the third puts to 0, so that everything with `|g| < 2 xi` ends
  /// at 0, but for `|g| = xi`, which stays.
  case sequentialMasks

  /// The gate after the step.
  ///
  /// - Parameters:
  ///   - gate: Before; NaN stays NaN.
  ///   - threshold: xi, not negative.
  public func callAsFunction(_ gate: Float, threshold: Float) -> Float {
    switch self {
    case .softThreshold:
      let size = abs(gate) - threshold
      if size.isNaN { return gate }
      return size > 0 ? (gate < 0 ? -size : size) : 0
    case .sequentialMasks:
      var result = gate
      if result > threshold { result -= threshold }
      if result < -threshold { result += threshold }
      return abs(result) < threshold ? 0 : result
    }
  }
}
