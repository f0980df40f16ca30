import Tensors

/// The task head of transformers' sequence classifiers, on the first token's hidden state.
///
///     BERT:     logits = Wc dropout(tanh(Wp h + bp)) + bc       the pooler Wp, bp is frozen
///     RoBERTa:  logits = Wo dropout(tanh(Wd dropout(h) + bd)) + bo     all of it is trained
///
/// What is trained is exactly what PEFT trains for `SEQ_CLS`: everything under `classifier`.
public struct ClassifierHead: Sendable {
  /// Family, which decides what is trained.
  public let family: EncoderFamily
  /// Width of the hidden state.
  public let width: Int
  /// Number of logits: classes, or 1 for regression.
  public let outputs: Int
  /// Dropout before each linear layer.
  public let dropout: Float
  /// BERT's frozen pooler: weight `[width, width]`, then bias; empty for RoBERTa.
  let pooler: FloatBuffer

  /// Creates a head; `pooler` is BERT's frozen pooler, `[width * width + width]`.
  public init(family: EncoderFamily, width: Int, outputs: Int, dropout: Float, pooler: [Float]) {
    precondition(
      pooler.count == (family == .bert ? width * width + width : 0),
      "pooler has \(pooler.count) entries for width \(width)")
    self.family = family
    self.width = width
    self.outputs = outputs
    self.dropout = dropout
    self.pooler = FloatBuffer(pooler)
  }

  /// One trained tensor of the head.
  public struct Tensor: Sendable, Hashable {
    /// Name in the task model, e.g. `classifier.weight`.
    public var name: String
    /// Shape.
    public var shape: [Int]
    /// Offset in the head's part of the flat buffers.
    public var offset: Int
    /// Number of entries.
    public var count: Int { shape.reduce(1, *) }
  }

  /// The trained tensors in the order in which they lie in memory.
  public var tensors: [Tensor] {
    var tensors: [Tensor] = []
    var offset = 0
    func append(_ name: String, _ shape: [Int]) {
      tensors.append(Tensor(name: name, shape: shape, offset: offset))
      offset += shape.reduce(1, *)
    }
    if family == .roberta {
      append("classifier.dense.weight", [width, width])
      append("classifier.dense.bias", [width])
      append("classifier.out_proj.weight", [outputs, width])
      append("classifier.out_proj.bias", [outputs])
    } else {
      append("classifier.weight", [outputs, width])
      append("classifier.bias", [outputs])
    }
    return tensors
  }

  /// Number of trained parameters.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } }

  /// Memory of one worker.
  public final class Activations: @unchecked Sendable {
    var input = FloatBuffer(count: 0)  // [rows, width], after dropout
    var pooled = FloatBuffer(count: 0)  // [rows, width], tanh
    var dropped = FloatBuffer(count: 0)  // [rows, width]
    var logits = FloatBuffer(count: 0)  // [rows, outputs]
    var dPooled = FloatBuffer(count: 0)
    var dInput = FloatBuffer(count: 0)

    /// Creates empty memory.
    public init() {}

    func prepare(_ rows: Int, width: Int, outputs: Int) {
      guard logits.count < rows * outputs || pooled.count < rows * width else { return }
      input = FloatBuffer(count: rows * width)
      pooled = FloatBuffer(count: rows * width)
      dropped = FloatBuffer(count: rows * width)
      dPooled = FloatBuffer(count: rows * width)
      dInput = FloatBuffer(count: rows * width)
      logits = FloatBuffer(count: rows * outputs)
    }
  }

  private func dense(_ parameters: FloatBuffer, _ start: Int) -> (weight: Matrix, bias: Int) {
    family == .bert
      ? (pooler.matrix(rows: width, columns: width), width * width)
      : (
        parameters.matrix(at: start, rows: width, columns: width), start + width * width
      )
  }

  private func final(_ buffer: FloatBuffer, _ start: Int) -> (
    weight: Matrix, bias: UnsafeMutablePointer<Float>
  ) {
    let offset = start + (family == .bert ? 0 : width * width + width)
    return (
      buffer.matrix(at: offset, rows: outputs, columns: width),
      buffer.base + offset + outputs * width
    )
  }

