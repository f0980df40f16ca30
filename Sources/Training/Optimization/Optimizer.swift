import Foundation
import LanguageModels
import Tensors

/// AdamW or IVON over the flat trainable parameters, in groups with their own rates and decay.
///
/// Either keeps two moments of every parameter. Where a live switch changes the rule, the first moment
/// stays, for both smooth the gradient; the second begins as the new rule begins it: AdamW's at 0, with its
/// correction counted from there, IVON's at h0. Parameters stay as they are.
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
  /// How parameters are updated.
  public enum Rule: Sendable, Hashable {
    /// AdamW with torch's constants.
    case adamW
    /// IVON.
    case ivon(IVON)
  }

  /// The rule in force.
  public private(set) var rule = Rule.adamW
  private let constants = AdamW()
  /// Steps that had been done when the second moments began.
  var secondOrigin = 0
  private var noise = FloatBuffer(count: 0)
  private var means = FloatBuffer(count: 0)

  /// Creates the optimiser of `count` parameters: AdamW with moments of zero.
  public init(count: Int) {
    first = FloatBuffer(count: count)
    second = FloatBuffer(count: count)
  }

  /// Changes the rule after a step; the moments go on as described above.
  public func use(_ rule: Rule, after step: Int) {
    if rule == self.rule { return }
    self.rule = rule
    secondOrigin = step
    second.fill(secondStart)
    let count = if case .ivon = rule { first.count } else { 0 }
    noise = FloatBuffer(count: count)
    means = FloatBuffer(count: count)
  }

  /// Where second moments begin.
  private var secondStart: Float { if case .ivon(let ivon) = rule { ivon.start } else { 0 } }

  /// Standard deviation of a parameter's posterior; nil where the rule has none.
  public func deviation(of index: Int) -> Float? {
    if case .ivon(let ivon) = rule { ivon.deviation(hessian: second.base[index]) } else { nil }
  }

  /// Adds a step's noise to the parameters where the rule takes its gradient beside them.
  ///
  /// - Parameters:
  ///   - parameters: Means; ``settle(_:)`` brings them back, bit for bit.
  ///   - groups: What is trained; anything outside stays.
  ///   - step: Step number, counted from 1.
  ///   - seed: Seed of the run.
  ///   - workers: Threads to use.
  /// - Returns: Whether anything changed.
  public func perturb(
    _ parameters: FloatBuffer, groups: [Group], step: Int, seed: UInt64, workers: Workers
  ) -> Bool {
    guard case .ivon(let ivon) = rule else { return false }
    means.base.update(from: parameters.base, count: parameters.count)
    let key = mix(mix(seed, 0x1706), UInt64(step))
    let (noise, second) = (noise, second)
    let share = (noise.count / workers.count + 2) & ~1
    workers.run { worker in
      let start = min(noise.count, worker * share) & ~1
      let end = worker == workers.count - 1 ? noise.count : min(noise.count, start + share)
      ivon.draw(noise.base, hessian: second.base, range: start..<max(start, end), key: key)
    }
    for group in groups {
      let start = group.range.lowerBound
      add(noise.base + start, to: parameters.base + start, count: group.range.count)
    }
    return true
  }

  /// Takes a step's noise away again: the parameters are the means from before ``perturb(_:groups:step:seed:workers:)``.
  public func settle(_ parameters: FloatBuffer) {
    guard case .ivon = rule else { return }
    parameters.base.update(from: means.base, count: means.count)
  }

  /// One update.
  ///
  /// - Parameters:
  ///   - parameters: Updated in place.
  ///   - gradient: Gradients, multiplied by `gradientScale` when read.
  ///   - groups: What is updated; anything outside stays.
  ///   - step: Step number, counted from 1.
  ///   - rateFactor: The schedule's fraction of the peak rates.
  ///   - gradientScale: Clipping factor; IVON clips entry by entry and takes gradients as they are.
  public func update(
    _ parameters: FloatBuffer, gradient: FloatBuffer, groups: [Group], step: Int,
    rateFactor: Double, gradientScale: Float
  ) {
    for group in groups where !group.range.isEmpty {
      let start = group.range.lowerBound
      let rate = group.rate * Float(rateFactor)
      switch rule {
      case .adamW:
        constants.update(
          parameters.base + start, gradient: gradient.base + start, first: first.base + start,
          second: second.base + start, count: group.range.count, step: step,
          secondStep: step - secondOrigin, rate: rate, decay: group.decay,
          gradientScale: gradientScale)
      case .ivon(let ivon):
        ivon.update(
          parameters.base + start, gradient: gradient.base + start, noise: noise.base + start,
          momentum: first.base + start, hessian: second.base + start, count: group.range.count,
          step: step, rate: rate)
      }
    }
  }

  /// Forgets the moments of some parameters: they begin anew.
  func clearMoments(_ start: Int, count: Int) {
    (first.base + start).update(repeating: 0, count: count)
    (second.base + start).update(repeating: secondStart, count: count)
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
  ///   - gateRate: Rate of the gates; nil for that of the factors.
  ///   - headRate: Rate of the head.
  ///   - decay: Weight decay.
  ///   - trainsGates: Whether gates are updated at all.
  ///   - decaysGates: Whether gates decay.
  public static func groups(
    adapters: AdapterSet, headTensors: [ClassifierHead.Tensor], rate: Float, headRate: Float,
    decay: Float, trainsGates: Bool, decaysGates: Bool, gateRate: Float? = nil
  ) -> [Group] {
    var groups: [Group] = []
    for adapter in adapters.adapters {
      let end = adapter.up + adapter.rank * adapter.site.outputs
      groups.append(Group(range: adapter.down..<adapter.gate, rate: rate, decay: decay))
      if trainsGates {
        groups.append(
          Group(
            range: adapter.gate..<adapter.up, rate: gateRate ?? rate,
            decay: decaysGates ? decay : 0))
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
