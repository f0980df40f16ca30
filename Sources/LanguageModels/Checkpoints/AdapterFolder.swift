import Foundation

/// A folder as PEFT saves adapters: `adapter_config.json` and `adapter_model.safetensors`.
public struct AdapterFolder: Sendable {
  /// The folder.
  public let url: URL
  /// What `adapter_config.json` says.
  public let configuration: PEFTAdapterConfiguration
  /// The adapters' tensors, under PEFT's names.
  public let tensors: Safetensors

  private static let configurationName = "adapter_config.json"
  private static let tensorsName = "adapter_model.safetensors"

  /// Opens a folder.
  ///
  /// - Throws: ``CheckpointError`` where a file is missing or damaged, or the tensors are in PyTorch's own
  ///   format.
  public init(contentsOf folder: URL) throws(CheckpointError) {
    url = folder
    configuration = try Self.configuration(
      at: folder.appendingPathComponent(Self.configurationName))
    let weights = folder.appendingPathComponent(Self.tensorsName)
    let old = folder.appendingPathComponent("adapter_model.bin")
    if !FileManager.default.fileExists(atPath: weights.path),
      FileManager.default.fileExists(atPath: old.path)
    {
      throw CheckpointError(
        .unsupported,
        "\(folder.path) has its adapters in adapter_model.bin only, which is read by running code "
          + "inside it. Save it again with PEFT's save_pretrained(safe_serialization=True).")
    }
    tensors = try Safetensors(contentsOf: weights)
  }

  /// Reads an `adapter_config.json`.
  ///
  /// - Throws: ``CheckpointError`` where it is missing or damaged.
  public static func configuration(
    at file: URL
  ) throws(CheckpointError) -> PEFTAdapterConfiguration {
    let bytes = try MappedFile(file)
    do {
      return try JSONDecoder().decode(PEFTAdapterConfiguration.self, from: Data(bytes.bytes))
    } catch {
      throw CheckpointError(
        .malformed,
        "\(file.path) is no adapter configuration: \(reason(error)). Save it again with PEFT.")
    }
  }

  /// Writes a folder whole or not at all: beside its place first, then renamed.
  ///
  /// - Parameters:
  ///   - configuration: Goes into `adapter_config.json`.
  ///   - tensors: Go into `adapter_model.safetensors`.
  ///   - folder: Must not exist, unless `force` is set.
  ///   - force: Replaces an existing adapter folder, or an empty one; nothing else is ever replaced.
  /// - Throws: ``CheckpointError`` with code `exists` or `unwritable`; an existing folder is unchanged then.
  public static func write(
    _ configuration: PEFTAdapterConfiguration, tensors: [Safetensors.Entry], to folder: URL,
    force: Bool = false
  ) throws(CheckpointError) {
    let isThere = try requireFree(folder, force: force)
    let partial = AtomicFile.sibling(of: folder, "partial")
    do {
      try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: false)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let json = try encoder.encode(configuration)
      try AtomicFile.write(to: partial.appendingPathComponent(configurationName)) {
        try $0.write(contentsOf: json)
      }
      try Safetensors.write(tensors, to: partial.appendingPathComponent(tensorsName))
      try put(partial, into: folder, isThere: isThere)
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw error as? CheckpointError ?? AtomicFile.unwritable(folder, error)
    }
  }

  /// Tells whether something is there that may be replaced.
  private static func requireFree(_ folder: URL, force: Bool) throws(CheckpointError) -> Bool {
    guard (try? FileManager.default.attributesOfItem(atPath: folder.path)) != nil else {
      return false
    }
    guard force else {
      throw CheckpointError(
        .exists, "\(folder.path) exists already. Give another folder, or force it to be replaced.")
    }
    let contents = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    guard let contents, contents.isEmpty || contents.contains(configurationName) else {
      throw CheckpointError(
        .exists, "\(folder.path) exists already and is no adapter folder. Give another folder.")
    }
    return true
  }

  private static func put(_ partial: URL, into folder: URL, isThere: Bool) throws {
    guard isThere else { return try AtomicFile.rename(partial, to: folder) }
    let old = AtomicFile.sibling(of: folder, "old")
    try AtomicFile.rename(folder, to: old)
    do {
      try AtomicFile.rename(partial, to: folder)
    } catch {
      try? AtomicFile.rename(old, to: folder)
      throw error
    }
    try? FileManager.default.removeItem(at: old)
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.map(\.stringValue).joined(separator: ".") + " has a wrong type"
    default: "it is not JSON"
    }
  }
}
