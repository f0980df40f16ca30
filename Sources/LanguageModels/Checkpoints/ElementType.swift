/// Types of numbers in a safetensors file.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  /// 64-bit floating point.
  case f64 = "F64"
  /// 32-bit floating point.
  case f32 = "F32"
  /// 16-bit floating point (IEEE 754 half).
  case f16 = "F16"
  /// 16-bit floating point with the exponent of 32-bit floats.
  case bf16 = "BF16"
  /// 64-bit integers.
  case i64 = "I64"
  /// 32-bit integers.
  case i32 = "I32"
  /// 16-bit integers.
  case i16 = "I16"
  /// 8-bit integers.
  case i8 = "I8"
  /// 64-bit integers without sign.
  case u64 = "U64"
  /// 32-bit integers without sign.
  case u32 = "U32"
  /// 16-bit integers without sign.
  case u16 = "U16"
  /// 8-bit integers without sign.
  case u8 = "U8"
  /// Truth values of one byte.
  case bool = "BOOL"
  /// 8-bit floating point, 4 bits of exponent.
  case f8e4m3 = "F8_E4M3"
  /// 8-bit floating point, 5 bits of exponent.
  case f8e5m2 = "F8_E5M2"

  /// Bytes that one number takes.
  public var size: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .i8, .u8, .bool, .f8e4m3, .f8e5m2: 1
    }
  }

  /// Whether ``Safetensors`` reads it as floats.
  public var isReadAsFloat: Bool {
    switch self {
    case .f64, .f32, .f16, .bf16: true
    default: false
    }
  }
}

/// Reads numbers of one type from bytes of any alignment, little-endian.
enum ElementConversion {
  /// Converts as many numbers as `output` has room for.
  ///
  /// Exact but for 64-bit floats, which are rounded to nearest. Infinities and NaN stay what they are.
  static func floats(
    _ bytes: UnsafeRawBufferPointer, _ type: ElementType,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    switch type {
    case .f32: UnsafeMutableRawBufferPointer(output).copyMemory(from: bytes)
    case .f64:
      for index in output.indices {
        output[index] = Float(bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self))
      }
    case .bf16:
      for index in output.indices {
        let bits = bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
        output[index] = Float(bitPattern: UInt32(bits) << 16)
      }
    case .f16:
      for index in output.indices {
        output[index] = half(bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
      }
    default: preconditionFailure("\(type.rawValue) is not read as floats")
    }
  }

  /// A half as a float, by integer arithmetic and one exact multiplication: it vectorises.
  @inline(__always)
  static func half(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7FFF) << 13
    let sign = UInt32(bits & 0x8000) << 16
    // Moves the exponent's bias from 15 to 127; subnormals come out right too.
    let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    let value = magnitude >= 0x0F80_0000 ? magnitude | 0x7F80_0000 : scaled
    return Float(bitPattern: value | sign)
  }
}
