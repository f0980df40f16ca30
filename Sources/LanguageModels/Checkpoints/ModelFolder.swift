import Foundation

/// A model on the disk: its configuration and its tensors, in one file or several.
public struct ModelFolder: Sendable {
  /// The folder.
  public let url: URL
  /// Architecture that `config.json` names, e.g. `bert`.
  public let modelType: String
  private let configurationJSON: JSON
  private let shards: [Safetensors]
  private let shardOfTensor: [String: Int]

  /// Opens a model given as a folder or as a name on the Hugging Face hub.
  ///
  /// A name is looked up in the local cache only; nothing is ever fetched.
  ///
  /// - Parameters:
  ///   - nameOrPath: A folder, or `org/name`; where both exist the folder is taken.
  ///   - environment: Says where the cache is (`HF_HUB_CACHE`, `HF_HOME`).
  /// - Throws: ``CheckpointError``; for a model that is not in the cache the message has the command
  ///   that fetches it.
  public init(
    resolving nameOrPath: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CheckpointError) {
    try self.init(contentsOf: Self.resolve(nameOrPath, environment: environment))
  }

  /// Opens a model folder.
  ///
  /// - Throws: ``CheckpointError`` where `config.json` or the tensors are missing or damaged.
  public init(contentsOf folder: URL) throws(CheckpointError) {
    url = folder
    let file = folder.appendingPathComponent("config.json")
    configurationJSON = try Self.json(file)
    guard let type = configurationJSON["model_type"]?.string else {
      throw CheckpointError(
        .malformed,
        "\(file.path) has no model_type. Save the model with transformers' save_pretrained.")
    }
    modelType = type
    (shards, shardOfTensor) = try ModelShards.open(in: folder)
  }

  /// Stops at an architecture that is not in the list.
  ///
  /// - Throws: ``CheckpointError`` with code `unsupported`; the message has the list.
  public func requireArchitecture(in supported: [String]) throws(CheckpointError) {
    guard supported.contains(modelType) else {
      throw CheckpointError(
        .unsupported,
        "\(url.path) is a model of the architecture \(modelType); supported are "
          + "\(supported.joined(separator: ", ")). Choose a model of one of these.")
    }
  }

  /// What `config.json` says; call ``requireArchitecture(in:)`` first, since other architectures have
  /// other keys.
  ///
  /// - Throws: ``CheckpointError`` with code `malformed`.
  public func configuration() throws(CheckpointError) -> ModelConfiguration {
    try ModelConfiguration(
      configurationJSON, path: url.appendingPathComponent("config.json").path)
  }

  /// Fingerprint of everything a run reads of the model: configuration, tokenizer, tensors.
  ///
  /// - Throws: ``CheckpointError`` where a file cannot be read.
  public func fingerprint() throws(CheckpointError) -> String {
    let files = ["config.json", "tokenizer.json"].map { url.appendingPathComponent($0) }
    return try Fingerprint.text(
      of: files.filter { FileManager.default.fileExists(atPath: $0.path) }
        + shards.map { URL(fileURLWithPath: $0.path) })
  }

  // MARK: Tensors

  /// Names of the tensors, sorted.
  public var names: [String] { shardOfTensor.keys.sorted() }

  /// Whether a tensor is there.
  public func contains(_ name: String) -> Bool { shardOfTensor[name] != nil }

  /// Shape of a tensor.
  ///
  /// - Throws: ``CheckpointError`` with code `missingTensor`.
  public func shape(of name: String) throws(CheckpointError) -> [Int] {
    try shard(of: name).shape(of: name)
  }

  /// Type of a tensor's numbers.
  ///
  /// - Throws: ``CheckpointError`` with code `missingTensor`.
  public func type(of name: String) throws(CheckpointError) -> ElementType {
    try shard(of: name).type(of: name)
  }

  /// Reads a tensor as floats, row-major.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - output: As many elements as the tensor; **overwritten**.
  /// - Throws: ``CheckpointError`` with code `missingTensor` or `wrongType`.
  public func read(
    _ name: String, into output: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    try shard(of: name).read(name, into: output)
  }

  /// Reads a tensor as floats, row-major.
  ///
  /// - Throws: ``CheckpointError`` with code `missingTensor` or `wrongType`.
  public func floats(_ name: String) throws(CheckpointError) -> [Float] {
    try shard(of: name).floats(name)
  }

  private func shard(of name: String) throws(CheckpointError) -> Safetensors {
    guard let index = shardOfTensor[name] else {
      throw CheckpointError(
        .missingTensor,
        "\(url.path) has no tensor \(name); it has \(Safetensors.listed(names)). "
          + "Check that config.json belongs to these tensors.")
    }
    return shards[index]
  }

  // MARK: Finding

  /// Folder of a model given as a folder or as a name on the hub.
  ///
  /// - Throws: ``CheckpointError`` with code `missing`.
  static func resolve(
    _ nameOrPath: String, environment: [String: String]
  ) throws(CheckpointError) -> URL {
    var isFolder: ObjCBool = false
    if !nameOrPath.isEmpty,
      FileManager.default.fileExists(atPath: nameOrPath, isDirectory: &isFolder)
    {
      guard isFolder.boolValue else {
        throw CheckpointError(
          .missing, "\(nameOrPath) is a file. Give the folder that holds config.json.")
      }
      return URL(fileURLWithPath: nameOrPath, isDirectory: true)
    }
    guard HubCache.isName(nameOrPath) else {
      throw CheckpointError(
        .missing,
        "there is no folder \(nameOrPath). Give a model folder, or a name on the hub as org/name.")
    }
    let cache = HubCache(environment: environment)
    guard let snapshot = cache.snapshot(of: nameOrPath) else {
      throw CheckpointError(
        .missing,
        "\(nameOrPath) is neither a folder nor in the Hugging Face cache (\(cache.folder.path)). "
          + "Fetch it with: hf download \(nameOrPath) "
          + "(older tools: huggingface-cli download \(nameOrPath))")
    }
    return snapshot
  }

  /// A JSON file of a model.
  static func json(_ url: URL) throws(CheckpointError) -> JSON {
    let bytes = try MappedFile(url)
    do {
      return try withExtendedLifetime(bytes) { () throws(JSONError) in
        try JSON(parsing: bytes.bytes.bindMemory(to: UInt8.self))
      }
    } catch {
      throw CheckpointError(
        .malformed,
        "\(url.path) is not JSON: \(error.message) at byte \(error.offset). Fetch it again.")
    }
  }
}
