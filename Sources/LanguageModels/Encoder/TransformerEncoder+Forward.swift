import Tensors

extension TransformerEncoder {
  /// Computes the hidden states of some sequences of a batch.
  ///
  /// - Parameters:
  ///   - batch: The packed batch.
  ///   - sequences: The chunk: which of its sequences.
  ///   - firstTokensOnly: Whether only the first token's final state is wanted, as by a classifier. The last
  ///     layer then computes nothing else; all results are the same as without.
  ///   - dropout: Dropout of this pass.
  ///   - activations: This worker's memory; keeps what ``backward(_:dropout:activations:gradient:)`` needs.
  /// - Returns: Final hidden states, `[sequences or tokens, width]`, valid until the next pass.
  public func forward(
    _ batch: PackedBatch, sequences: Range<Int>, firstTokensOnly: Bool, dropout: PassDropout,
    activations: EncoderActivations
  ) -> Matrix {
    activations.prepare(batch, sequences, firstTokensOnly: firstTokensOnly, for: self)
    var hidden = embed(batch, dropout: dropout, activations)
    for index in layers.indices {
      hidden = forward(layer: index, hidden, dropout: dropout, activations)
    }
    return hidden
  }

  /// `dropout(norm(word + position + type))`
  private func embed(_ batch: PackedBatch, dropout: PassDropout, _ memory: EncoderActivations)
    -> Matrix
  {
    let width = configuration.width
    let sums = memory.scratchWide.matrix(rows: memory.tokens, columns: width)
    sumEmbeddings(batch, memory.sequences, into: sums)
    let out = memory.embedded.matrix(rows: memory.tokens, columns: width)
    embeddingNorm.forward(
      sums, residual: nil, dropout: .none, rows: .from(memory.firstToken),
      normalized: memory.dHidden.matrix(rows: memory.tokens, columns: width),
      inverseDeviation: memory.low.base, into: out)
    let site = dropout.site(configuration.hiddenDropout, DropoutSite.embedding)
    if site.probability > 0 {
      applyDropout(site, to: out, rows: .from(memory.firstToken), into: out)
    }
    return out
  }

  /// `word + position + type` of the tokens of some sequences, `[tokens, width]`.
  func sumEmbeddings(_ batch: PackedBatch, _ sequences: Range<Int>, into sums: Matrix) {
    let width = configuration.width
    let start = batch.offsets[sequences.lowerBound]
    for sequence in sequences {
      let first = batch.offsets[sequence]
      for token in first..<batch.offsets[sequence + 1] {
        let word = words.base + Int(batch.ids[token]) * width
        let type = types.base + Int(batch.typeIDs[token]) * width
        let position = positions.base + (configuration.firstPosition + token - first) * width
        let to = sums.row(token - start)
        for column in 0..<width { to[column] = word[column] + type[column] + position[column] }
      }
    }
  }

  private func forward(
    layer index: Int, _ x: Matrix, dropout: PassDropout, _ memory: EncoderActivations
  ) -> Matrix {
    let layer = layers[index]
    let saved = memory.layers[index]
    let rows = memory.rows(index)
    let width = configuration.width
    let numbers = memory.rowNumbers(index)
    let queries = rows == memory.tokens ? x : gather(x, memory)
    let adapterDropout = inputDropout(dropout, layer: index, rows: numbers, memory)
    let allRows = inputDropout(dropout, layer: index, rows: .from(memory.firstToken), memory)

    let q = saved.query.matrix(rows: rows, columns: layer.attention.width(0..<1))
    let kv = saved.keyValue.matrix(rows: memory.tokens, columns: layer.attention.width(1..<3))
    let kept = saved.us(layer.attention)
    layer.attention.forward(
      queries, parts: 0..<1, adapters: adapters, into: q, saved: kept, scratch: memory.low,
      dropout: adapterDropout)
    layer.attention.forward(
      x, parts: 1..<3, adapters: adapters, into: kv, saved: kept, scratch: memory.low,
      dropout: allRows)
    attend(index, q, kv, dropout, memory)

    let context = saved.context.matrix(rows: rows, columns: width)
    let o = memory.scratchWide.matrix(rows: rows, columns: layer.output.width(0..<1))
    layer.output.forward(
      context, parts: 0..<1, adapters: adapters, into: o, saved: saved.us(layer.output),
      scratch: memory.low, dropout: adapterDropout)
    let middle = saved.middle.matrix(rows: rows, columns: width)
    layer.norm1.forward(
      o.columns(0..<width), residual: queries,
      dropout: dropout.site(configuration.hiddenDropout, DropoutSite.attentionOutput(index)),
      rows: numbers, normalized: saved.normalized1.matrix(rows: rows, columns: width),
      inverseDeviation: saved.deviation1.base, into: middle)

    let up = saved.up.matrix(rows: rows, columns: layer.up.width(0..<1))
    layer.up.forward(
      middle, parts: 0..<1, adapters: adapters, into: up, saved: saved.us(layer.up),
      scratch: memory.low, dropout: adapterDropout)
    let activated = saved.activated.matrix(rows: rows, columns: configuration.feedForward)
    configuration.activation.forward(up.columns(0..<configuration.feedForward), into: activated)
    let down = memory.scratchWide.matrix(rows: rows, columns: layer.down.width(0..<1))
    layer.down.forward(
      activated, parts: 0..<1, adapters: adapters, into: down, saved: saved.us(layer.down),
      scratch: memory.low, dropout: adapterDropout)
    let output = saved.output.matrix(rows: rows, columns: width)
    layer.norm2.forward(
      down.columns(0..<width), residual: middle,
      dropout: dropout.site(configuration.hiddenDropout, DropoutSite.output(index)), rows: numbers,
      normalized: saved.normalized2.matrix(rows: rows, columns: width),
      inverseDeviation: saved.deviation2.base, into: output)
    return output
  }

