import Foundation
import Tensors

/// Memory for the attention of first tokens alone.
struct FirstTokenScratch: Sendable {
  let skip: FloatBuffer  // [sequences, width]
  let query: FloatBuffer  // [sequences, width]
  let wide: FloatBuffer  // [sequences, heads * width]: queries taken back, then mixed inputs
  let probabilities: FloatBuffer  // [longest, heads]

  init(_ shape: AblationShape) {
    let sequences = shape.firstTokensOnly ? shape.batch.count : 0
    skip = FloatBuffer(count: sequences * shape.width)
    query = FloatBuffer(count: sequences * shape.width)
    wide = FloatBuffer(count: sequences * shape.heads * shape.width)
    probabilities = FloatBuffer(count: shape.longest * shape.heads)
  }
}

extension AblationReplicate {
  /// Attention of the first tokens over the states in `hidden`, into `context`, without keys and values.
  ///
  /// With one query a sequence it is cheaper to take the query back through the keys' weight, and the mixed
  /// inputs forward through the values' weight, than to project every token:
  ///
  ///     q . (K x_s + b) = (K^T q) . x_s + q . b        the last term is the same for all s: softmax ignores it
  ///     sum_s p_s (V x_s + b) = V (sum_s p_s x_s) + b  the p_s add up to 1
  func attendFirstTokens(_ layer: Int) {
    let (width, heads, headWidth) = (shape.width, shape.heads, shape.headWidth)
    let count = shape.batch.count
    let block = shape.encoder.layers[layer].attention
    let x = hidden.matrix(rows: shape.tokens, columns: width)
    let skip = firstTokens.skip.matrix(rows: count, columns: width)
    let query = firstTokens.query.matrix(rows: count, columns: width)
    shape.gather(x, 0..<count, into: skip)
    weights.firstTokens.query.multiply(skip, bias: block.parts[0].bias.base, into: query)
    let keyWeight = weights.firstTokens.keyValue.matrix(rows: width, columns: width)
    let valueWeight = weights.firstTokens.keyValue.matrix(
      at: width * width, rows: width, columns: width)
    let wide = firstTokens.wide.matrix(rows: count, columns: heads * width)
    wide.clear()
    for h in 0..<heads {
      let range = (h * headWidth)..<((h + 1) * headWidth)
      Skinny.expand(
        query.columns(range), keyWeight.rows(range), bias: nil,
        addingTo: wide.columns((h * width)..<((h + 1) * width)))
    }
    for sequence in 0..<count {
      let tokens = shape.tokens(sequence..<(sequence + 1))
      let states = x.rows(tokens)
      let heads = Matrix(base: wide.row(sequence), rows: heads, columns: width, stride: width)
      let p = firstTokens.probabilities.matrix(rows: tokens.count, columns: heads.rows)
      Skinny.reduce(states, heads, into: p)
      softmaxColumns(p, scale: 1 / Float(headWidth).squareRoot())
      heads.clear()
      Skinny.accumulate(p, states, addingTo: heads)
    }
    let context = context.matrix(rows: count, columns: width)
    for h in 0..<heads {
      let range = (h * headWidth)..<((h + 1) * headWidth)
      Skinny.reduce(
        wide.columns((h * width)..<((h + 1) * width)), valueWeight.rows(range),
        into: context.columns(range))
    }
    for row in 0..<count { add(block.parts[2].bias.base, to: context.row(row), count: width) }
  }

  /// Each column becomes the softmax of `scale` times itself.
  private func softmaxColumns(_ scores: Matrix, scale: Float) {
    for column in 0..<scores.columns {
      var largest = scores[0, column]
      for row in 1..<max(1, scores.rows) { largest = max(largest, scores[row, column]) }
      var total: Float = 0
      for row in 0..<scores.rows {
        let e = exp((scores[row, column] - largest) * scale)
        scores[row, column] = e
        total += e
      }
      for row in 0..<scores.rows { scores[row, column] /= total }
    }
  }
}
