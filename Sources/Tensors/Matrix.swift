/// A row-major matrix in somebody else's memory: a view, free to copy.
///
/// The ``FloatBuffer`` behind it must outlive it.
public struct Matrix: @unchecked Sendable {
  /// First element.
  public let base: UnsafeMutablePointer<Float>
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int
  /// Elements from one row's start to the next.
  public let stride: Int

  /// Creates a view.
  public init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    precondition(stride >= columns, "stride \(stride) is less than \(columns) columns")
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// One element.
  public subscript(row: Int, column: Int) -> Float {
    get { base[row * stride + column] }
    nonmutating set { base[row * stride + column] = newValue }
  }

  /// First element of a row.
  public func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }

  /// Some of the columns.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
    return Matrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// Some of the rows.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Matrix(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Sets every element to zero.
  public func clear() {
    for row in 0..<rows { self.row(row).update(repeating: 0, count: columns) }
  }

  /// The shape for messages.
  public var shape: String { "[\(rows), \(columns)]" }
}
