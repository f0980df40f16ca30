import Tensors

/// One worker's computation of the network with one component changed.
///
/// What the change does not reach is read from the trace. Inside its layer the change is of rank one, and
/// stays of low rank through linear layers and norms up to the next non-linearity; from there on everything
/// is computed anew (``AblationReplicate/run(_:_:)``).
final class AblationReplicate: @unchecked Sendable {
  let shape: AblationShape
  let weights: AblationWeights
  let trace: AblationTrace
  /// Rows of the feed-forward layer that are computed together, so that they stay in the second cache.
  static let feedForwardRows = 192

  let attention: AttentionScratch
  let hidden: FloatBuffer  // [tokens, width]
  let projected: FloatBuffer  // [tokens, 3 width]
  let context: FloatBuffer  // [tokens, width]
  let sum: FloatBuffer  // [tokens, width]
  let middle: FloatBuffer  // [tokens, width]
  let normalized: FloatBuffer  // [tokens, width]
  let deviation: FloatBuffer  // [tokens]
  let up: FloatBuffer  // [feedForwardRows, feed-forward]
  let mixture: FloatBuffer  // [tokens, heads + 1]
  let basis: FloatBuffer  // [heads + 1, widest]
  let images: FloatBuffer  // [heads, width]
  let centered: FloatBuffer  // [heads, width]
  let firstTokens: FirstTokenScratch

  init(_ shape: AblationShape, _ weights: AblationWeights, _ trace: AblationTrace) {
    self.shape = shape
    self.weights = weights
    self.trace = trace
    let (width, tokens, heads) = (shape.width, shape.tokens, shape.heads)
    func rows(_ columns: Int) -> FloatBuffer { FloatBuffer(count: tokens * columns) }
    attention = AttentionScratch(shape)
    hidden = rows(width)
    projected = rows(3 * width)
    context = rows(width)
    sum = rows(width)
    middle = rows(width)
    normalized = rows(width)
    deviation = rows(1)
    up = FloatBuffer(count: Self.feedForwardRows * shape.feedForward)
    mixture = rows(heads + 1)
    basis = FloatBuffer(count: (heads + 1) * max(3 * width, shape.feedForward))
    images = FloatBuffer(count: heads * width)
    centered = FloatBuffer(count: heads * width)
    firstTokens = FirstTokenScratch(shape)
  }

  // MARK: Whole layers

  /// Layers from `index` on, over the hidden states in `hidden`; returns the final ones.
  func finish(from index: Int) -> Matrix {
    for layer in index..<max(index, shape.layers) {
      if shape.isShort(layer) {
        attendFirstTokens(layer)
        behindAttention(
          layer, skip: firstTokens.skip.matrix(rows: shape.batch.count, columns: shape.width))
      } else {
        let x = hidden.matrix(rows: shape.tokens, columns: shape.width)
        let z = projected.matrix(rows: shape.tokens, columns: 3 * shape.width)
        weights.layers[layer].attention.multiply(
          x, bias: weights.layers[layer].attentionBias.base, into: z)
        attend(layer, query: z.columns(0..<shape.width), z)
        behindAttention(layer, skip: x)
      }
    }
    return hidden.matrix(rows: shape.rows(shape.layers - 1), columns: shape.width)
  }

  /// Attention into `context`, with keys and values in the columns of projections.
  func attend(_ layer: Int, query: Matrix, _ keysAndValues: Matrix) {
    let width = shape.width
    shape.attend(
      q: query, k: keysAndValues.columns(width..<(2 * width)),
      v: keysAndValues.columns((2 * width)..<(3 * width)), sequences: 0..<shape.batch.count,
      into: context.matrix(rows: shape.rows(layer), columns: width), scratch: attention)
  }

  /// From the context to the layer's output in `hidden`; `skip` may be `hidden` itself.
  func behindAttention(_ layer: Int, skip: Matrix) {
    let (rows, width) = (shape.rows(layer), shape.width)
    let blocks = shape.encoder.layers[layer]
    let y = sum.matrix(rows: rows, columns: width)
    weights.layers[layer].output.multiply(
      context.matrix(rows: rows, columns: width), bias: blocks.output.parts[0].bias.base, into: y)
    let middle = middle.matrix(rows: rows, columns: width)
    normalize(blocks.norm1, y, residual: skip, into: middle)
    feedForward(layer, middle: middle) { range, up in
      weights.layers[layer].up.multiply(
        middle.rows(range), bias: blocks.up.parts[0].bias.base, into: up)
    }
  }

  /// The feed-forward layer and its norm, into `hidden`; `fill` gives the pre-activations of some rows.
  func feedForward(_ layer: Int, middle: Matrix, fill: (Range<Int>, Matrix) -> Void) {
    let (rows, width) = (middle.rows, shape.width)
    let blocks = shape.encoder.layers[layer]
    let y = sum.matrix(rows: rows, columns: width)
    for first in stride(from: 0, to: rows, by: Self.feedForwardRows) {
      let range = first..<min(first + Self.feedForwardRows, rows)
      let up = up.matrix(rows: range.count, columns: shape.feedForward)
      fill(range, up)
      shape.encoder.configuration.activation.forward(up, into: up)
      weights.layers[layer].down.multiply(
        up, bias: blocks.down.parts[0].bias.base, into: y.rows(range))
    }
    normalize(
      blocks.norm2, y, residual: middle, into: hidden.matrix(rows: rows, columns: width))
  }

  func normalize(_ norm: LayerNorm, _ y: Matrix, residual: Matrix?, into out: Matrix) {
    norm.forward(
      y, residual: residual, dropout: .none, rows: .from(0),
      normalized: normalized.matrix(rows: y.rows, columns: shape.width),
      inverseDeviation: deviation.base, into: out)
  }
}
