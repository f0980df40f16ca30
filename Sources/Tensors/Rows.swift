import CKernels

/// Which rows of the batch a matrix holds, for dropout's element numbers.
public enum RowNumbers: Sendable {
  /// Consecutive rows from this one.
  case from(Int)
  /// These rows.
  case at([Int32])

  func withRaw<R>(_ body: (Int32, UnsafePointer<Int32>?) -> R) -> R {
    switch self {
    case .from(let first): body(Int32(first), nil)
    case .at(let rows): rows.withUnsafeBufferPointer { body(0, $0.baseAddress) }
    }
  }
}

/// A layer norm's frozen parameters.
public struct LayerNorm: Sendable {
  /// Gain, `[width]`.
  public let gain: FloatBuffer
  /// Shift, `[width]`.
  public let shift: FloatBuffer
  /// Added to the variance.
  public let epsilon: Float

  /// Creates a layer norm.
  public init(gain: FloatBuffer, shift: FloatBuffer, epsilon: Float) {
    precondition(gain.count == shift.count, "gain \(gain.count), shift \(shift.count)")
    self.gain = gain
    self.shift = shift
    self.epsilon = epsilon
  }

  /// `out = norm(residual + dropout(y))`, all `[tokens, width]`.
  ///
  /// - Parameters:
  ///   - y: The sub-layer's output.
  ///   - residual: Added to it, or nil.
  ///   - dropout: Applied to `y`.
  ///   - rows: Row numbers of the batch.
  ///   - normalized: Saved for the backward pass: zero mean, unit variance; contiguous.
  ///   - inverseDeviation: Saved for the backward pass, `[tokens]`.
  ///   - out: The result.
  public func forward(
    _ y: Matrix, residual: Matrix?, dropout: Dropout, rows: RowNumbers, normalized: Matrix,
    inverseDeviation: UnsafeMutablePointer<Float>, into out: Matrix
  ) {
    precondition(
      y.columns == gain.count && out.columns == gain.count && out.rows == y.rows
        && normalized.stride == gain.count,
      "shape mismatch: y \(y.shape), out \(out.shape), width \(gain.count)")
    rows.withRaw { first, numbers in
      ck_residual_layer_norm(
        Int32(y.rows), Int32(y.columns), y.base, Int32(y.stride), residual?.base,
        Int32(residual?.stride ?? 0), dropout.site, first, numbers, epsilon, gain.base, shift.base,
        normalized.base, inverseDeviation, out.base, Int32(out.stride))
    }
  }

  /// Gradients of ``forward(_:residual:dropout:rows:normalized:inverseDeviation:into:)``.
  ///
  /// - Parameters:
  ///   - dOut: Gradient of the output, contiguous; may be `dSum` itself.
  ///   - normalized: As saved.
  ///   - inverseDeviation: As saved.
  ///   - dropout: As in the forward pass.
  ///   - rows: As in the forward pass.
  ///   - dSum: Gradient of the residual, overwritten, contiguous.
  ///   - dY: Gradient of `y`, overwritten.
  public func backward(
    _ dOut: Matrix, normalized: Matrix, inverseDeviation: UnsafePointer<Float>, dropout: Dropout,
    rows: RowNumbers, residualInto dSum: Matrix, into dY: Matrix
  ) {
    precondition(
      dOut.stride == gain.count && dSum.stride == gain.count && dY.columns == gain.count,
      "shape mismatch: dOut \(dOut.shape), dY \(dY.shape), width \(gain.count)")
    rows.withRaw { first, numbers in
      ck_residual_layer_norm_backward(
        Int32(dOut.rows), Int32(dOut.columns), dOut.base, normalized.base, inverseDeviation,
        gain.base, dropout.site, first, numbers, dSum.base, dY.base, Int32(dY.stride))
    }
  }
}

/// `y = dropout(x)`, row by row; in place is allowed. The backward pass is the same on the gradient.
public func applyDropout(_ dropout: Dropout, to x: Matrix, rows: RowNumbers, into y: Matrix) {
  precondition(
    x.rows == y.rows && x.columns == y.columns, "shape mismatch: x \(x.shape), y \(y.shape)")
  rows.withRaw { first, numbers in
    ck_dropout_rows(
      Int32(x.rows), Int32(x.columns), x.base, Int32(x.stride), y.base, Int32(y.stride),
      dropout.site, first, numbers)
  }
}

/// A feed-forward layer's non-linearity.
public enum Activation: Int32, Sendable {
  /// `x Phi(x)` with the error function, as BERT's `gelu`.
  case gelu = 0
  /// The tanh form of GELU, as `gelu_new` and `gelu_pytorch_tanh`.
  case geluTanh = 1
  /// `max(0, x)`.
  case relu = 2

  /// `y = activation(x)`.
  public func forward(_ x: Matrix, into y: Matrix) {
    precondition(
      x.rows == y.rows && x.columns == y.columns, "shape mismatch: x \(x.shape), y \(y.shape)")
    ck_activation(
      rawValue, Int32(x.rows), Int32(x.columns), x.base, Int32(x.stride), y.base, Int32(y.stride))
  }

  /// `d *= activation'(x)`: `d` comes in as the gradient of the output, goes out as that of the input.
  public func backward(_ x: Matrix, gradient d: Matrix) {
    precondition(
      x.rows == d.rows && x.columns == d.columns, "shape mismatch: x \(x.shape), d \(d.shape)")
    ck_activation_backward(
      rawValue, Int32(x.rows), Int32(x.columns), x.base, Int32(x.stride), d.base, Int32(d.stride))
  }
}

/// `y = tanh(x)`, element by element.
public func hyperbolicTangent(_ x: Matrix, into y: Matrix) {
  precondition(
    x.rows == y.rows && x.columns == y.columns, "shape mismatch: x \(x.shape), y \(y.shape)")
  for row in 0..<x.rows { ck_tanh(Int32(x.columns), x.row(row), y.row(row)) }
}
