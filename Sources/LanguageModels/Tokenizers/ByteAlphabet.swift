/// The printable characters that byte-level vocabularies write bytes with.
///
/// Printable Latin-1 stands for itself; the 68 other bytes take U+0100 and up, in order.
enum ByteAlphabet {
  /// Character of every byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<256).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(UInt8(byte))
      default:
        defer { next += 1 }
        return Unicode.Scalar(next)!
      }
    }
  }()

  /// Byte of every character.
  static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

  /// The bytes that a token of the vocabulary stands for, nil where a character is no byte's.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
