/// Frobenius norms of an adapter's update and of its components: plain loops in `Double`.
///
/// These are the references against which the engine's version is tested. Shapes throughout: A is
/// `[rank, in]`, B is transposed, `[rank, out]`, the gates are `[rank]`; all row-major, so that a
/// component's entries lie together. The scale `s` is left out. NaN gives NaN.
public enum UpdateNorms {
  /// `||c_i b_i a_i^T||_F = |c_i| ||b_i|| ||a_i||` of every component, `[rank]`.
  public static func components(a: [Float], b: [Float], c: [Float]) -> [Double] {
    let (inputs, outputs) = widths(a, b, c)
    return c.indices.map { i in
      let bb = product(b, i, i, width: outputs)
      let aa = product(a, i, i, width: inputs)
      return abs(Double(c[i])) * (bb * aa).squareRoot()
    }
  }

  /// `||B diag(c) A||_F` by the Gram identity, without the `out x in` product:
  ///
  ///     ||dW||_F = sqrt(c^T [(B^T B) o (A A^T)] c)
  ///
  /// Where components nearly cancel, rounding may leave a small negative sum: it counts as 0.
  ///
  /// - Complexity: O(rank^2 (in + out)).
  public static func whole(a: [Float], b: [Float], c: [Float]) -> Double {
    let (inputs, outputs) = widths(a, b, c)
    var sum = 0.0
    for i in c.indices {
      for j in c.indices {
        sum +=
          Double(c[i]) * Double(c[j]) * product(b, i, j, width: outputs)
          * product(a, i, j, width: inputs)
      }
    }
    return sum < 0 ? 0 : sum.squareRoot()
  }

  /// `||B diag(c) A||_F` entry by entry: the definition.
  ///
  /// - Complexity: O(rank in out).
  public static func wholeByDefinition(a: [Float], b: [Float], c: [Float]) -> Double {
    let (inputs, outputs) = widths(a, b, c)
    var sum = 0.0
    for row in 0..<outputs {
      for column in 0..<inputs {
        var entry = 0.0
        for i in c.indices {
          entry +=
            Double(b[i * outputs + row]) * Double(c[i]) * Double(a[i * inputs + column])
        }
        sum += entry * entry
      }
    }
    return sum.squareRoot()
  }

  private static func product(_ rows: [Float], _ i: Int, _ j: Int, width: Int) -> Double {
    var sum = 0.0
    for k in 0..<width { sum += Double(rows[i * width + k]) * Double(rows[j * width + k]) }
    return sum
  }

  private static func widths(_ a: [Float], _ b: [Float], _ c: [Float]) -> (Int, Int) {
    let rank = max(1, c.count)
    precondition(
      a.count % rank == 0 && b.count % rank == 0,
      "factors of \(a.count) and \(b.count) entries do not divide into \(c.count) components")
    return (a.count / rank, b.count / rank)
  }
}
