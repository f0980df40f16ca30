import Tensors

extension TransformerEncoder {
  /// Adds the adapters' raw gradients for the chunk that the last forward pass computed.
  ///
  /// - Parameters:
  ///   - dHidden: Gradient of the final hidden states, in the forward pass's shape and contiguous; overwritten.
  ///   - dropout: As in the forward pass.
  ///   - activations: The same memory.
  ///   - gradient: Raw gradients, **added to**; see ``AdapterSet/completeGradient(_:)``.
  public func backward(
    _ dHidden: Matrix, dropout: PassDropout, activations: EncoderActivations,
    gradient: FloatBuffer
  ) {
    var d = dHidden
    for index in layers.indices.reversed() where index >= firstAdapted {
      d = backward(layer: index, d, dropout: dropout, activations, gradient)
    }
  }

  private func backward(
    layer index: Int, _ dOut: Matrix, dropout: PassDropout, _ memory: EncoderActivations,
    _ gradient: FloatBuffer
  ) -> Matrix {
    let rows = memory.rows(index)
    let d1 = memory.dRows.matrix(rows: rows, columns: configuration.width)
    backwardFeedForward(index, dOut, into: d1, dropout, memory, gradient)
    backwardAttentionOutput(index, d1, dropout, memory, gradient)
    return backwardProjections(index, d1, dropout, memory, gradient)
  }

  /// Through the second layer norm, the feed-forward layers and their residual; `d1` gets the gradient of the middle.
  private func backwardFeedForward(
    _ index: Int, _ dOut: Matrix, into d1: Matrix, _ dropout: PassDropout,
    _ memory: EncoderActivations, _ gradient: FloatBuffer
  ) {
    let layer = layers[index]
    let saved = memory.layers[index]
    let rows = memory.rows(index)
    let width = configuration.width
    let dDown = memory.scratchWide.matrix(rows: rows, columns: layer.down.width(0..<1))
    layer.norm2.backward(
      dOut, normalized: saved.normalized2.matrix(rows: rows, columns: width),
      inverseDeviation: saved.deviation2.base,
      dropout: dropout.site(configuration.hiddenDropout, DropoutSite.output(index)),
      rows: memory.rowNumbers(index), residualInto: d1, into: dDown.columns(0..<width))
    let dUp = memory.scratchGradient.matrix(rows: rows, columns: layer.up.width(0..<1))
    let dActivated = dUp.columns(0..<configuration.feedForward)
    layer.down.backward(
      dDown, x: saved.activated.matrix(rows: rows, columns: configuration.feedForward),
      parts: 0..<1, adapters: adapters, saved: saved.us(layer.down), gradient: gradient,
      scratch: memory.low, inputGradient: dActivated, accumulating: false,
      dropout: inputDropout(dropout, layer: index, rows: memory.rowNumbers(index), memory),
      weightGradients: memory.weightGradients)
    let up = saved.up.matrix(rows: rows, columns: layer.up.width(0..<1))
    configuration.activation.backward(
      up.columns(0..<configuration.feedForward), gradient: dActivated)
    layer.up.backward(
      dUp, x: saved.middle.matrix(rows: rows, columns: width), parts: 0..<1, adapters: adapters,
      saved: saved.us(layer.up), gradient: gradient, scratch: memory.low, inputGradient: d1,
      accumulating: true,
      dropout: inputDropout(dropout, layer: index, rows: memory.rowNumbers(index), memory),
      weightGradients: memory.weightGradients)
  }

  /// Through the first layer norm and the attention's output layer; `d1` becomes the gradient of the residual,
  /// `scratchKeyValue` that of the heads' outputs.
  private func backwardAttentionOutput(
    _ index: Int, _ d1: Matrix, _ dropout: PassDropout, _ memory: EncoderActivations,
    _ gradient: FloatBuffer
  ) {
    let layer = layers[index]
    let saved = memory.layers[index]
    let rows = memory.rows(index)
    let width = configuration.width
    let dO = memory.scratchWide.matrix(rows: rows, columns: layer.output.width(0..<1))
    layer.norm1.backward(
      d1, normalized: saved.normalized1.matrix(rows: rows, columns: width),
      inverseDeviation: saved.deviation1.base,
      dropout: dropout.site(configuration.hiddenDropout, DropoutSite.attentionOutput(index)),
      rows: memory.rowNumbers(index), residualInto: d1, into: dO.columns(0..<width))
    layer.output.backward(
      dO, x: saved.context.matrix(rows: rows, columns: width), parts: 0..<1, adapters: adapters,
      saved: saved.us(layer.output), gradient: gradient, scratch: memory.low,
      inputGradient: memory.scratchKeyValue.matrix(rows: rows, columns: width), accumulating: false,
      dropout: inputDropout(dropout, layer: index, rows: memory.rowNumbers(index), memory),
      weightGradients: memory.weightGradients)
  }

