import Tensors

/// What one network computes on the batch, kept so that a change of one component starts from it.
final class AblationTrace: @unchecked Sendable {
  /// One transformer layer; rows are all tokens, or first tokens in a last layer that computes no other.
  struct Layer {
    let input: FloatBuffer  // [tokens, width]
    let skip: FloatBuffer  // [rows, width]: input of the rows
    let query: FloatBuffer  // [rows, width]
    let projected: FloatBuffer  // [tokens, 3 width]: query, key, value
    let context: FloatBuffer  // [rows, width]
    let sum1: FloatBuffer  // [rows, width]: what the first norm reads
    let deviation1: FloatBuffer  // [rows], inverse
    let middle: FloatBuffer  // [rows, width]
    let up: FloatBuffer  // [rows, feed-forward], before the activation
    let sum2: FloatBuffer  // [rows, width]: what the second norm reads
    let deviation2: FloatBuffer  // [rows], inverse
    /// U = X A^T of each adapter: `[tokens, rank]` of keys and values, else `[rows, rank]`.
    let low: [LinearKind: FloatBuffer]
    /// Attention's probabilities times U of the values: slot by slot `[rows, heads]`.
    let mixed: FloatBuffer
  }

  let shape: AblationShape
  let layers: [Layer]
  private let output: FloatBuffer
  private let seats: [Seat]

  /// One worker's memory.
  private struct Seat {
    let attention: AttentionScratch
    let activated: FloatBuffer
    let normalized: FloatBuffer
    let low: FloatBuffer
    let keys: FloatBuffer
  }

  /// Makes room.
  init(_ shape: AblationShape, workers: Int) {
    self.shape = shape
    let (width, tokens) = (shape.width, shape.tokens)
    layers = shape.encoder.layers.enumerated().map { index, layer in
      let rows = shape.rows(index)
      func buffer(_ columns: Int) -> FloatBuffer { FloatBuffer(count: rows * columns) }
      var low: [LinearKind: FloatBuffer] = [:]
      for part in layer.blocks.flatMap(\.parts) where part.rank > 0 {
        let isLong = part.kind == .key || part.kind == .value
        low[part.kind] = FloatBuffer(count: (isLong ? tokens : rows) * part.rank)
      }
      return Layer(
        input: FloatBuffer(count: tokens * width), skip: buffer(width), query: buffer(width),
        projected: FloatBuffer(count: tokens * 3 * width), context: buffer(width),
        sum1: buffer(width), deviation1: buffer(1), middle: buffer(width),
        up: buffer(shape.feedForward), sum2: buffer(width), deviation2: buffer(1), low: low,
        mixed: buffer(shape.heads * layer.attention.parts[2].rank))
    }
    output = FloatBuffer(count: shape.rows(shape.layers - 1) * width)
    seats = (0..<workers).map { _ in
      Seat(
        attention: AttentionScratch(shape),
        activated: FloatBuffer(count: tokens * shape.feedForward),
        normalized: FloatBuffer(count: tokens * width), low: FloatBuffer(count: tokens),
        keys: FloatBuffer(count: shape.longest * 3 * shape.headWidth))
    }
  }

  /// The final hidden states, `[rows, width]`.
  var final: Matrix {
    output.matrix(rows: output.count / shape.width, columns: shape.width)
  }

  /// Computes everything with these weights, each worker its own sequences.
  func compute(_ weights: AblationWeights, _ workers: Workers) {
    let shares = shape.batch.shares(workers: workers.count, tokens: shape.tokens + 1)
    workers.run { [self] worker in
      for sequences in shares[worker] {
        embed(sequences, seats[worker])
        for index in layers.indices {
          compute(index, weights.layers[index], sequences, seats[worker])
        }
      }
    }
  }

  private func embed(_ sequences: Range<Int>, _ seat: Seat) {
    let tokens = shape.tokens(sequences)
    let sums = seat.activated.matrix(rows: tokens.count, columns: shape.width)
    shape.encoder.sumEmbeddings(shape.batch, sequences, into: sums)
    normalize(
      shape.encoder.embeddingNorm, sums, seat, deviation: seat.low.base,
      into: layers[0].input.matrix(rows: shape.tokens, columns: shape.width).rows(tokens))
  }

  private func normalize(
    _ norm: LayerNorm, _ sums: Matrix, _ seat: Seat, deviation: UnsafeMutablePointer<Float>,
    into out: Matrix
  ) {
    norm.forward(
      sums, residual: nil, dropout: .none, rows: .from(0),
      normalized: seat.normalized.matrix(rows: sums.rows, columns: shape.width),
      inverseDeviation: deviation, into: out)
  }

