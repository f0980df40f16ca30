/// A view of UTF-8 text that is known to be valid.
typealias Bytes = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
  /// Scalar that starts at a position of valid UTF-8, and its length in bytes.
  ///
  /// On bytes that are not UTF-8 it returns some scalar and never reads past the end.
  @inline(__always)
  func scalar(at position: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(self[position])
    if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard position + length <= count else { return ("\u{FFFD}", count - position) }
    var value = first & (0xFF >> UInt32(length + 1))
    for index in 1..<length { value = value << 6 | UInt32(self[position + index] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  /// Part of the text.
  @inline(__always)
  func part(_ range: Range<Int>) -> Bytes { Bytes(rebasing: self[range]) }

  /// Start of the scalar that ends before a position.
  func scalarStart(before position: Int) -> Int {
    var start = position - 1
    while start > 0, self[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}

extension [UInt8] {
  /// Appends a scalar in UTF-8.
  @inline(__always)
  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      append(contentsOf: Unicode.UTF8.encode(scalar)!)
    }
  }
}
