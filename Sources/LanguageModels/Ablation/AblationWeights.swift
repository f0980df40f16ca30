import Tensors

/// The dense linear layers of one network: the frozen weights, or these with adapters merged into them.
///
///     W + B diag(s c) A
///
/// so that a pass has large products only. One copy serves both networks of a round, one after the other.
final class AblationWeights: @unchecked Sendable {
  /// One transformer layer.
  struct Layer {
    let attention: PackedWeight  // query, key, value
    let attentionBias: FloatBuffer
    let output: PackedWeight
    let up: PackedWeight
    let down: PackedWeight
    /// Bias of the projections plus their image of the shift of the norm before them, `[3 width]`.
    let attentionRest: FloatBuffer
    /// The same for the feed-forward layer, `[feed-forward]`.
    let upRest: FloatBuffer
  }

  /// What first tokens alone need of the last layer.
  struct FirstTokens {
    let query: PackedWeight
    let keyValue: FloatBuffer  // [2 width, width]
  }

  let layers: [Layer]
  let firstTokens: FirstTokens
  private let encoder: TransformerEncoder
  private let dense: [FloatBuffer]
  private let factors: [FloatBuffer]

  /// Makes room, with scratch memory for so many workers.
  init(_ encoder: TransformerEncoder, workers: Int) {
    self.encoder = encoder
    let (width, wide) = (encoder.configuration.width, encoder.configuration.feedForward)
    layers = encoder.layers.map { layer in
      let bias = FloatBuffer(layer.attention.parts.flatMap(\.bias.array))
      return Layer(
        attention: PackedWeight(outputs: 3 * width, inputs: width), attentionBias: bias,
        output: PackedWeight(outputs: width, inputs: width),
        up: PackedWeight(outputs: wide, inputs: width),
        down: PackedWeight(outputs: width, inputs: wide),
        attentionRest: FloatBuffer(count: 3 * width), upRest: FloatBuffer(count: wide))
    }
    firstTokens = FirstTokens(
      query: PackedWeight(outputs: width, inputs: width),
      keyValue: FloatBuffer(count: 2 * width * width))
    let largest = max(3 * width, wide) * width
    dense = (0..<workers).map { _ in FloatBuffer(count: largest) }
    let rank = encoder.adapters.adapters.map(\.rank).max() ?? 0
    factors = (0..<workers).map { _ in FloatBuffer(count: max(width, wide) * rank) }
  }

  /// Takes the frozen weights with adapters of these coefficients; all 0 gives the frozen network.
  func merge(_ coefficients: [Float], _ workers: Workers) {
    workers.run { [self] worker in
      for index in stride(from: worker, to: layers.count, by: workers.count) {
        merge(index, coefficients, worker)
      }
    }
  }

  private func merge(_ index: Int, _ coefficients: [Float], _ worker: Int) {
    let (blocks, layer) = (encoder.layers[index], layers[index])
    let attention = merged(blocks.attention, coefficients, worker)
    layer.attention.pack(attention)
    if index > 0 {
      let shift = encoder.layers[index - 1].norm2.shift.matrix(rows: 1, columns: attention.columns)
      layer.attention.multiply(
        shift, bias: layer.attentionBias.base,
        into: layer.attentionRest.matrix(rows: 1, columns: attention.rows))
    }
    if index == layers.count - 1 {
      let width = attention.columns
      firstTokens.query.pack(attention.rows(0..<width))
      firstTokens.keyValue.base.update(from: attention.row(width), count: 2 * width * width)
    }
    layer.output.pack(merged(blocks.output, coefficients, worker))
    layer.up.pack(merged(blocks.up, coefficients, worker))
    layer.up.multiply(
      blocks.norm1.shift.matrix(rows: 1, columns: blocks.up.inputs),
      bias: blocks.up.parts[0].bias.base,
      into: layer.upRest.matrix(rows: 1, columns: layer.up.outputs))
    layer.down.pack(merged(blocks.down, coefficients, worker))
  }

  /// The block's parts below each other, `[outputs, inputs]`, in the worker's scratch memory.
  private func merged(_ block: LinearBlock, _ coefficients: [Float], _ worker: Int) -> Matrix {
    let adapters = encoder.adapters
    let outputs = block.parts.reduce(0) { $0 + $1.outputs }
    let all = dense[worker].matrix(rows: outputs, columns: block.inputs)
    var first = 0
    for part in block.parts {
      let rows = all.rows(first..<(first + part.outputs))
      rows.base.update(
        from: block.weight.base + part.start * block.inputs, count: part.outputs * block.inputs)
      first += part.outputs
      guard let index = part.adapter else { continue }
      let up = adapters.up(index, in: adapters.parameters)
      let scaled = factors[worker].matrix(rows: part.outputs, columns: part.rank)
      for slot in 0..<part.rank {
        let coefficient = coefficients[adapters.adapters[index].component + slot]
        for row in 0..<part.outputs { scaled[row, slot] = coefficient * up[slot, row] }
      }
      Skinny.expand(
        scaled, adapters.down(index, in: adapters.parameters), bias: nil, addingTo: rows)
    }
    return all
  }
}
