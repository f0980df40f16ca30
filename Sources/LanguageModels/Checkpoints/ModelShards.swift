import Foundation

/// Finds and opens the files that hold a model's tensors.
enum ModelShards {
  /// Opens `model.safetensors`, or all files of `model.safetensors.index.json`.
  ///
  /// - Returns: The files, and the file of every tensor.
  /// - Throws: ``CheckpointError``, also for a tensor that the index puts into a file without it.
  static func open(
    in folder: URL
  ) throws(CheckpointError) -> (shards: [Safetensors], shardOfTensor: [String: Int]) {
    let whole = folder.appendingPathComponent("model.safetensors")
    let index = folder.appendingPathComponent("model.safetensors.index.json")
    if exists(whole) {
      let file = try Safetensors(contentsOf: whole)
      return ([file], Dictionary(uniqueKeysWithValues: file.names.map { ($0, 0) }))
    }
    guard exists(index) else { throw missing(in: folder) }
    return try openSharded(index, in: folder)
  }

  private static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }

  private static func openSharded(
    _ index: URL, in folder: URL
  ) throws(CheckpointError) -> (shards: [Safetensors], shardOfTensor: [String: Int]) {
    guard let map = try ModelFolder.json(index)["weight_map"]?.object?.members else {
      throw CheckpointError(.malformed, "\(index.path) has no weight_map. Fetch it again.")
    }
    var files: Set<String> = []
    for (tensor, value) in map {
      guard let name = value.string, !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
        throw CheckpointError(
          .malformed, "\(index.path) names no file of its folder for tensor \(tensor).")
      }
      files.insert(name)
    }
    let names = files.sorted()
    let absent = names.filter { !exists(folder.appendingPathComponent($0)) }
    guard absent.isEmpty else {
      throw CheckpointError(
        .missing,
        "\(folder.path) lacks \(absent.count) of \(names.count) files that its index lists: "
          + "\(Safetensors.listed(absent)). Fetch the model again.")
    }
    var shards: [Safetensors] = []
    for name in names {
      shards.append(try Safetensors(contentsOf: folder.appendingPathComponent(name)))
    }
    var shardOfTensor: [String: Int] = [:]
    for (tensor, value) in map {
      guard let shard = names.firstIndex(of: value.string ?? ""), shards[shard].contains(tensor)
      else {
        throw CheckpointError(
          .missingTensor,
          "\(index.path) puts tensor \(tensor) into \(value.string ?? ""), which lacks it. "
            + "Fetch the model again.")
      }
      shardOfTensor[tensor] = shard
    }
    return (shards, shardOfTensor)
  }

  /// The error for a folder without safetensors; PyTorch's own format gets the way to convert it.
  private static func missing(in folder: URL) -> CheckpointError {
    let path = folder.path
    let old = ["pytorch_model.bin", "pytorch_model.bin.index.json"]
    guard let name = old.first(where: { exists(folder.appendingPathComponent($0)) }) else {
      return CheckpointError(
        .missing,
        "\(path) has no model.safetensors. Give the folder of a model saved by transformers.")
    }
    return CheckpointError(
      .unsupported,
      """
      \(path) has its tensors in \(name) only, which is read by running code inside it. Convert it: \
      python3 -c "from transformers import AutoModel as M; \
      M.from_pretrained('\(path)').save_pretrained('\(path)', safe_serialization=True)"
      """)
  }
}