  /// Logits `[rows, outputs]` of first tokens' hidden states `[rows, width]`.
  ///
  /// - Parameters:
  ///   - hidden: Hidden states.
  ///   - firstSequence: The first row's sequence number in the batch, for dropout.
  ///   - parameters: The flat buffer of trainable parameters.
  ///   - start: Where the head begins in it.
  ///   - pass: Dropout of this pass.
  ///   - memory: This worker's memory, kept for the backward pass.
  public func forward(
    _ hidden: Matrix, firstSequence: Int, parameters: FloatBuffer, start: Int, pass: PassDropout,
    memory: Activations
  ) -> Matrix {
    let rows = hidden.rows
    memory.prepare(rows, width: width, outputs: outputs)
    let input = memory.input.matrix(rows: rows, columns: width)
    let pooled = memory.pooled.matrix(rows: rows, columns: width)
    let dropped = memory.dropped.matrix(rows: rows, columns: width)
    let logits = memory.logits.matrix(rows: rows, columns: outputs)
    let first = family == .roberta ? pass.site(dropout, 1) : .none
    applyDropout(first, to: hidden, rows: .from(firstSequence), into: input)
    let (weight, bias) = dense(parameters, start)
    multiply(input, transposed: weight, into: pooled)
    let biases = family == .bert ? pooler : parameters
    for row in 0..<rows { add(biases.base + bias, to: pooled.row(row), count: width) }
    hyperbolicTangent(pooled, into: pooled)
    applyDropout(pass.site(dropout, 2), to: pooled, rows: .from(firstSequence), into: dropped)
    let (finalWeight, finalBias) = final(parameters, start)
    multiply(dropped, transposed: finalWeight, into: logits)
    for row in 0..<rows { add(finalBias, to: logits.row(row), count: outputs) }
    return logits
  }

  /// Gradients of ``forward(_:firstSequence:parameters:start:pass:memory:)``.
  ///
  /// - Parameters:
  ///   - dLogits: `[rows, outputs]`.
  ///   - firstSequence: As in the forward pass.
  ///   - parameters: As in the forward pass.
  ///   - start: As in the forward pass.
  ///   - pass: As in the forward pass.
  ///   - memory: As in the forward pass.
  ///   - gradient: Flat gradients, **added to**.
  /// - Returns: Gradient of the hidden states, `[rows, width]`, valid until the next pass.
  public func backward(
    _ dLogits: Matrix, firstSequence: Int, parameters: FloatBuffer, start: Int, pass: PassDropout,
    memory: Activations, gradient: FloatBuffer
  ) -> Matrix {
    let rows = dLogits.rows
    let pooled = memory.pooled.matrix(rows: rows, columns: width)
    let dropped = memory.dropped.matrix(rows: rows, columns: width)
    let dPooled = memory.dPooled.matrix(rows: rows, columns: width)
    let dInput = memory.dInput.matrix(rows: rows, columns: width)
    let (dWeight, dBias) = final(gradient, start)
    multiply(transposed: dLogits, dropped, into: dWeight, accumulating: true)
    for row in 0..<rows { add(dLogits.row(row), to: dBias, count: outputs) }
    multiply(dLogits, final(parameters, start).weight, into: dPooled)
    applyDropout(pass.site(dropout, 2), to: dPooled, rows: .from(firstSequence), into: dPooled)
    for row in 0..<rows {
      let (d, y) = (dPooled.row(row), pooled.row(row))
      for column in 0..<width { d[column] *= 1 - y[column] * y[column] }
    }
    if family == .roberta {
      let (dDense, bias) = dense(gradient, start)
      let input = memory.input.matrix(rows: rows, columns: width)
      multiply(transposed: dPooled, input, into: dDense, accumulating: true)
      for row in 0..<rows { add(dPooled.row(row), to: gradient.base + bias, count: width) }
    }
    multiply(dPooled, dense(parameters, start).weight, into: dInput)
    if family == .roberta {
      applyDropout(pass.site(dropout, 1), to: dInput, rows: .from(firstSequence), into: dInput)
    }
    return dInput
  }
}
