import Tensors

/// A change of one component's coefficient.
struct AblationChange {
  /// Index of the adapter.
  var adapter: Int
  /// Slot in it.
  var slot: Int
  /// Added to the coefficient.
  var amount: Float
}

extension AblationReplicate {
  /// Final hidden states of the traced network with one coefficient changed.
  ///
  /// With u = A x of the changed component, y' = y + amount u b for its linear layer. Then
  ///
  /// - query, key: attention is computed anew; the rest follows.
  /// - value: the probabilities stay, so head h of the context changes by (P_h u) times b's part: the output
  ///   projection's sum changes by one term a head.
  /// - output: its sum changes by one term.
  /// - up: the pre-activation changes by one term.
  /// - down: its sum changes by one term, and with it the next layer's projections.
  ///
  /// A changed sum passes a norm and the linear layer behind it as a mixture (``mixture(_:_:)``).
  func run(_ change: AblationChange) -> Matrix {
    let adapters = shape.encoder.adapters
    let site = adapters.adapters[change.adapter].site
    let b = images.matrix(rows: 1, columns: site.outputs)
    b.clear()
    add(
      adapters.up(change.adapter, in: adapters.parameters).row(change.slot), times: change.amount,
      to: b.base, count: site.outputs)
    let layer = site.layer
    switch site.kind {
    case .query: changeQuery(layer, change, b)
    case .key: changeKey(layer, change, b)
    case .value: changeValue(layer, change, b)
    case .output: changeMiddle(layer, by: low(layer, .output, change.slot), times: b)
    case .up: changeUp(layer, change, b)
    case .down: return changeDown(layer, change, b)
    }
    return finish(from: layer + 1)
  }

  /// u of one component for the rows of its input, `[rows, 1]`.
  private func low(_ layer: Int, _ kind: LinearKind, _ slot: Int) -> Matrix {
    guard let low = trace.layers[layer].low[kind] else {
      preconditionFailure("layer \(layer) has no adapter on \(kind)")
    }
    let rows = kind == .key || kind == .value ? shape.tokens : shape.rows(layer)
    return low.matrix(rows: rows, columns: low.count / rows).columns(slot..<(slot + 1))
  }

  private func changeQuery(_ layer: Int, _ change: AblationChange, _ b: Matrix) {
    let base = trace.layers[layer]
    let rows = shape.rows(layer)
    let query = sum.matrix(rows: rows, columns: shape.width)
    copy(base.query.matrix(rows: rows, columns: shape.width), into: query)
    Skinny.expand(low(layer, .query, change.slot), b, bias: nil, addingTo: query)
    attend(layer, query: query, base.projected.matrix(rows: shape.tokens, columns: 3 * shape.width))
    behindAttention(layer, skip: base.skip.matrix(rows: rows, columns: shape.width))
  }

  private func changeKey(_ layer: Int, _ change: AblationChange, _ b: Matrix) {
    let base = trace.layers[layer]
    let (rows, width) = (shape.rows(layer), shape.width)
    let z = projected.matrix(rows: shape.tokens, columns: 3 * width)
    copy(
      base.projected.matrix(rows: shape.tokens, columns: 3 * width).columns(width..<(3 * width)),
      into: z.columns(width..<(3 * width)))
    Skinny.expand(
      low(layer, .key, change.slot), b, bias: nil, addingTo: z.columns(width..<(2 * width)))
    attend(layer, query: base.query.matrix(rows: rows, columns: width), z)
    behindAttention(layer, skip: base.skip.matrix(rows: rows, columns: width))
  }

  private func changeValue(_ layer: Int, _ change: AblationChange, _ b: Matrix) {
    let (rows, width, heads) = (shape.rows(layer), shape.width, shape.heads)
    // Head by head b's part through the output projection, `[heads, width]`.
    let parts = centered.matrix(rows: heads, columns: width)
    parts.clear()
    for h in 0..<heads {
      let first = h * shape.headWidth
      (parts.row(h) + first).update(from: b.base + first, count: shape.headWidth)
    }
    let terms = images.matrix(rows: heads, columns: width)
    weights.layers[layer].output.multiply(parts, bias: nil, into: terms)
    let mixed = trace.layers[layer].mixed.matrix(
      at: change.slot * rows * heads, rows: rows, columns: heads)
    changeMiddle(layer, by: mixed, times: terms)
  }

  /// The attention's sum changes by `w terms`, `[rows, n] x [n, width]`; the layer's rest follows.
  private func changeMiddle(_ layer: Int, by w: Matrix, times terms: Matrix) {
    let (rows, width) = (shape.rows(layer), shape.width)
    let (base, blocks) = (trace.layers[layer], shape.encoder.layers[layer])
    let middle = middle.matrix(rows: rows, columns: width)
    changeSum(base.sum1, by: w, times: terms, blocks.norm1, into: middle)
    let mixture = mixture(w, base.deviation1)
    let basis = basis(terms, blocks.norm1, weights.layers[layer].up, weights.layers[layer].upRest)
    let up = base.up.matrix(rows: rows, columns: shape.feedForward)
    feedForward(layer, middle: middle) { range, out in
      mix(up.rows(range), mixture.rows(range), basis, into: out)
    }
  }

