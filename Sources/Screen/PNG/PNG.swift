/// Writes pixels as a PNG file: true colour, eight bits a channel, no other library.
///
/// Rows are filtered by the row above and compressed with runs of equal pixels under the fixed codes of
/// deflate: pictures of text shrink to a few per cent. Sources: the PNG specification (W3C, third
/// edition), RFC 1950 (zlib) and RFC 1951 (deflate).
public enum PNG {
  /// The file of a picture.
  ///
  /// - Parameters:
  ///   - pixels: Red, green and blue of each pixel, row by row: `3 * width * height` bytes.
  public static func file(width: Int, height: Int, pixels: [UInt8]) -> [UInt8] {
    precondition(width > 0 && height > 0, "a picture of \(width) x \(height) pixels")
    precondition(
      pixels.count == 3 * width * height,
      "\(pixels.count) bytes for \(width) x \(height) pixels")
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Eight bits a channel, colour type 2 (RGB), deflate, adaptive filters, not interlaced.
    append("IHDR", bytes(UInt32(width)) + bytes(UInt32(height)) + [8, 2, 0, 0, 0], to: &file)
    append("IDAT", zlib(filtered(pixels, stride: 3 * width)), to: &file)
    append("IEND", [], to: &file)
    return file
  }

  private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
    let body = Array(type.utf8) + data
    file += bytes(UInt32(data.count)) + body + bytes(checksum(body))
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// Each row as its difference from the row above, which is zero for most of a picture of text.
  private static func filtered(_ pixels: [UInt8], stride: Int) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity(pixels.count + pixels.count / stride)
    for start in Swift.stride(from: 0, to: pixels.count, by: stride) {
      rows.append(2)
      for index in start..<start + stride {
        rows.append(index >= stride ? pixels[index] &- pixels[index - stride] : pixels[index])
      }
    }
    return rows
  }

  private static func zlib(_ data: [UInt8]) -> [UInt8] {
    var stream = DeflateStream()
    stream.write(data)
    return [0x78, 0x01] + stream.finish() + bytes(adler(data))
  }

  private static func adler(_ data: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in data {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }

  /// CRC-32 as PNG has it.
  private static func checksum(_ data: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in data { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
    return ~sum
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }
}

/// One block of deflate with the fixed codes: literals, and copies of what stood three bytes before.
struct DeflateStream {
  private var output: [UInt8] = []
  private var pending: UInt32 = 0
  private var pendingBits: UInt32 = 0

  /// A copy goes back by one pixel.
  private static let distance = 3

  /// Starts the only block.
  init() { put(0b011, bits: 3) }

  mutating func write(_ data: [UInt8]) {
    var index = 0
    while index < data.count {
      var run = 0
      if index >= Self.distance {
        while run < 258, index + run < data.count,
          data[index + run] == data[index + run - Self.distance]
        {
          run += 1
        }
      }
      if run >= 3 {
        copy(run)
        index += run
      } else {
        symbol(Int(data[index]))
        index += 1
      }
    }
  }

  /// Shortest length of each length code from 257 on (RFC 1951, 3.2.5).
  private static let lengths = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]

  /// A copy of 3 ... 258 bytes.
  private mutating func copy(_ length: Int) {
    let code = (Self.lengths.lastIndex { $0 <= length }) ?? 0
    symbol(257 + code)
    // Each four codes take one bit more to say how far the length is above their shortest.
    if (8..<28).contains(code) {
      put(UInt32(length - Self.lengths[code]), bits: UInt32(code / 4 - 1))
    }
    put(reversed(UInt32(Self.distance - 1), bits: 5), bits: 5)
  }

  /// Ends the block and returns all bytes.
  mutating func finish() -> [UInt8] {
    symbol(256)
    if pendingBits > 0 { put(0, bits: 8 - pendingBits) }
    return output
  }

  /// A literal, the end, or a length under the fixed code (RFC 1951, 3.2.6).
  private mutating func symbol(_ value: Int) {
    switch value {
    case ...143: put(reversed(UInt32(0x30 + value), bits: 8), bits: 8)
    case ...255: put(reversed(UInt32(0x190 + value - 144), bits: 9), bits: 9)
    case ...279: put(reversed(UInt32(value - 256), bits: 7), bits: 7)
    default: put(reversed(UInt32(0xC0 + value - 280), bits: 8), bits: 8)
    }
  }

  private mutating func put(_ value: UInt32, bits: UInt32) {
    pending |= value << pendingBits
    pendingBits += bits
    while pendingBits >= 8 {
      output.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingBits -= 8
    }
  }

  /// Codes are sent with their highest bit first.
  private func reversed(_ value: UInt32, bits: UInt32) -> UInt32 {
    (0..<bits).reduce(0) { $0 << 1 | (value >> $1) & 1 }
  }
}
