import Foundation
import Tensors
import Testing

@Suite struct AttentionTests {
  /// One head by the definition, in Double, with the dropout factors given.
  static func reference(
    q: [[Double]], k: [[Double]], v: [[Double]], factors: [[Double]]
  ) -> [[Double]] {
    let width = Double(k[0].count).squareRoot()
    return q.enumerated().map { i, query in
      let scores = k.map { key in zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } / width }
      let largest = scores.max()!
      let weights = scores.map { exp($0 - largest) }
      let total = weights.reduce(0, +)
      return (0..<v[0].count).map { d in
        weights.indices.reduce(0) { $0 + weights[$1] / total * factors[i][$1] * v[$1][d] }
      }
    }
  }

  /// The factors that a site gives to a matrix whose rows are padded to whole vectors of 16.
  static func factors(_ dropout: Dropout, queries: Int, keys: Int) -> [[Double]] {
    let padded = (keys + 15) / 16 * 16
    let ones = FloatBuffer(count: queries * padded)
    ones.fill(1)
    let view = ones.matrix(rows: queries, columns: padded)
    if dropout.probability > 0 { applyDropout(dropout, to: view, rows: .from(0), into: view) }
    return view.columns(0..<keys).doubles
  }

  @Test(arguments: [1, 2, 13, 16, 40], [8, 32])
  func `attention and its gradients agree with the definition`(_ keys: Int, _ width: Int) {
    for (queries, dropout) in [
      (keys, Dropout.none), (1, .none), (keys, Dropout(probability: 0.3, key: 9)),
    ] {
      let head = AttentionHead(width: width)
      let q = Sample(queries, width, seed: 1)
      let k = Sample(keys, width, seed: 2)
      let v = Sample(keys, width, seed: 3)
      let out = Sample(queries, width, seed: 4)
      let logSum = FloatBuffer(count: queries)
      let workspace = FloatBuffer(count: head.workspace(queries: queries, keys: keys))
      head.forward(
        q: q.matrix, k: k.matrix, v: v.matrix, dropout: dropout, logSum: logSum.base,
        into: out.matrix, workspace: workspace.base)
      let factors = Self.factors(dropout, queries: queries, keys: keys)
      let expected = Self.reference(
        q: q.matrix.doubles, k: k.matrix.doubles, v: v.matrix.doubles, factors: factors)
      #expect(out.matrix.difference(expected) < 1e-5)

      let w = Sample(queries, width, seed: 5)
      let (dq, dk, dv) = (
        Sample(queries, width, seed: 6), Sample(keys, width, seed: 7), Sample(keys, width, seed: 8)
      )
      head.backward(
        q: q.matrix, k: k.matrix, v: v.matrix, dropout: dropout, logSum: logSum.base,
        dOut: w.matrix, dq: dq.matrix, dk: dk.matrix, dv: dv.matrix, workspace: workspace.base)
      func value(_ q: [[Double]], _ k: [[Double]], _ v: [[Double]]) -> Double {
        zip(Self.reference(q: q, k: k, v: v, factors: factors), w.matrix.doubles).reduce(0) {
          $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
      let inputs = [q.matrix.doubles, k.matrix.doubles, v.matrix.doubles]
      for (index, gradient) in [dq.matrix, dk.matrix, dv.matrix].enumerated() {
        for (i, j) in [(0, 0), (gradient.rows - 1, width - 1), (gradient.rows / 2, 3)] {
          var (up, down) = (inputs, inputs)
          up[index][i][j] += 1e-5
          down[index][i][j] -= 1e-5
          let slope = (value(up[0], up[1], up[2]) - value(down[0], down[1], down[2])) / 2e-5
          #expect(abs(Double(gradient[i, j]) - slope) < 1e-4 * max(1, abs(slope)))
        }
      }
    }
  }
}