  private func changeUp(_ layer: Int, _ change: AblationChange, _ b: Matrix) {
    let base = trace.layers[layer]
    let rows = shape.rows(layer)
    let u = low(layer, .up, change.slot)
    let up = base.up.matrix(rows: rows, columns: shape.feedForward)
    feedForward(layer, middle: base.middle.matrix(rows: rows, columns: shape.width)) { range, out in
      copy(up.rows(range), into: out)
      Skinny.expand(u.rows(range), b, bias: nil, addingTo: out)
    }
  }

  private func changeDown(_ layer: Int, _ change: AblationChange, _ b: Matrix) -> Matrix {
    let (rows, width) = (shape.rows(layer), shape.width)
    let (base, next) = (trace.layers[layer], layer + 1)
    let norm = shape.encoder.layers[layer].norm2
    let w = low(layer, .down, change.slot)
    let x = hidden.matrix(rows: rows, columns: width)
    changeSum(base.sum2, by: w, times: b, norm, into: x)
    if next == shape.layers || shape.isShort(next) { return finish(from: next) }
    let mixture = mixture(w, base.deviation2)
    let basis = basis(
      b, norm, weights.layers[next].attention, weights.layers[next].attentionRest)
    let z = projected.matrix(rows: rows, columns: 3 * width)
    mix(
      trace.layers[next].projected.matrix(rows: rows, columns: 3 * width), mixture, basis,
      into: z)
    attend(next, query: z.columns(0..<width), z)
    behindAttention(next, skip: x)
    return finish(from: next + 1)
  }

  // MARK: A norm and a linear layer behind a changed sum

  /// `out = norm(base + w terms)`; leaves the inverse deviations in `deviation`.
  private func changeSum(
    _ base: FloatBuffer, by w: Matrix, times terms: Matrix, _ norm: LayerNorm, into out: Matrix
  ) {
    let changed = sum.matrix(rows: w.rows, columns: shape.width)
    copy(base.matrix(rows: w.rows, columns: shape.width), into: changed)
    Skinny.expand(w, terms, bias: nil, addingTo: changed)
    normalize(norm, changed, residual: nil, into: out)
  }

  /// Factors of the basis' rows for each token: `[rows, n + 1]`.
  ///
  /// The norm of s' = s + w c, with inverse deviations d and d', gain g and shift f, is
  ///
  ///     norm(s') = d'/d (norm(s) - f) + d' w (c - mean(c)) o g + f
  ///
  /// so a linear layer (W, b) behind it gives, from its outputs z for s,
  ///
  ///     z' = d'/d z + (d' w) ((c - mean(c)) o g) W^T + (1 - d'/d) (f W^T + b)
  ///
  /// Exact, and without a product with W for the tokens.
  private func mixture(_ w: Matrix, _ old: FloatBuffer) -> Matrix {
    let mixture = mixture.matrix(rows: w.rows, columns: w.columns + 1)
    for row in 0..<w.rows {
      let (inverse, from, to) = (deviation.base[row], w.row(row), mixture.row(row))
      for column in 0..<w.columns { to[column] = inverse * from[column] }
      to[w.columns] = 1 - inverse / old.base[row]
    }
    return mixture
  }

  /// The rows that the mixture's factors multiply: `[n + 1, outputs]`.
  private func basis(
    _ terms: Matrix, _ norm: LayerNorm, _ weight: PackedWeight, _ rest: FloatBuffer
  ) -> Matrix {
    let width = shape.width
    let centered = centered.matrix(rows: terms.rows, columns: width)
    for row in 0..<terms.rows {
      let (from, to) = (terms.row(row), centered.row(row))
      var total = 0.0
      for column in 0..<width { total += Double(from[column]) }
      let mean = Float(total / Double(width))
      for column in 0..<width { to[column] = (from[column] - mean) * norm.gain.base[column] }
    }
    let basis = basis.matrix(rows: terms.rows + 1, columns: weight.outputs)
    weight.multiply(centered, bias: nil, into: basis.rows(0..<terms.rows))
    basis.row(terms.rows).update(from: rest.base, count: weight.outputs)
    return basis
  }

  /// `out = d'/d z + mixture basis` for some rows.
  private func mix(
    _ z: Matrix, _ mixture: Matrix, _ basis: Matrix, into out: Matrix
  ) {
    for row in 0..<z.rows {
      let (from, to) = (z.row(row), out.row(row))
      // 1 - d'/d is the last factor.
      let factor = 1 - mixture[row, mixture.columns - 1]
      for column in 0..<z.columns { to[column] = factor * from[column] }
    }
    Skinny.expand(mixture, basis, bias: nil, addingTo: out)
  }
}
