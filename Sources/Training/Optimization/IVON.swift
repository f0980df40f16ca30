import Foundation
import LanguageModels
import Tensors

/// IVON: a variational optimiser that keeps a normal posterior of every parameter.
///
/// The posterior is `N(x, sigma^2)` with `sigma = 1 / sqrt(ess (h + decay))`. The gradient `g` is that of the
/// loss at `x + noise`, `noise ~ N(0, sigma^2)`, one sample a step. Then
///
///     m <- beta1 m + (1 - beta1) g
///     f  = ess (h + decay) noise g                             (Price's estimate of the curvature)
///     h <- beta2 h + (1 - beta2) f + (1 - beta2)^2 (h - f)^2 / (2 (h + decay))
///     x <- x - rate (h0 + decay) clip((m / (1 - beta1^t) + decay x) / (h + decay), radius)
///
/// with the new m and h in the last line. One decay, which is the prior's, holds for all parameters, the
/// head included, as in the published runs; a gradient is not clipped by its norm, for that would bias f.
///
/// Source: Shen et al. 2024, arXiv:2402.17641, algorithm 1, in the form of its code (`ivon/_ivon.py`, hess_approx
/// `price`). Checked against plain arithmetic by `IVONTests`.
public struct IVON: Sendable, Hashable {
  /// Hessian of every parameter at the start.
  public var start: Float = 1
  /// Smoothing of the gradient.
  public var beta1: Float = 0.9
  /// Smoothing of the Hessian.
  public var beta2 = 0.99999
  /// Weight decay: the prior's precision over `examples`.
  public var decay: Float = 1e-8
  /// Effective sample size.
  public var examples: Float
  /// Largest update of an entry, before the rate.
  public var radius: Float = 1e-3

  /// Creates the published runs' constants for a number of training examples.
  public init(examples: Float) { self.examples = examples }

  /// Standard deviation of a parameter's posterior.
  public func deviation(hessian: Float) -> Float { 1 / (examples * (hessian + decay)).squareRoot() }

  /// Draws the noise of some parameters: two from each pair of random words (Box and Muller 1958).
  ///
  /// What is drawn depends on the key and on a parameter's place alone, so that threads and resumed
  /// runs change nothing.
  ///
  /// - Parameters:
  ///   - noise: The whole buffer, overwritten within `range`.
  ///   - hessian: h of every parameter.
  ///   - range: Parameters; its start is even.
  ///   - key: Key of the step.
  func draw(
    _ noise: UnsafeMutablePointer<Float>, hessian: UnsafePointer<Float>, range: Range<Int>,
    key: UInt64
  ) {
    precondition(range.lowerBound % 2 == 0, "noise is drawn in pairs, from \(range.lowerBound)")
    var index = range.lowerBound
    while index < range.upperBound {
      let word = mix(key, UInt64(index))
      // The upper half in (0, 1], the lower one a share of the circle.
      let radius = (-2 * log(Float(word >> 40) * 0x1p-24 + 0x1p-25)).squareRoot()
      let angle = 2 * Float.pi * Float((word >> 8) & 0xFF_FFFF) * 0x1p-24
      noise[index] = radius * cos(angle) * deviation(hessian: hessian[index])
      if index + 1 < range.upperBound {
        noise[index + 1] = radius * sin(angle) * deviation(hessian: hessian[index + 1])
      }
      index += 2
    }
  }

  /// Updates parameters in place.
  ///
  /// - Parameters:
  ///   - parameters: Means, `[count]`.
  ///   - gradient: At means plus noise, `[count]`.
  ///   - noise: `[count]`.
  ///   - momentum: m, `[count]`.
  ///   - hessian: h, `[count]`.
  ///   - count: Number of entries.
  ///   - step: Updates done with this momentum, this one included (from 1).
  ///   - rate: Learning rate.
  public func update(
    _ parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    noise: UnsafePointer<Float>, momentum: UnsafeMutablePointer<Float>,
    hessian: UnsafeMutablePointer<Float>, count: Int, step: Int, rate: Float
  ) {
    precondition(step >= 1, "step \(step) of the optimiser: the first is 1")
    let rest1 = Float(1 - Double(beta1))
    let (keep2, rest2) = (Float(beta2), Float(1 - beta2))
    let square2 = Float(0.5 * (1 - beta2) * (1 - beta2))
    let correction = Float(1 / (1 - pow(Double(beta1), Double(step))))
    let factor = rate * (start + decay)
    for index in 0..<count {
      let g = gradient[index]
      let m = beta1 * momentum[index] + rest1 * g
      let old = hessian[index]
      let f = examples * (old + decay) * noise[index] * g
      let difference = old - f
      let h = keep2 * old + rest2 * f + square2 * difference * difference / (old + decay)
      let x = parameters[index]
      let direction = (m * correction + decay * x) / (h + decay)
      momentum[index] = m
      hessian[index] = h
      let clipped = direction > radius ? radius : (direction < -radius ? -radius : direction)
      parameters[index] = x - factor * clipped
    }
  }
}