  /// The first token's row of every sequence.
  private func gather(_ x: Matrix, _ memory: EncoderActivations) -> Matrix {
    let out = memory.gathered.matrix(rows: memory.sequences.count, columns: x.columns)
    for sequence in 0..<memory.sequences.count {
      out.row(sequence).update(from: x.row(memory.offsets[sequence]), count: x.columns)
    }
    return out
  }

  private func attend(
    _ index: Int, _ q: Matrix, _ kv: Matrix, _ dropout: PassDropout, _ memory: EncoderActivations
  ) {
    let site = dropout.site(configuration.attentionDropout, DropoutSite.probabilities(index))
    let context = memory.layers[index].context.matrix(
      rows: memory.rows(index), columns: configuration.width)
    forEachHead(index, q, kv, site, memory) { views, site, logSum, _ in
      head.forward(
        q: views.q, k: views.k, v: views.v, dropout: site, logSum: logSum,
        into: context.rows(views.rows).columns(views.columns), workspace: memory.attention.base)
    }
  }

  /// One head of one sequence: its parts of the projected queries, keys and values.
  struct HeadViews {
    var q: Matrix
    var k: Matrix
    var v: Matrix
    /// Rows of the queries within the chunk.
    var rows: Range<Int>
    /// Tokens of the sequence within the chunk.
    var tokens: Range<Int>
    /// Columns of the head.
    var columns: Range<Int>
    /// First column of the values in the matrix of keys and values.
    var valueStart: Int
  }

  /// Calls `body` for each head of each sequence, with its dropout site and its place for the log-sums.
  func forEachHead(
    _ index: Int, _ q: Matrix, _ kv: Matrix, _ site: Dropout, _ memory: EncoderActivations,
    body: (HeadViews, Dropout, UnsafeMutablePointer<Float>, Int) -> Void
  ) {
    let rows = memory.rows(index)
    let all = rows == memory.tokens
    let valueStart = layers[index].attention.parts[1].extent
    for sequence in 0..<memory.sequences.count {
      let tokens = memory.offsets[sequence]..<memory.offsets[sequence + 1]
      let range = all ? tokens : sequence..<(sequence + 1)
      let keys = kv.rows(tokens)
      // The sequence's number in the batch, so that the division into chunks changes nothing.
      let number = (memory.sequences.lowerBound + sequence) * configuration.heads
      for h in 0..<configuration.heads {
        let columns = (h * head.width)..<((h + 1) * head.width)
        let views = HeadViews(
          q: q.rows(range).columns(columns), k: keys.columns(columns),
          v: keys.columns((valueStart + columns.lowerBound)..<(valueStart + columns.upperBound)),
          rows: range, tokens: tokens, columns: columns, valueStart: valueStart)
        let logSum = memory.layers[index].logSum.base + h * rows + range.lowerBound
        body(views, site.part(number + h), logSum, h)
      }
    }
  }
}

extension EncoderActivations.Layer {
  /// The saved U of a block's parts, in their order.
  func us(_ block: LinearBlock) -> [FloatBuffer] { block.parts.map { saved[$0.kind.rawValue]! } }
}
