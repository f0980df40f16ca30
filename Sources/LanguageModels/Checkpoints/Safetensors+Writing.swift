import Foundation

extension Safetensors {
  /// A tensor to be written as F32.
  public struct Entry: Sendable {
    /// Name in the file.
    public var name: String
    /// Shape; its product is the number of values.
    public var shape: [Int]
    /// The numbers, row-major.
    public var values: [Float]

    /// Creates an entry.
    ///
    /// - Precondition: `values` has as many numbers as `shape` says.
    public init(name: String, shape: [Int], values: [Float]) {
      precondition(
        shape.reduce(1, *) == values.count, "\(name) is \(shape) with \(values.count) values")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Writes a file whole or not at all: beside its place first, then renamed.
  ///
  /// Tensors are sorted by name, the header padded with spaces so that the data start at a multiple of 8.
  ///
  /// - Parameters:
  ///   - entries: Tensors with names that differ.
  ///   - url: An existing file is replaced.
  ///   - metadata: Notes; PyTorch's loaders look for `format`.
  /// - Throws: ``CheckpointError`` with code `unwritable`.
  /// - Precondition: no two names are equal.
  public static func write(
    _ entries: [Entry], to url: URL, metadata: [String: String] = ["format": "pt"]
  ) throws(CheckpointError) {
    let sorted = sorted(entries)
    try AtomicFile.write(to: url) { file in
      try file.write(contentsOf: header(of: sorted, metadata))
      for entry in sorted {
        try entry.values.withUnsafeBytes { bytes in
          guard let start = bytes.baseAddress else { return }
          // The data live as long as the call: no copy of the tensor is made.
          try file.write(
            contentsOf: Data(
              bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count,
              deallocator: .none))
        }
      }
    }
  }

  /// The bytes that ``write(_:to:metadata:)`` writes.
  ///
  /// - Precondition: no two names are equal.
  public static func data(_ entries: [Entry], metadata: [String: String] = ["format": "pt"])
    -> Data
  {
    let sorted = sorted(entries)
    var data = header(of: sorted, metadata)
    data.reserveCapacity(data.count + sorted.reduce(0) { $0 + 4 * $1.values.count })
    for entry in sorted { entry.values.withUnsafeBytes { data.append(contentsOf: $0) } }
    return data
  }

  private static func sorted(_ entries: [Entry]) -> [Entry] {
    precondition(
      Set(entries.map(\.name)).count == entries.count, "two tensors have the same name")
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Length of the header, and the header, padded so that both take a multiple of 8 bytes.
  private static func header(of entries: [Entry], _ metadata: [String: String]) -> Data {
    var members: [String] = []
    if !metadata.isEmpty {
      let notes = metadata.sorted { $0.key < $1.key }.map {
        "\(JSON.quoted($0.key)):\(JSON.quoted($0.value))"
      }
      members.append("\"__metadata__\":{\(notes.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.values.count * 4
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(JSON.quoted(entry.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + Data(text)
  }
}