  /// Through attention and its three projections to the layer's input.
  private func backwardProjections(
    _ index: Int, _ d1: Matrix, _ dropout: PassDropout, _ memory: EncoderActivations,
    _ gradient: FloatBuffer
  ) -> Matrix {
    let layer = layers[index]
    let saved = memory.layers[index]
    let rows = memory.rows(index)
    let all = rows == memory.tokens
    let width = configuration.width
    let dContext = memory.scratchKeyValue.matrix(rows: rows, columns: width)
    let dQ = memory.scratchWide.matrix(rows: rows, columns: layer.attention.width(0..<1))
    let dKV = memory.scratchGradient.matrix(
      rows: memory.tokens, columns: layer.attention.width(1..<3))
    backwardAttention(index, dContext, dQ, dKV, dropout, memory)

    let x =
      index == 0
      ? memory.embedded.matrix(rows: memory.tokens, columns: width)
      : memory.layers[index - 1].output.matrix(rows: memory.tokens, columns: width)
    let queries = all ? x : memory.gathered.matrix(rows: rows, columns: width)
    let goesOn = index > firstAdapted
    layer.attention.backward(
      dQ, x: queries, parts: 0..<1, adapters: adapters, saved: saved.us(layer.attention),
      gradient: gradient, scratch: memory.low, inputGradient: goesOn ? d1 : nil, accumulating: true,
      dropout: inputDropout(dropout, layer: index, rows: memory.rowNumbers(index), memory),
      weightGradients: memory.weightGradients)
    let dX = all ? d1 : memory.dHidden.matrix(rows: memory.tokens, columns: width)
    layer.attention.backward(
      dKV, x: x, parts: 1..<3, adapters: adapters, saved: saved.us(layer.attention),
      gradient: gradient, scratch: memory.low, inputGradient: goesOn ? dX : nil, accumulating: all,
      dropout: inputDropout(dropout, layer: index, rows: .from(memory.firstToken), memory),
      weightGradients: memory.weightGradients)
    if goesOn && !all { scatter(d1, into: dX, memory) }
    return dX
  }

  private func backwardAttention(
    _ index: Int, _ dContext: Matrix, _ dQ: Matrix, _ dKV: Matrix, _ dropout: PassDropout,
    _ memory: EncoderActivations
  ) {
    let layer = layers[index]
    let saved = memory.layers[index]
    let q = saved.query.matrix(rows: dQ.rows, columns: dQ.columns)
    let kv = saved.keyValue.matrix(rows: dKV.rows, columns: dKV.columns)
    let site = dropout.site(configuration.attentionDropout, DropoutSite.probabilities(index))
    precondition(layer.attention.parts.count == 3, "attention has query, key and value")
    forEachHead(index, q, kv, site, memory) { views, site, logSum, _ in
      let dKeys = dKV.rows(views.tokens)
      let values = views.columns.lowerBound + views.valueStart
      head.backward(
        q: views.q, k: views.k, v: views.v, dropout: site, logSum: logSum,
        dOut: dContext.rows(views.rows).columns(views.columns),
        dq: dQ.rows(views.rows).columns(views.columns), dk: dKeys.columns(views.columns),
        dv: dKeys.columns(values..<(values + head.width)), workspace: memory.attention.base)
    }
  }

  /// Adds the first tokens' gradients to all tokens' gradients.
  private func scatter(_ rows: Matrix, into all: Matrix, _ memory: EncoderActivations) {
    for sequence in 0..<memory.sequences.count {
      add(rows.row(sequence), to: all.row(memory.offsets[sequence]), count: rows.columns)
    }
  }
}
