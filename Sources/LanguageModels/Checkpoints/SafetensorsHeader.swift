/// The header of a safetensors file, checked against the file it stands in.
struct SafetensorsHeader {
  private(set) var tensors: [String: Safetensors.Tensor] = [:]
  private(set) var metadata: [String: String] = [:]

  /// The format's own limit; it keeps a lying length from being believed.
  private static let longestHeader = 100_000_000
  private let path: String

  /// Parses and checks.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: Named in errors.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    self.path = path
    guard bytes.count >= 8 else {
      throw CheckpointError(
        .truncated,
        "\(path) has \(bytes.count) bytes: too short for a safetensors file. Fetch it again.")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= Self.longestHeader else {
      throw malformed("its header claims \(length) bytes, so it is no safetensors file")
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw CheckpointError(
        .truncated,
        "\(path) ends inside its header (\(bytes.count) of \(start) bytes). Fetch it again.")
    }
    let json: JSON
    do {
      json = try JSON(
        parsing: UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[8..<start]))
    } catch {
      throw malformed("its header is not JSON (\(error.message) at byte \(8 + error.offset))")
    }
    guard let object = json.object else { throw malformed("its header is not an object") }
    if let name = object.duplicateKey { throw malformed("tensor \(name) is there twice") }
    for (name, value) in object.members {
      if name == "__metadata__" {
        try readMetadata(value)
      } else {
        tensors[name] = try tensor(name, value, dataStart: start, fileEnd: bytes.count)
      }
    }
    guard tensors.count + (object["__metadata__"] == nil ? 0 : 1) == object.members.count else {
      throw malformed("two tensors have names that look the same")
    }
    try checkLayout(dataStart: start, fileEnd: bytes.count)
  }

  private func malformed(_ what: String) -> CheckpointError {
    CheckpointError(.malformed, "\(path) is damaged: \(what). Fetch or save it again.")
  }

  private mutating func readMetadata(_ value: JSON) throws(CheckpointError) {
    guard let members = value.object?.members else { throw malformed("its metadata is no object") }
    for (name, note) in members {
      guard let text = note.string else { throw malformed("its metadata \(name) is no text") }
      metadata[name] = text
    }
  }

  private func tensor(
    _ name: String, _ value: JSON, dataStart: Int, fileEnd: Int
  ) throws(CheckpointError) -> Safetensors.Tensor {
    guard let typeName = value["dtype"]?.string, let dimensions = value["shape"]?.array,
      let offsets = value["data_offsets"]?.array, offsets.count == 2
    else { throw malformed("tensor \(name) lacks its dtype, shape or data_offsets") }
    guard let type = ElementType(rawValue: typeName) else {
      throw CheckpointError(
        .unsupported,
        "\(path): tensor \(name) has the unknown type \(typeName). Save it in F32, F16 or BF16.")
    }
    var shape: [Int] = []
    var size = type.size
    for dimension in dimensions {
      guard let length = dimension.integer, length >= 0 else {
        throw malformed("tensor \(name) has a wrong shape")
      }
      shape.append(length)
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw malformed("tensor \(name) has an impossible shape \(shape)") }
      size = product
    }
    guard let start = offsets[0].integer, let end = offsets[1].integer, 0 <= start, start <= end
    else { throw malformed("tensor \(name) has wrong data_offsets") }
    guard end - start == size else {
      throw malformed(
        "tensor \(name) of shape \(shape) and type \(typeName) needs \(size) bytes, not \(end - start)"
      )
    }
    guard end <= fileEnd - dataStart else {
      throw CheckpointError(
        .truncated,
        "\(path) ends before tensor \(name) does (\(fileEnd - dataStart) of \(end) data bytes). "
          + "Fetch it again.")
    }
    return Safetensors.Tensor(
      type: type, shape: shape, range: dataStart + start..<dataStart + end)
  }

  /// The tensors must cover the data without a gap, as the format demands.
  private func checkLayout(dataStart: Int, fileEnd: Int) throws(CheckpointError) {
    var position = dataStart
    let order = tensors.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound)
        < ($1.value.range.lowerBound, $1.value.range.upperBound)
    }
    for (name, tensor) in order {
      guard tensor.range.lowerBound >= position else {
        throw malformed("tensor \(name) overlaps the one before it")
      }
      guard tensor.range.lowerBound == position else {
        throw malformed(
          "\(tensor.range.lowerBound - position) bytes before tensor \(name) are unused")
      }
      position = tensor.range.upperBound
    }
    guard position == fileEnd else {
      throw malformed("\(fileEnd - position) bytes after the last tensor are unused")
    }
  }
}
