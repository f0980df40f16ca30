import Foundation

/// A safetensors file, mapped into memory, or the bytes of one.
///
/// Opening it reads and checks the header only; a tensor's numbers are read when they are asked for. The
/// header is believed in nothing: every tensor must lie inside the file, take the bytes its shape says,
/// and start where the one before ends.
///
/// Source: the format's description in github.com/huggingface/safetensors.
public struct Safetensors: Sendable {
  /// Where one tensor lies.
  struct Tensor: Sendable {
    var type: ElementType
    var shape: [Int]
    /// Bytes of the file.
    var range: Range<Int>
  }

  /// The file; where the bytes came from elsewhere, a name for messages.
  let path: String
  /// The file's own notes, by name.
  public let metadata: [String: String]
  private let tensors: [String: Tensor]
  private let file: MappedFile

  /// Opens a file and checks its header.
  ///
  /// - Throws: ``CheckpointError`` with code `missing`, `unreadable`, `truncated` or `malformed`.
  public init(contentsOf url: URL) throws(CheckpointError) {
    file = try MappedFile(url)
    path = url.path
    let header = try SafetensorsHeader(file.bytes, path: path)
    metadata = header.metadata
    tensors = header.tensors
  }

  /// Checks the header of bytes that lie in memory, which are copied.
  ///
  /// - Parameters:
  ///   - data: What a file would hold.
  ///   - name: What messages call it.
  /// - Throws: ``CheckpointError`` with code `truncated` or `malformed`.
  public init(data: Data, name: String) throws(CheckpointError) {
    file = MappedFile(copying: data)
    path = name
    let header = try SafetensorsHeader(file.bytes, path: path)
    metadata = header.metadata
    tensors = header.tensors
  }

  /// Names of the tensors, sorted.
  public var names: [String] { tensors.keys.sorted() }

  /// Whether a tensor is there.
  public func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// Shape of a tensor; no dimensions for a single number.
  ///
  /// - Throws: ``CheckpointError`` with code `missingTensor`.
  public func shape(of name: String) throws(CheckpointError) -> [Int] { try tensor(name).shape }

  /// Type of a tensor's numbers.
  ///
  /// - Throws: ``CheckpointError`` with code `missingTensor`.
  public func type(of name: String) throws(CheckpointError) -> ElementType { try tensor(name).type }

  /// Reads a tensor of F32, F16, BF16 or F64 as floats, row-major.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - output: As many elements as the tensor; **overwritten**.
  /// - Throws: ``CheckpointError`` with code `missingTensor`, or `wrongType` for integers.
  /// - Precondition: `output` has the tensor's count.
  public func read(
    _ name: String, into output: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    let tensor = try tensor(name)
    guard tensor.type.isReadAsFloat else {
      throw CheckpointError(
        .wrongType,
        "\(path): tensor \(name) holds \(tensor.type.rawValue), not floating-point numbers. "
          + "Use a checkpoint saved in F32, F16 or BF16.")
    }
    precondition(
      output.count * tensor.type.size == tensor.range.count,
      "\(name) is \(tensor.shape), room is for \(output.count) numbers")
    ElementConversion.floats(
      UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range]), tensor.type, into: output)
  }

  /// Reads a tensor of F32, F16, BF16 or F64 as floats, row-major.
  ///
  /// - Throws: ``CheckpointError`` with code `missingTensor`, or `wrongType` for integers.
  public func floats(_ name: String) throws(CheckpointError) -> [Float] {
    let tensor = try tensor(name)
    var failure: CheckpointError?
    let result = [Float](unsafeUninitializedCapacity: tensor.range.count / tensor.type.size) {
      buffer, count in
      do throws(CheckpointError) {
        let room = UnsafeMutableBufferPointer(
          rebasing: buffer[..<(tensor.range.count / tensor.type.size)])
        try read(name, into: room)
        count = room.count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return result
  }

  /// Reads a tensor of I32 or I64 as 32-bit integers, row-major.
  ///
  /// - Throws: ``CheckpointError`` with code `missingTensor`, or `wrongType` for other types and for
  ///   numbers that do not fit.
  public func readInt32(_ name: String) throws(CheckpointError) -> [Int32] {
    let tensor = try tensor(name)
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
    let values: [Int32?]
    switch tensor.type {
    case .i32:
      values = stride(from: 0, to: bytes.count, by: 4).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Int32.self)
      }
    case .i64:
      values = stride(from: 0, to: bytes.count, by: 8).map {
        Int32(exactly: bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self))
      }
    default:
      throw CheckpointError(
        .wrongType, "\(path): tensor \(name) holds \(tensor.type.rawValue), not I32 or I64.")
    }
    let result = values.compactMap { $0 }
    guard result.count == values.count else {
      throw CheckpointError(
        .wrongType, "\(path): tensor \(name) holds numbers that do not fit 32 bits.")
    }
    return result
  }

  private func tensor(_ name: String) throws(CheckpointError) -> Tensor {
    guard let tensor = tensors[name] else {
      throw CheckpointError(
        .missingTensor,
        "\(path) has no tensor \(name); it has \(Self.listed(names)). "
          + "Check that the file belongs to this model.")
    }
    return tensor
  }

  /// The first few names, and how many more there are.
  static func listed(_ names: [String]) -> String {
    guard names.count > 6 else { return names.isEmpty ? "none" : names.joined(separator: ", ") }
    return names[..<5].joined(separator: ", ") + " and \(names.count - 5) more"
  }
}
