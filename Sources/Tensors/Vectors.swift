import CKernels
import Foundation

/// Sum of squares; NaN and infinity come through.
public func sumOfSquares(_ x: UnsafeMutableBufferPointer<Float>) -> Float {
  x.isEmpty ? 0 : ck_sum_of_squares(Int64(x.count), x.baseAddress!)
}

/// Dot product of equally long vectors.
public func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
  ck_dot(Int64(count), x, y)
}

/// `y += alpha x`
public func add(
  _ x: UnsafePointer<Float>, times alpha: Float = 1, to y: UnsafeMutablePointer<Float>, count: Int
) {
  ck_add(Int64(count), alpha, x, y)
}

/// `x *= alpha`
public func scale(_ x: UnsafeMutablePointer<Float>, by alpha: Float, count: Int) {
  ck_scale(Int64(count), alpha, x)
}

/// AdamW's constants, as in `torch.optim.AdamW`.
///
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2 (decoupled decay).
public struct AdamW: Sendable, Hashable {
  /// Decay of the first moment.
  public var beta1: Float = 0.9
  /// Decay of the second moment.
  public var beta2: Float = 0.999
  /// Added to the denominator.
  public var epsilon: Float = 1e-8

  /// Creates torch's defaults.
  public init() {}

  /// Updates parameters in place.
  ///
  /// - Parameters:
  ///   - parameters: `[count]`.
  ///   - gradient: `[count]`, multiplied by `gradientScale` (clipping) when read.
  ///   - first: First moments `[count]`.
  ///   - second: Second moments `[count]`.
  ///   - count: Number of entries.
  ///   - step: Updates done with these moments, this one included (from 1).
  ///   - secondStep: The same for the second moments where they began later; nil for `step`.
  ///   - rate: Learning rate.
  ///   - decay: Weight decay.
  ///   - gradientScale: Factor on the gradient.
  public func update(
    _ parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int, step: Int,
    secondStep: Int? = nil, rate: Float, decay: Float, gradientScale: Float = 1
  ) {
    precondition(step >= 1, "step \(step) of the optimiser: the first is 1")
    let correction1 = 1 - pow(Double(beta1), Double(step))
    let correction2 = 1 - pow(Double(beta2), Double(secondStep ?? step))
    ck_adamw(
      Int64(count), parameters, gradient, first, second, gradientScale,
      Float(1 - Double(rate) * Double(decay)), Float(Double(rate) / correction1),
      Float(1 / correction2.squareRoot()), beta1, beta2, epsilon)
  }
}

/// AdaLoRA's sensitivity recurrence over a run of factor entries, in place.
///
///     I = |w g|;  average = b1 average + (1 - b1) I;  uncertainty = b2 uncertainty + (1 - b2) |I - average|
///
/// - Parameters:
///   - weights: Entries after the optimiser's update.
///   - gradient: Their gradients of the same step, times `gradientScale`.
///   - average: Smoothed sensitivity, updated.
///   - uncertainty: Smoothed deviation, updated.
///   - count: Number of entries.
///   - gradientScale: Factor on the gradient.
///   - beta1: Smoothing of the average.
///   - beta2: Smoothing of the uncertainty.
/// - Returns: Sum of `average * uncertainty` over the entries.
public func updateSensitivity(
  weights: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
  average: UnsafeMutablePointer<Float>, uncertainty: UnsafeMutablePointer<Float>, count: Int,
  gradientScale: Float, beta1: Float, beta2: Float
) -> Float {
  ck_sensitivity(
    Int64(count), weights, gradient, gradientScale, average, uncertainty, beta1, beta2)
}
