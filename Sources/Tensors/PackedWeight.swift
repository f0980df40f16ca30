import CKernels

/// A linear layer's weight laid out for many products with it.
///
/// Laying out costs about as much as one product with a few rows. Afterwards a product needs no packing of
/// its own, which OpenBLAS does at each call, and is as fast for thirty rows as for thousands.
public struct PackedWeight: Sendable {
  /// Width of the output.
  public let outputs: Int
  /// Width of the input.
  public let inputs: Int
  private let panels: FloatBuffer

  /// Allocates room for a weight `[outputs, inputs]`; all zero at first.
  public init(outputs: Int, inputs: Int) {
    self.outputs = outputs
    self.inputs = inputs
    panels = FloatBuffer(count: Int(ck_packed_count(Int32(outputs), Int32(inputs))))
  }

  /// Takes a weight in the checkpoint's layout, `[outputs, inputs]`.
  public func pack(_ weight: Matrix) {
    precondition(
      weight.rows == outputs && weight.columns == inputs,
      "shape mismatch: weight \(weight.shape), room for [\(outputs), \(inputs)]")
    ck_pack(Int32(outputs), Int32(inputs), weight.base, Int32(weight.stride), panels.base)
  }

  /// `y = x W^T + bias`: `x [rows, inputs]`, `y [rows, outputs]`, on the calling thread.
  ///
  /// Each row's result is the same whatever rows are computed with it.
  public func multiply(_ x: Matrix, bias: UnsafePointer<Float>?, into y: Matrix) {
    precondition(
      x.columns == inputs && y.columns == outputs && x.rows == y.rows,
      "shape mismatch: x \(x.shape), W [\(outputs), \(inputs)], y \(y.shape)")
    if y.rows == 0 { return }
    ck_multiply_packed(
      Int32(x.rows), Int32(outputs), Int32(inputs), x.base, Int32(x.stride), panels.base, bias,
      y.base, Int32(y.stride))
  }
}
