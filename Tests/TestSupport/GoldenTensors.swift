import Foundation

/// The tensors of a safetensors file, read in the plainest way: independent of the product's own reader.
public struct GoldenTensors: Sendable {
  private struct Entry: Sendable {
    var type: String
    var shape: [Int]
    var range: Range<Int>
  }

  private let entries: [String: Entry]
  private let data: Data

  /// Reads a file.
  public init(_ url: URL) throws {
    let file = try Data(contentsOf: url)
    let length = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
    let header = try JSONSerialization.jsonObject(with: file.subdata(in: 8..<8 + length))
    var entries: [String: Entry] = [:]
    for (name, value) in header as? [String: Any] ?? [:] {
      guard let value = value as? [String: Any], let type = value["dtype"] as? String,
        let shape = value["shape"] as? [Int], let offsets = value["data_offsets"] as? [Int]
      else { continue }
      entries[name] = Entry(type: type, shape: shape, range: offsets[0]..<offsets[1])
    }
    self.entries = entries
    data = file.subdata(in: 8 + length..<file.count)
  }

  /// All names.
  public var names: [String] { entries.keys.sorted() }

  /// Values and shape of a tensor of floats.
  public func tensor(_ name: String) throws -> (values: [Float], shape: [Int]) {
    let (words, shape) = try words(name, "F32")
    return (words.map { Float(bitPattern: $0) }, shape)
  }

  /// Values of a tensor of 32-bit integers.
  public func integers(_ name: String) throws -> [Int32] {
    try words(name, "I32").values.map { Int32(bitPattern: $0) }
  }

  /// A matrix transposed: `[rows, columns]` to `[columns, rows]`, row-major.
  public func transposed(_ name: String) throws -> [Float] {
    let (values, shape) = try tensor(name)
    let (rows, columns) = (shape[0], shape[1])
    return (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
  }

  private func words(_ name: String, _ type: String) throws -> (values: [UInt32], shape: [Int]) {
    guard let entry = entries[name], entry.type == type else {
      throw CocoaError(.coderValueNotFound, userInfo: [NSLocalizedDescriptionKey: name])
    }
    let values = data.subdata(in: entry.range).withUnsafeBytes { raw in
      (0..<raw.count / 4).map {
        raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self).littleEndian
      }
    }
    return (values, entry.shape)
  }
}
