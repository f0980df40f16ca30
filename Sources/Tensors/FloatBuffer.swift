#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Owned floats at a fixed address, aligned to 64 bytes and zero at first.
///
/// A class, so that views into it stay valid while anyone holds it. It does not guard its elements: whoever
/// shares one among threads divides it into parts that no two threads write at a time.
public final class FloatBuffer: @unchecked Sendable {
  /// Number of floats.
  public let count: Int
  /// First element.
  public let base: UnsafeMutablePointer<Float>

  /// Allocates `count` zeros.
  public init(count: Int) {
    precondition(count >= 0, "a buffer cannot hold \(count) floats")
    self.count = count
    let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) / 64 * 64)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    base = raw.assumingMemoryBound(to: Float.self)
  }

  /// Allocates a copy of these floats.
  public convenience init(_ values: some Collection<Float>) {
    self.init(count: values.count)
    _ = elements.initialize(from: values)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// All elements.
  public var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// A copy as an array, for tests and files.
  public var array: [Float] { Array(elements) }

  /// Sets every element.
  public func fill(_ value: Float) { elements.update(repeating: value) }

  /// A row-major matrix whose first element is at `offset`.
  public func matrix(at offset: Int = 0, rows: Int, columns: Int, stride: Int? = nil) -> Matrix {
    let stride = stride ?? columns
    precondition(
      offset >= 0 && (rows == 0 || offset + (rows - 1) * stride + columns <= count),
      "[\(rows), \(columns)] with stride \(stride) at \(offset) is outside \(count) floats")
    return Matrix(base: base + offset, rows: rows, columns: columns, stride: stride)
  }
}
