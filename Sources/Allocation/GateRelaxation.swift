import Foundation

/// Module gates in place of a module selection: continuous, so that they have a gradient.
///
///     sigmoid   g_m = 1 / (1 + exp(-theta_m))
///     softmax   g_m = N exp(theta_m) / sum over the N modules of its layer of exp(theta)
///
/// Softmax gates have the mean 1 in every layer. DiffoRA's abstract names a relaxation, not its function:
/// both are our reconstruction, after DARTS (Liu et al. 2019) and Flexora (Wei et al. 2025).
package struct GateRelaxation: Sendable, Codable {
  /// The function.
  package enum Function: Int, Sendable, Codable {
    case sigmoid, softmax
  }

  let function: Function
  /// Modules of each layer.
  let layers: [[Int]]

  /// Creates the relaxation of modules that lie in these layers.
  package init(function: Function, layers: [[Int]]) {
    self.function = function
    self.layers = layers
  }

  /// Gate of every module.
  package func gates(_ theta: [Float]) -> [Float] {
    switch function {
    case .sigmoid: return theta.map { 1 / (1 + exp(-$0)) }
    case .softmax:
      var gates = theta
      for modules in layers {
        let largest = modules.reduce(-Float.infinity) { max($0, theta[$1]) }
        for module in modules { gates[module] = exp(theta[module] - largest) }
        let sum = modules.reduce(0) { $0 + gates[$1] }
        for module in modules { gates[module] *= Float(modules.count) / sum }
      }
      return gates
    }
  }

  /// Gradient with respect to theta of what has the gradient `gradients` with respect to the gates.
  ///
  ///     sigmoid   dL/dtheta_m = dL/dg_m g_m (1 - g_m)
  ///     softmax   dL/dtheta_m = g_m (dL/dg_m - sum over its layer of dL/dg g / N)
  package func pullBack(_ gradients: [Float], theta: [Float]) -> [Float] {
    let gates = gates(theta)
    switch function {
    case .sigmoid: return zip(gradients, gates).map { $0 * $1 * (1 - $1) }
    case .softmax:
      var result = gradients
      for modules in layers {
        let mean =
          modules.reduce(0) { $0 + gradients[$1] * gates[$1] } / Float(modules.count)
        for module in modules { result[module] = gates[module] * (gradients[module] - mean) }
      }
      return result
    }
  }
}
