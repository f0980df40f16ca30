import CKernels

/// One head's scaled dot-product attention inside one sequence; no mask, for no padding is ever stored.
///
///     out = dropout(softmax(q k^T / sqrt(width))) v
///
/// The probabilities are not kept: the backward pass works them out again from each query's saved
/// log-sum-exp, so memory grows with tokens and not with their square.
public struct AttentionHead: Sendable {
  /// Width of the head.
  public let width: Int

  /// Creates the operation for heads of this width.
  public init(width: Int) { self.width = width }

  private var scale: Float { 1 / Float(width).squareRoot() }

  /// Floats of workspace that a call needs.
  public func workspace(queries: Int, keys: Int) -> Int {
    Int(ck_attention_workspace(Int32(queries), Int32(keys), Int32(width)))
  }

  /// Forward pass.
  ///
  /// - Parameters:
  ///   - q: Queries `[queries, width]`.
  ///   - k: Keys `[keys, width]`.
  ///   - v: Values, with the stride of `k`.
  ///   - dropout: Of the probabilities; the site must be this head's and this sequence's own.
  ///   - logSum: Saved for the backward pass, `[queries]`.
  ///   - out: `[queries, width]`, overwritten.
  ///   - workspace: See ``workspace(queries:keys:)``.
  public func forward(
    q: Matrix, k: Matrix, v: Matrix, dropout: Dropout, logSum: UnsafeMutablePointer<Float>,
    into out: Matrix, workspace: UnsafeMutablePointer<Float>
  ) {
    ck_attention(
      Int32(q.rows), Int32(k.rows), Int32(width), scale, q.base, Int32(q.stride), k.base, v.base,
      Int32(k.stride), dropout.site, logSum, out.base, Int32(out.stride), workspace)
  }

  /// Gradients of the forward pass, overwritten into `dq`, `dk`, `dv`.
  public func backward(
    q: Matrix, k: Matrix, v: Matrix, dropout: Dropout, logSum: UnsafePointer<Float>, dOut: Matrix,
    dq: Matrix, dk: Matrix, dv: Matrix, workspace: UnsafeMutablePointer<Float>
  ) {
    ck_attention_backward(
      Int32(q.rows), Int32(k.rows), Int32(width), scale, q.base, Int32(q.stride), k.base, v.base,
      Int32(k.stride), dropout.site, logSum, dOut.base, Int32(dOut.stride), dq.base,
      Int32(dq.stride), dk.base, dv.base, Int32(dk.stride), workspace)
  }
}
