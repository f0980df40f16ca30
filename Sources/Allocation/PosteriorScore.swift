import Foundation

/// Signal-to-noise ratio of the size of a normally distributed number: plain arithmetic in `Double`.
///
/// For `theta ~ N(mean, deviation^2)`, `|theta|` is folded normal, with
///
///     E|theta|   = mean erf(mean / (deviation sqrt 2))
///                  + deviation sqrt(2 / pi) exp(-mean^2 / (2 deviation^2))
///     Var|theta| = mean^2 + deviation^2 - (E|theta|)^2
///
/// and the score is `E / sqrt(Var)`. Beyond 40 deviations nothing is folded and the score is
/// `|mean| / deviation`, without the cancellation. What is not a number counts as 0, as in the published code.
///
/// Source: Chen and Garner 2024, arXiv:2409.10673, `score_SNR_mean_abs` of its code.
public enum PosteriorScore {
  /// Score of one entry.
  public static func signalToNoise(mean: Double, deviation: Double) -> Double {
    let ratio = mean / deviation
    if abs(ratio) > 40 { return abs(ratio) }
    let size =
      mean * erf(ratio * 0.5.squareRoot())
      + deviation * (2 / Double.pi).squareRoot() * exp(-ratio * ratio / 2)
    let score = size / (mean * mean + deviation * deviation - size * size).squareRoot()
    return score.isNaN ? 0 : score
  }
}
