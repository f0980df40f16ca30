import Foundation

/// Tells whether files are the ones they were, at the speed of memory.
///
/// XXH64 with seed 0. It guards against mistakes, not against malice.
///
/// Source: Collet, xxHash's specification, doc/xxhash_spec.md, XXH64. Checked against its published values.
public enum Fingerprint {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5
  )

  /// Fingerprint of some files' contents, in this order: 16 hexadecimal digits a file.
  ///
  /// - Throws: ``CheckpointError`` with code `missing` or `unreadable`.
  public static func text(of files: [URL]) throws(CheckpointError) -> String {
    var text = ""
    for file in files {
      let mapped = try MappedFile(file)
      text += withExtendedLifetime(mapped) { Self.text(mapped.bytes) }
    }
    return text
  }

  /// Fingerprint of bytes in memory: 16 hexadecimal digits.
  public static func text(of data: Data) -> String { data.withUnsafeBytes { text($0) } }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    let digits = String(hash(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// XXH64 with seed 0.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let (p1, p2, p3, p4, p5) = primes
    var position = 0
    func word() -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
    var hash: UInt64
    if bytes.count >= 32 {
      var (a, b, c, d) = (p1 &+ p2, p2, UInt64(0), 0 &- p1)
      while position + 32 <= bytes.count {
        a = round(a, word())
        position += 8
        b = round(b, word())
        position += 8
        c = round(c, word())
        position += 8
        d = round(d, word())
        position += 8
      }
      hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* p1 &+ p4 }
    } else {
      hash = p5
    }
    hash &+= UInt64(bytes.count)
    while position + 8 <= bytes.count {
      hash = rotate(hash ^ round(0, word()), 27) &* p1 &+ p4
      position += 8
    }
    if position + 4 <= bytes.count {
      let half = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      hash = rotate(hash ^ (UInt64(UInt32(littleEndian: half)) &* p1), 23) &* p2 &+ p3
      position += 4
    }
    while position < bytes.count {
      hash = rotate(hash ^ (UInt64(bytes[position]) &* p5), 11) &* p1
      position += 1
    }
    hash = (hash ^ (hash >> 33)) &* p2
    hash = (hash ^ (hash >> 29)) &* p3
    return hash ^ (hash >> 32)
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* primes.1, 31) &* primes.0
  }

  private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }
}
