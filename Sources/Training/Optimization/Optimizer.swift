import Foundation
import LanguageModels
import Tensors

/// AdamW over the flat trainable parameters, in groups with their own rates and decay.
public final class Optimizer: @unchecked Sendable {
  /// A run of parameters that share a rate and a decay.
  public struct Group: Sendable, Hashable {
    /// Where the parameters lie.
    public var range: Range<Int>
    /// Peak learning rate.
    public var rate: Float
    /// Weight decay.
    public var decay: Float

    /// Creates a group.
    public init(range: Range<Int>, rate: Float, decay: Float) {
      self.range = range
      self.rate = rate
      self.decay = decay
    }
  }

  /// First moments, in the parameters' layout.
  public let first: FloatBuffer
  /// Second moments, in the parameters' layout.
  public let second: FloatBuffer
  private let constants = AdamW()

  /// Creates the optimiser of `count` parameters with moments of zero.
  public init(count: Int) {
    first = FloatBuffer(count: count)
    second = FloatBuffer(count: count)
  }

  /// One update.
  ///
  /// - Parameters:
  ///   - parameters: Updated in place.
  ///   - gradient: Gradients, multiplied by `gradientScale` when read.
  ///   - groups: What is updated; anything outside stays.
  ///   - step: Step number, counted from 1.
  ///   - rateFactor: The schedule's fraction of the peak rates.
  ///   - gradientScale: Clipping factor.
  public func update(
    _ parameters: FloatBuffer, gradient: FloatBuffer, groups: [Group], step: Int,
    rateFactor: Double, gradientScale: Float
  ) {
    for group in groups where !group.range.isEmpty {
      let start = group.range.lowerBound
      constants.update(
        parameters.base + start, gradient: gradient.base + start, first: first.base + start,
        second: second.base + start, count: group.range.count, step: step,
        rate: group.rate * Float(rateFactor), decay: group.decay, gradientScale: gradientScale)
    }
  }

  /// Forgets the moments of some parameters: they begin anew.
  func clearMoments(_ start: Int, count: Int) {
    (first.base + start).update(repeating: 0, count: count)
    (second.base + start).update(repeating: 0, count: count)
  }

  /// Factor that brings a gradient of this norm down to `limit`, as `torch.nn.utils.clip_grad_norm_`.
  ///
  /// - Parameters:
  ///   - norm: Euclidean norm of the whole gradient.
  ///   - limit: Largest norm wanted; 0 for no clipping.
  /// - Returns: At most 1.
  public static func clipping(norm: Float, limit: Float) -> Float {
    limit > 0 ? min(1, limit / (norm + 1e-6)) : 1
  }

  /// The groups of a set of adapters and a task head.
  ///
  /// - Parameters:
  ///   - adapters: The layout.
  ///   - headTensors: The head's tensors; biases are not decayed, as transformers' Trainer does it.
  ///   - rate: Rate of factors and gates.
  ///   - headRate: Rate of the head.
  ///   - decay: Weight decay.
  ///   - trainsGates: Whether gates are updated at all.
  ///   - decaysGates: Whether gates decay.
  public static func groups(
    adapters: AdapterSet, headTensors: [ClassifierHead.Tensor], rate: Float, headRate: Float,
    decay: Float, trainsGates: Bool, decaysGates: Bool
  ) -> [Group] {
    var groups: [Group] = []
    for adapter in adapters.adapters {
      let end = adapter.up + adapter.rank * adapter.site.outputs
      groups.append(Group(range: adapter.down..<adapter.gate, rate: rate, decay: decay))
      if trainsGates {
        groups.append(
          Group(range: adapter.gate..<adapter.up, rate: rate, decay: decaysGates ? decay : 0))
      }
      groups.append(Group(range: adapter.up..<end, rate: rate, decay: decay))
    }
    for tensor in headTensors {
      let start = adapters.head.lowerBound + tensor.offset
      groups.append(
        Group(
          range: start..<(start + tensor.count), rate: headRate,
          decay: tensor.name.hasSuffix("bias") ? 0 : decay))
    }
    return groups
  }
}
