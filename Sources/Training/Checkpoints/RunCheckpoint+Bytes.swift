import Allocation
import Foundation
import LanguageModels

/// A checkpoint as bytes: one safetensors file whose metadata hold what is not a tensor.
///
/// Metadata: `format`, `version`, `allocator` (its name), `state` (the allocator as JSON), `run` (the rest as
/// JSON). JSON writes infinities and NaN as `"inf"`, `"-inf"`, `"nan"`.
extension RunCheckpoint {
  /// The bytes.
  ///
  /// - Throws: ``RunCheckpointError`` with code `unwritable`.
  public func data() throws(RunCheckpointError) -> Data {
    var metadata = [
      "format": "pt", "version": "\(Self.version)", "allocator": allocator.name,
    ]
    do {
      metadata["state"] = try allocator.text(Self.encoder)
      metadata["run"] = String(
        decoding: try Self.encoder.encode(notes), as: UTF8.self)
    } catch {
      throw RunCheckpointError(.unwritable, "the run's state cannot be written: \(error)")
    }
    return Safetensors.data(
      buffers.map { Safetensors.Entry(name: $0.key, shape: [$0.value.count], values: $0.value) },
      metadata: metadata)
  }

  /// Reads the bytes.
  ///
  /// - Parameters:
  ///   - data: As ``data()`` wrote them.
  ///   - fingerprint: What ``LanguageModels/Fingerprint`` said of them when they were written, if it is known.
  /// - Throws: ``RunCheckpointError`` with code `damaged`, `otherVersion`, `unknownAllocator`.
  public init(_ data: Data, fingerprint: String? = nil) throws(RunCheckpointError) {
    if let fingerprint, fingerprint != Fingerprint.text(of: data) {
      throw Self.damaged("its bytes are not those that were written")
    }
    do {
      let file = try Safetensors(data: data, name: "checkpoint")
      try Self.check(version: file.metadata["version"])
      notes = try Self.value(file.metadata["run"], as: Notes.self)
      allocator = try Self.allocator(file.metadata)
      buffers = Dictionary(
        uniqueKeysWithValues: try file.names.map { ($0, try file.floats($0)) })
    } catch let error as RunCheckpointError {
      throw error
    } catch {
      throw Self.damaged("\(error)")
    }
    guard step >= 0, notes.tokens >= 0, !notes.layout.isEmpty else {
      throw Self.damaged("it says step \(step), \(notes.layout.count) modules")
    }
  }

  private static func check(version: String?) throws(RunCheckpointError) {
    guard let version else { throw damaged("it does not say its version") }
    guard version == "\(Self.version)" else {
      throw RunCheckpointError(
        .otherVersion,
        "the checkpoint has the format \(version), this ranktop reads \(Self.version): use the ranktop "
          + "that wrote it")
    }
  }

  private static func allocator(_ metadata: [String: String]) throws -> any Allocator {
    guard let name = metadata["allocator"] else { throw damaged("it names no allocator") }
    guard let kind = AllocatorKind(rawValue: name) else {
      throw RunCheckpointError(
        .unknownAllocator,
        "the checkpoint's allocator '\(name)' is not in this ranktop, which has "
          + AllocatorKind.allCases.map(\.rawValue).joined(separator: ", ")
          + ": use the ranktop that wrote it")
    }
    return try allocator(kind.type, metadata["state"])
  }

  private static func allocator<Value: Allocator>(_ type: Value.Type, _ text: String?) throws
    -> any Allocator
  { try value(text, as: type) }

  private static func damaged(_ how: String) -> RunCheckpointError {
    RunCheckpointError(
      .damaged, "the checkpoint is damaged (\(how)): fork an earlier one, or train again")
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static func value<Value: Decodable>(_ text: String?, as type: Value.Type) throws -> Value
  {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data((text ?? "").utf8))
  }
}

extension Allocator {
  fileprivate func text(_ encoder: JSONEncoder) throws -> String {
    String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
