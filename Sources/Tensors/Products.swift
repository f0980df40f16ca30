import CKernels
import COpenBLAS

/// OpenBLAS as this process sees it.
public enum OpenBLAS {
  /// What is wrong when the library cannot be used, with what to do.
  public struct Unavailable: Error, CustomStringConvertible {
    /// What happened and what to do.
    public let description: String
  }

  /// Opens the library; must have succeeded before any large product.
  public static func open() throws(Unavailable) {
    if let message = cob_open() { throw Unavailable(description: String(cString: message)) }
  }

  /// Name of the kernels in use, e.g. `SkylakeX`; empty before ``open()``.
  public static var coreName: String { String(cString: cob_core_name()) }
}

/// `c = a b^T + (accumulating ? c : 0)` with OpenBLAS, on the calling thread.
///
/// - Parameters:
///   - a: `[m, k]`.
///   - b: `[n, k]`, e.g. a weight in the checkpoint's layout (out x in).
///   - c: `[m, n]`, overwritten or added to; overlaps neither.
///   - accumulating: Whether `c` is added to.
public func multiply(_ a: Matrix, transposed b: Matrix, into c: Matrix, accumulating: Bool = false)
{
  precondition(
    a.columns == b.columns && c.rows == a.rows && c.columns == b.rows,
    "shape mismatch: a \(a.shape), b^T of \(b.shape), c \(c.shape)")
  if c.rows == 0 || c.columns == 0 { return }
  cob_sgemm(
    false, true, Int32(a.rows), Int32(b.rows), Int32(a.columns), 1, a.base, Int32(a.stride),
    b.base, Int32(b.stride), accumulating ? 1 : 0, c.base, Int32(c.stride))
}

/// `c = a b + (accumulating ? c : 0)` with OpenBLAS, on the calling thread.
///
/// - Parameters:
///   - a: `[m, k]`.
///   - b: `[k, n]`.
///   - c: `[m, n]`, overwritten or added to; overlaps neither.
///   - accumulating: Whether `c` is added to.
public func multiply(_ a: Matrix, _ b: Matrix, into c: Matrix, accumulating: Bool = false) {
  precondition(
    a.columns == b.rows && c.rows == a.rows && c.columns == b.columns,
    "shape mismatch: a \(a.shape), b \(b.shape), c \(c.shape)")
  if c.rows == 0 || c.columns == 0 { return }
  cob_sgemm(
    false, false, Int32(a.rows), Int32(b.columns), Int32(a.columns), 1, a.base, Int32(a.stride),
    b.base, Int32(b.stride), accumulating ? 1 : 0, c.base, Int32(c.stride))
}

/// `c = a^T b + (accumulating ? c : 0)` with OpenBLAS, on the calling thread.
///
/// - Parameters:
///   - a: `[k, m]`.
///   - b: `[k, n]`.
///   - c: `[m, n]`, overwritten or added to; overlaps neither.
///   - accumulating: Whether `c` is added to.
public func multiply(transposed a: Matrix, _ b: Matrix, into c: Matrix, accumulating: Bool = false)
{
  precondition(
    a.rows == b.rows && c.rows == a.columns && c.columns == b.columns,
    "shape mismatch: a^T of \(a.shape), b \(b.shape), c \(c.shape)")
  if c.rows == 0 || c.columns == 0 { return }
  cob_sgemm(
    true, false, Int32(a.columns), Int32(b.columns), Int32(a.rows), 1, a.base, Int32(a.stride),
    b.base, Int32(b.stride), accumulating ? 1 : 0, c.base, Int32(c.stride))
}

/// The skinny products that adapters are made of, with kernels of our own.
///
/// OpenBLAS runs them at a fraction of its rate; here the rank dimension is the short one and the
/// long rows are read once.
public enum Skinny {
  /// `z += bias + u b` for a low-rank `u b`: `z [tokens, out]`, `u [tokens, rank]`, `b [rank, out]`.
  public static func expand(
    _ u: Matrix, _ b: Matrix, bias: UnsafePointer<Float>?, addingTo z: Matrix
  ) {
    precondition(
      u.columns == b.rows && z.rows == u.rows && z.columns == b.columns,
      "shape mismatch: u \(u.shape), b \(b.shape), z \(z.shape)")
    ck_multiply(
      Int32(z.rows), Int32(z.columns), Int32(u.columns), u.base, Int32(u.stride), 1, b.base,
      Int32(b.stride), bias, z.base, Int32(z.stride), true)
  }

  /// `u = z b^T`: `u [tokens, rank]`, `z [tokens, out]`, `b [rank, out]`.
  public static func reduce(_ z: Matrix, _ b: Matrix, into u: Matrix) {
    precondition(
      z.columns == b.columns && u.rows == z.rows && u.columns == b.rows,
      "shape mismatch: z \(z.shape), b^T of \(b.shape), u \(u.shape)")
    ck_multiply_transposed(
      Int32(z.rows), Int32(b.rows), Int32(z.columns), z.base, Int32(z.stride), b.base,
      Int32(b.stride), u.base, Int32(u.stride))
  }

  /// `g += u^T z`: `g [rank, out]`, `u [tokens, rank]`, `z [tokens, out]`.
  public static func accumulate(_ u: Matrix, _ z: Matrix, addingTo g: Matrix) {
    precondition(
      u.rows == z.rows && g.rows == u.columns && g.columns == z.columns,
      "shape mismatch: u^T of \(u.shape), z \(z.shape), g \(g.shape)")
    ck_multiply(
      Int32(g.rows), Int32(g.columns), Int32(u.rows), u.base, 1, Int32(u.stride), z.base,
      Int32(z.stride), nil, g.base, Int32(g.stride), true)
  }
}
