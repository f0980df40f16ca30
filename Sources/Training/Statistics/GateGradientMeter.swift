import LanguageModels
import Tensors

/// Gradient of the validation loss with respect to the gates of whole modules.
///
/// With w the factors and the head (not the components' gates c, which the method does not train):
///
///     first order   dL_val(w, g)/dg,    dL/dg_m = s sum_i c_i r_i,   r_i = sum_t (dY B)_t U_t
///     unrolled      dL_val(w', g)/dg - xi [dL_train(w+, g)/dg - dL_train(w-, g)/dg] / (2 eps)
///                   w' = w - xi dL_train(w, g)/dw,  w+- = w +- eps dL_val/dw',  eps = 0.01 / ||dL_val/dw'||
///
/// `r` is what the backward pass leaves raw in the gates' place, so no division by g occurs. The virtual
/// step is plain gradient descent on the batch of the step to come. Its buffers are made when first asked
/// for, and the parameters come back bit for bit.
///
/// Source: Liu et al. 2019 (DARTS), arXiv:1806.09055, eq. 6 to 8.
package final class GateGradientMeter {
  private let learner: any Learner
  private let adapters: AdapterSet
  private let workers: Workers
  private let gradients: [FloatBuffer]
  private lazy var saved = FloatBuffer(count: adapters.parameters.count)
  private lazy var direction = FloatBuffer(count: adapters.parameters.count)

  /// Creates a meter with buffers of its own.
  package init(learner: any Learner, workers: Workers) {
    self.learner = learner
    self.workers = workers
    adapters = learner.adapters
    let count = learner.adapters.parameters.count
    gradients = (0..<workers.count).map { _ in FloatBuffer(count: count) }
  }

  /// `dL_val/dg` of every module at the present, published parameters.
  package func firstOrder(step: Int) -> [Float] {
    _ = learner.prepareValidation(step: step, workers: workers.count)
    return passes(step: step)
  }

  /// The unrolled gradient of every module.
  ///
  /// - Parameters:
  ///   - step: Last step finished.
  ///   - rate: Learning rate xi of the virtual step.
  package func unrolled(step: Int, rate: Float) -> [Float] {
    let count = adapters.parameters.count
    saved.base.update(from: adapters.parameters.base, count: count)
    defer { move(along: saved, by: 0) }
    learnerGradient(step: step + 1)
    move(along: gradients[0], by: -rate)
    var result = firstOrder(step: step)
    complete()
    let norm = sumOfSquares(gradients[0].elements).squareRoot()
    guard rate > 0, norm > 0, norm.isFinite else { return result }
    direction.base.update(from: gradients[0].base, count: count)
    let epsilon = 0.01 / norm
    let sides = [epsilon, -epsilon].map { distance in
      move(along: direction, by: distance)
      return learnerGradient(step: step + 1)
    }
    for module in result.indices {
      result[module] -= rate * (sides[0][module] - sides[1][module]) / (2 * epsilon)
    }
    return result
  }

  /// Puts the parameters at `saved + distance direction`.
  private func move(along direction: FloatBuffer, by distance: Float) {
    let parameters = adapters.parameters
    parameters.base.update(from: saved.base, count: parameters.count)
    if distance != 0 {
      add(direction.base, times: distance, to: parameters.base, count: parameters.count)
    }
    learner.publish()
  }

  /// Complete gradient of a training batch, in the first buffer; returns the gates' part.
  @discardableResult
  private func learnerGradient(step: Int) -> [Float] {
    _ = learner.prepare(step: step, workers: workers.count)
    let gates = passes(step: step)
    complete()
    return gates
  }

  private func complete() {
    adapters.completeGradient(gradients[0])
    adapters.clearGates(in: gradients[0])
  }

  /// Passes over the prepared batch; raw sums in the first buffer. Returns the modules' part.
  private func passes(step: Int) -> [Float] {
    let (learner, gradients) = (learner, gradients)
    workers.run { worker in
      gradients[worker].fill(0)
      _ = learner.accumulate(step: step, worker: worker, gradient: gradients[worker])
    }
    for other in gradients.dropFirst() {
      add(other.base, to: gradients[0].base, count: other.count)
    }
    return adapters.adapters.enumerated().map { index, adapter in
      adapter.scale
        * dot(
          adapters.gates(index, in: gradients[0]), adapters.gates(index, in: adapters.parameters),
          count: adapter.rank)
    }
  }
}
