import Allocation
import Foundation
import LanguageModels
import Tensors

/// The terms that allocators add to the loss: value, and gradients added to the factors' gradients.
package enum RegularizerTerm {
  /// Value of the term; its gradient is added to `gradient`.
  package static func add(
    _ regularizer: Regularizer, of adapters: AdapterSet, to gradient: FloatBuffer
  )
    -> Double
  {
    switch regularizer {
    case .none: 0
    case .orthogonality(let weight): orthogonality(weight, adapters, gradient)
    case .equilibrium(let weight): equilibrium(weight, adapters, gradient)
    case .sparsity(let weight): sparsity(weight, adapters, gradient)
    }
  }

  /// SoRA: `weight * mean |c|` over all gates; its gradient is `weight sign(c) / count`, 0 at 0.
  ///
  /// Source: Ding et al. 2023, arXiv:2311.11696, as its code's `compute_loss` takes the mean.
  private static func sparsity(
    _ weight: Float, _ adapters: AdapterSet, _ gradient: FloatBuffer
  ) -> Double {
    let share = weight / Float(max(1, adapters.componentCount))
    var total = 0.0
    for (index, adapter) in adapters.adapters.enumerated() {
      let gates = adapters.gates(index, in: adapters.parameters)
      let dGates = adapters.gates(index, in: gradient)
      for slot in 0..<adapter.rank where gates[slot] != 0 {
        total += Double(abs(gates[slot]))
        dGates[slot] += gates[slot] < 0 ? -share : share
      }
    }
    return total * Double(share)
  }

  /// AdaLoRA: `weight * mean over all A and B of ||M||_F`, `M = A A^T - I` (`B^T B - I`).
  ///
  ///     d ||M||_F / dA = 2 M A / ||M||_F
  ///
  /// The norm is not squared, as in both published codes (methods: Zhang et al. 2023, eq. 4 squares it).
  /// At `M = 0` the gradient is taken as 0.
  private static func orthogonality(
    _ weight: Float, _ adapters: AdapterSet, _ gradient: FloatBuffer
  ) -> Double {
    let share = weight / Float(2 * adapters.adapters.count)
    let rank = adapters.adapters.map(\.rank).max() ?? 0
    let gram = FloatBuffer(count: rank * rank)
    var total = 0.0
    for index in adapters.adapters.indices {
      for (factor, dFactor) in [
        (adapters.down(index, in: adapters.parameters), adapters.down(index, in: gradient)),
        (adapters.up(index, in: adapters.parameters), adapters.up(index, in: gradient)),
      ] {
        let m = gram.matrix(rows: factor.rows, columns: factor.rows)
        Skinny.reduce(factor, factor, into: m)
        for slot in 0..<factor.rows { m[slot, slot] -= 1 }
        let norm = sumOfSquares(
          UnsafeMutableBufferPointer(start: m.base, count: m.rows * m.columns)
        ).squareRoot()
        total += Double(norm)
        if norm > 0 {
          scale(m.base, by: share * 2 / norm, count: m.rows * m.columns)
          Skinny.expand(m, factor, bias: nil, addingTo: dFactor)
        }
      }
    }
    return total * Double(share)
  }

  /// DoRA's DEM: `weight * sum_i (Var(a_i) + Var(b_i)) / (modules * 2 * rank)`, variance over a vector's entries, unbiased.
  ///
  /// The published code's normalisation; the paper's eq. 10 read literally is twice as strong.
  private static func equilibrium(
    _ weight: Float, _ adapters: AdapterSet, _ gradient: FloatBuffer
  ) -> Double {
    var total = 0.0
    for (index, adapter) in adapters.adapters.enumerated() {
      let share = weight / Float(adapters.adapters.count * 2 * adapter.rank)
      for (factor, dFactor) in [
        (adapters.down(index, in: adapters.parameters), adapters.down(index, in: gradient)),
        (adapters.up(index, in: adapters.parameters), adapters.up(index, in: gradient)),
      ] where factor.columns > 1 {
        for slot in 0..<factor.rows {
          total += Double(
            share * variance(factor.row(slot), factor.columns, dFactor.row(slot), share))
        }
      }
    }
    return total
  }

  /// Unbiased variance of a vector; `share * d variance / d x` is added to `gradient`.
  private static func variance(
    _ x: UnsafeMutablePointer<Float>, _ count: Int, _ gradient: UnsafeMutablePointer<Float>,
    _ share: Float
  ) -> Float {
    var mean: Float = 0
    for entry in 0..<count { mean += x[entry] }
    mean /= Float(count)
    let factor = 2 * share / Float(count - 1)
    var total: Float = 0
    for entry in 0..<count {
      let difference = x[entry] - mean
      total += difference * difference
      gradient[entry] += factor * difference
    }
    return total / Float(count - 1)
  }
}