  private func compute(
    _ index: Int, _ weights: AblationWeights.Layer, _ sequences: Range<Int>, _ seat: Seat
  ) {
    let (layer, blocks) = (layers[index], shape.encoder.layers[index])
    let (width, count) = (shape.width, shape.rows(index))
    let (tokens, rows) = (shape.tokens(sequences), shape.rows(sequences, layer: index))
    func part(_ buffer: FloatBuffer, _ columns: Int) -> Matrix {
      buffer.matrix(rows: count, columns: columns).rows(rows)
    }
    let all = layer.input.matrix(rows: shape.tokens, columns: width)
    let x = all.rows(tokens)
    let projected = layer.projected.matrix(rows: shape.tokens, columns: 3 * width)
    weights.attention.multiply(x, bias: weights.attentionBias.base, into: projected.rows(tokens))
    let skip = layer.skip.matrix(rows: count, columns: width)
    let query = layer.query.matrix(rows: count, columns: width)
    if shape.isShort(index) {
      shape.gather(all, sequences, into: skip)
      shape.gather(projected.columns(0..<width), sequences, into: query)
    } else {
      copy(x, into: skip.rows(rows))
      copy(projected.rows(tokens).columns(0..<width), into: query.rows(rows))
    }
    let context = layer.context.matrix(rows: count, columns: width)
    shape.attend(
      q: query, k: projected.columns(width..<(2 * width)),
      v: projected.columns((2 * width)..<(3 * width)), sequences: sequences, into: context,
      scratch: seat.attention)

    let (sum1, middle) = (part(layer.sum1, width), part(layer.middle, width))
    weights.output.multiply(
      context.rows(rows), bias: blocks.output.parts[0].bias.base, into: sum1)
    add(skip.rows(rows), to: sum1)
    normalize(
      blocks.norm1, sum1, seat, deviation: layer.deviation1.base + rows.lowerBound, into: middle)
    let up = part(layer.up, shape.feedForward)
    weights.up.multiply(middle, bias: blocks.up.parts[0].bias.base, into: up)
    let activated = seat.activated.matrix(rows: rows.count, columns: shape.feedForward)
    shape.encoder.configuration.activation.forward(up, into: activated)
    let sum2 = part(layer.sum2, width)
    weights.down.multiply(activated, bias: blocks.down.parts[0].bias.base, into: sum2)
    add(middle, to: sum2)
    let next = index + 1 < layers.count ? layers[index + 1].input : output
    normalize(
      blocks.norm2, sum2, seat, deviation: layer.deviation2.base + rows.lowerBound,
      into: part(next, width))

    let inputs: [(LinearBlock, Int, Matrix, Range<Int>)] = [
      (blocks.attention, 0, skip.rows(rows), rows), (blocks.attention, 1, x, tokens),
      (blocks.attention, 2, x, tokens), (blocks.output, 0, context.rows(rows), rows),
      (blocks.up, 0, middle, rows), (blocks.down, 0, activated, rows),
    ]
    for (block, number, input, range) in inputs { reduce(layer, block.parts[number], input, range) }
    mix(layer, blocks.attention.parts[2], sequences, seat)
  }

  /// U of one adapter for some rows.
  private func reduce(
    _ layer: Layer, _ part: LinearBlock.Part, _ input: Matrix, _ range: Range<Int>
  ) {
    guard let adapter = part.adapter, let low = layer.low[part.kind] else { return }
    let adapters = shape.encoder.adapters
    let u = low.matrix(
      at: range.lowerBound * part.rank, rows: range.count, columns: part.rank)
    Skinny.reduce(input, adapters.down(adapter, in: adapters.parameters), into: u)
  }

  /// `P U` of the values' adapter for each head: attention over U in the place of the values.
  private func mix(_ layer: Layer, _ part: LinearBlock.Part, _ sequences: Range<Int>, _ seat: Seat)
  {
    guard let low = layer.low[.value] else { return }
    let (width, headWidth) = (shape.width, shape.headWidth)
    let count = layer.query.count / width
    let query = layer.query.matrix(rows: count, columns: width)
    let keys = layer.projected.matrix(rows: shape.tokens, columns: 3 * width)
    for sequence in sequences {
      let tokens = shape.tokens(sequence..<(sequence + 1))
      let rows = count == shape.tokens ? tokens : sequence..<(sequence + 1)
      // Key, U in a head's width, and the result.
      let memory = seat.keys.matrix(rows: tokens.count, columns: 3 * headWidth)
      for h in 0..<shape.heads {
        let columns = (h * headWidth)..<((h + 1) * headWidth)
        copy(
          keys.rows(tokens).columns((width + columns.lowerBound)..<(width + columns.upperBound)),
          into: memory.columns(0..<headWidth))
        for first in stride(from: 0, to: part.rank, by: headWidth) {
          let slots = first..<min(first + headWidth, part.rank)
          let values = memory.columns(headWidth..<(2 * headWidth))
          values.clear()
          copy(
            low.matrix(rows: shape.tokens, columns: part.rank).rows(tokens).columns(slots),
            into: values.columns(0..<slots.count))
          let out = memory.columns((2 * headWidth)..<(3 * headWidth)).rows(0..<rows.count)
          shape.encoder.head.forward(
            q: query.rows(rows).columns(columns), k: memory.columns(0..<headWidth), v: values,
            dropout: .none, logSum: seat.attention.logSum.base, into: out,
            workspace: seat.attention.workspace.base)
          for slot in slots {
            let to = layer.mixed.base + slot * count * shape.heads
            for (number, row) in rows.enumerated() {
              to[row * shape.heads + h] = out[number, slot - first]
            }
          }
        }
      }
    }
  }
}

/// Copies a matrix of the same shape.
func copy(_ x: Matrix, into y: Matrix) {
  precondition(
    x.rows == y.rows && x.columns == y.columns, "shape mismatch: x \(x.shape), y \(y.shape)")
  for row in 0..<x.rows { y.row(row).update(from: x.row(row), count: x.columns) }
}

/// `y += x`
func add(_ x: Matrix, to y: Matrix) {
  precondition(
    x.rows == y.rows && x.columns == y.columns, "shape mismatch: x \(x.shape), y \(y.shape)")
  for row in 0..<x.rows { Tensors.add(x.row(row), to: y.row(row), count: x.columns) }
}
