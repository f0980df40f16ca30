import Foundation

/// The float32 tensors of a safetensors file: name to values, row-major.
struct Safetensors {
  private struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  private let entries: [String: Entry]
  private let data: Data

  init(_ url: URL) throws {
    let file = try Data(contentsOf: url)
    let length = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
    entries = try JSONDecoder().decode(
      [String: Entry].self, from: file.subdata(in: 8..<8 + length))
    data = file.subdata(in: 8 + length..<file.count)
  }

  /// Values and shape of a tensor.
  func tensor(_ name: String) throws -> (values: [Float], shape: [Int]) {
    guard let entry = entries[name], entry.dtype == "F32" else {
      throw CocoaError(.coderValueNotFound, userInfo: [NSLocalizedDescriptionKey: name])
    }
    let bytes = data.subdata(in: entry.data_offsets[0]..<entry.data_offsets[1])
    let values = bytes.withUnsafeBytes { raw in
      (0..<raw.count / 4).map {
        Float(bitPattern: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self).littleEndian)
      }
    }
    return (values, entry.shape)
  }

  /// A matrix transposed: `[rows, columns]` to `[columns, rows]`, row-major.
  func transposed(_ name: String) throws -> [Float] {
    let (values, shape) = try tensor(name)
    let (rows, columns) = (shape[0], shape[1])
    return (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
  }
}
