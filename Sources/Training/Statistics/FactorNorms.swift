import LanguageModels
import Tensors

/// Frobenius norms of updates, without ever forming an out x in matrix.
///
///     ||c_i b_i a_i^T||_F = |c_i| ||b_i|| ||a_i||
///     ||B diag(c) A||_F   = sqrt( c^T [ (B^T B) o (A A^T) ] c )
///
/// Checked against plain loops by `FactorNormsTests`. A NaN in a factor comes through.
public final class FactorNorms {
  private let adapters: AdapterSet
  private let gramA: FloatBuffer
  private let gramB: FloatBuffer
  /// Norm of every component, flat.
  public private(set) var components: [Float]
  /// Norm of every module's update.
  public private(set) var modules: [Float]

  /// Creates the meter of a set of adapters.
  public init(_ adapters: AdapterSet) {
    self.adapters = adapters
    let rank = adapters.adapters.map(\.rank).max() ?? 0
    gramA = FloatBuffer(count: rank * rank)
    gramB = FloatBuffer(count: rank * rank)
    components = Array(repeating: 0, count: adapters.componentCount)
    modules = Array(repeating: 0, count: adapters.adapters.count)
  }

  /// Works out all norms from the current factors and gates.
  public func measure() {
    for (index, adapter) in adapters.adapters.enumerated() {
      let a = adapters.down(index, in: adapters.parameters)
      let b = adapters.up(index, in: adapters.parameters)
      let c = adapters.gates(index, in: adapters.parameters)
      let rank = adapter.rank
      let products = (
        a: gramA.matrix(rows: rank, columns: rank), b: gramB.matrix(rows: rank, columns: rank)
      )
      Skinny.reduce(a, a, into: products.a)
      Skinny.reduce(b, b, into: products.b)
      var whole = 0.0
      for i in 0..<rank {
        let own = products.a[i, i] * products.b[i, i]
        components[adapter.component + i] = abs(c[i]) * own.squareRoot()
        var row = 0.0
        for j in 0..<rank {
          row += Double(c[j]) * Double(products.a[i, j]) * Double(products.b[i, j])
        }
        whole += Double(c[i]) * row
      }
      // Rounding can leave a tiny negative where components cancel.
      modules[index] = Float((whole < 0 ? 0 : whole).squareRoot())
    }
  }
}
