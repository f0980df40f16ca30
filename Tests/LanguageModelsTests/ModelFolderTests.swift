import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

@Suite struct ModelFolderTests {
  let files: ModelFiles
  init() throws { files = try ModelFiles() }

  /// The tiny golden BERT, with some keys of its configuration changed, or taken out where nil.
  private func bert(_ changes: [String: Any?] = [:], tensors: Bool = true) throws -> URL {
    var json =
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: Golden.file("models/bert/config.json")))
      as? [String: Any] ?? [:]
    for (key, value) in changes { json[key] = value }
    try JSONSerialization.data(withJSONObject: json).write(to: files.url("config.json"))
    if tensors { try files.copy("models/bert/model.safetensors", as: "model.safetensors") }
    return files.folder
  }

  private func load(_ folder: URL) throws {
    let checkpoint = try ClassifierCheckpoint(ModelFolder(contentsOf: folder))
    let head = try checkpoint.head(outputs: 3)
    let adapters = AdapterSet(
      sites: checkpoint.configuration.sites([.query]), rank: 1, scale: 1,
      headCount: head.parameterCount)
    _ = try checkpoint.encoder(adapters)
    try checkpoint.startHead(head, in: adapters, seed: 1)
  }

  @Test func `a folder is opened by its path`() throws {
    let folder = try ModelFolder(resolving: bert().path)
    #expect(folder.modelType == "bert" && folder.names.count > 20)
    #expect(try folder.configuration().labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
    try load(files.folder)
  }

  @Test func `shards are one model`() throws {
    let whole = try ModelFolder(contentsOf: Golden.file("models/bert"))
    _ = try bert(tensors: false)
    let half = whole.names.count / 2
    var map: [String: String] = [:]
    for (file, names) in [
      ("a.safetensors", whole.names[..<half]), ("b.safetensors", whole.names[half...]),
    ] {
      let entries = try names.map {
        Safetensors.Entry(
          name: $0, shape: try whole.shape(of: $0), values: try whole.floats($0))
      }
      try Safetensors.write(entries, to: files.url(file))
      for name in names { map[name] = file }
    }
    let index = files.url("model.safetensors.index.json")
    try JSONSerialization.data(withJSONObject: ["weight_map": map]).write(to: index)
    let found = try ModelFolder(contentsOf: files.folder)
    #expect(found.names == whole.names)
    for name in whole.names { #expect(try found.floats(name) == whole.floats(name)) }
    try load(files.folder)

    try FileManager.default.moveItem(at: files.url("b.safetensors"), to: files.url("c.safetensors"))
    expectCheckpointError(.missing, ["1 of 2", "b.safetensors"]) { try load(files.folder) }
    try FileManager.default.copyItem(at: files.url("a.safetensors"), to: files.url("b.safetensors"))
    expectCheckpointError(.missingTensor, ["b.safetensors"]) { try load(files.folder) }
    try files.write(index.lastPathComponent, #"{"weight_map":{"x":"../a.safetensors"}}"#)
    expectCheckpointError(.malformed, ["x"]) { try load(files.folder) }
    try files.write(index.lastPathComponent, "{}")
    expectCheckpointError(.malformed, ["weight_map"]) { try load(files.folder) }
  }

  @Test func `a name is found in the hub's cache, and a missing one says how to fetch it`() throws {
    let revision = "models--org--tiny/snapshots/abc"
    try FileManager.default.createDirectory(
      at: files.url("hub/\(revision)"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: files.url("hub/models--org--tiny/refs"), withIntermediateDirectories: true)
    try files.write("hub/models--org--tiny/refs/main", "abc\n")
    try files.copy("models/bert/config.json", as: "hub/\(revision)/config.json")
    try files.copy("models/bert/model.safetensors", as: "hub/\(revision)/model.safetensors")
    let (hub, home) = (files.url("hub").path, files.folder.path)
    for environment in [
      ["HF_HUB_CACHE": hub, "HF_HOME": "/nonexistent"], ["HUGGINGFACE_HUB_CACHE": hub],
      ["HF_HOME": home],
    ] {
      let folder = try ModelFolder(resolving: "org/tiny", environment: environment)
      #expect(folder.modelType == "bert")
    }
    expectCheckpointError(.missing, ["hf download org/other", "org/other"]) {
      _ = try ModelFolder(resolving: "org/other", environment: ["HF_HOME": home])
    }
    for path in ["./models/none", "/no/such/folder", "a/b/c", "", "../x"] {
      expectCheckpointError(.missing, ["no folder"]) {
        _ = try ModelFolder(resolving: path, environment: ["HF_HOME": home])
      }
    }
    expectCheckpointError(.missing, ["is a file", "config.json"]) {
      _ = try ModelFolder(resolving: files.url("hub/\(revision)/config.json").path)
    }
  }

  @Test func `a folder without what a model needs`() throws {
    expectCheckpointError(.missing, ["config.json"]) { try load(files.folder) }
    try files.write("config.json", "{\"hidden_size\": 3}")
    expectCheckpointError(.malformed, ["model_type"]) { try load(files.folder) }
    try files.write("config.json", "{oops")
    expectCheckpointError(.malformed, ["not JSON"]) { try load(files.folder) }
    _ = try bert(tensors: false)
    expectCheckpointError(.missing, ["model.safetensors"]) { try load(files.folder) }
    try files.write("pytorch_model.bin", "x")
    expectCheckpointError(.unsupported, ["pytorch_model.bin", "save_pretrained"]) {
      try load(files.folder)
    }
  }

  @Test(
    arguments: [
      ("model_type", "gpt2", .unsupported, "bert, roberta"),
      ("position_embedding_type", "relative_key", .unsupported, "relative_key"),
      ("hidden_act", "swish", .unsupported, "swish"),
      ("hidden_act", 3, .malformed, "hidden_act"),
      ("hidden_size", 33, .malformed, "hidden_size"),
      ("hidden_size", "big", .malformed, "hidden_size"),
      ("hidden_size", nil, .malformed, "hidden_size"),
      ("hidden_size", 64, .malformed, "[64, 64]"),
      ("num_hidden_layers", 0, .malformed, "num_hidden_layers"),
      ("num_hidden_layers", 3, .missingTensor, "layer.2"),
      ("num_attention_heads", -4, .malformed, "num_attention_heads"),
      ("intermediate_size", 47, .malformed, "[48, 32]"),
      ("vocab_size", 119, .malformed, "word_embeddings"),
      ("vocab_size", 1e30, .malformed, "vocab_size"),
      ("max_position_embeddings", 41, .malformed, "position_embeddings"),
      ("type_vocab_size", 3, .malformed, "token_type_embeddings"),
      ("hidden_dropout_prob", 1.5, .malformed, "hidden_dropout_prob"),
      ("attention_probs_dropout_prob", -0.1, .malformed, "attention_probs_dropout_prob"),
      ("id2label", ["0": "a", "2": "b"], .malformed, "id2label"),
    ] as [(String, (any Sendable)?, CheckpointError.Code, String)])
  func `a configuration that does not fit`(
    key: String, value: (any Sendable)?, code: CheckpointError.Code, word: String
  ) throws {
    let folder = try bert([key: value])
    expectCheckpointError(code, [word]) { try load(folder) }
  }

  @Test func `a BERT without its pooler is refused, for its head would stand on chance`() throws {
    let whole = try ModelFolder(contentsOf: Golden.file("models/bert"))
    _ = try bert(tensors: false)
    let names = whole.names.filter { !$0.contains("pooler") }
    try Safetensors.write(
      names.map {
        Safetensors.Entry(name: $0, shape: try whole.shape(of: $0), values: try whole.floats($0))
      }, to: files.url("model.safetensors"))
    expectCheckpointError(.missingTensor, ["pooler"]) { try load(files.folder) }
  }

  @Test func `tensors saved from the bare encoder, with BERT's first names, give the same model`()
    throws
  {
    let whole = try ModelFolder(contentsOf: Golden.file("models/bert"))
    _ = try bert(tensors: false)
    try Safetensors.write(
      whole.names.filter { $0.hasPrefix("bert.") }.map {
        let name = $0.dropFirst("bert.".count)
          .replacing("LayerNorm.weight", with: "LayerNorm.gamma")
          .replacing("LayerNorm.bias", with: "LayerNorm.beta")
        return Safetensors.Entry(
          name: String(name), shape: try whole.shape(of: $0), values: try whole.floats($0))
      }, to: files.url("model.safetensors"))
    let model = try GoldenModel(.bert)
    try model.setFactors()
    let checkpoint = try ClassifierCheckpoint(ModelFolder(contentsOf: files.folder))
    let other = try model.with(encoder: checkpoint.encoder(model.adapters))
    #expect(model.run().logits == other.run().logits)
    // Its head is not there: a new one is drawn, the same for the same seed.
    let head = try checkpoint.head(outputs: 3)
    #expect(try checkpoint.startHead(head, in: model.adapters, seed: 1) == false)
    let drawn = model.adapters.parameters.array[model.adapters.head]
    #expect(drawn.contains { $0 != 0 } && drawn.suffix(3).allSatisfy { $0 == 0 })
    try checkpoint.startHead(head, in: model.adapters, seed: 1)
    #expect(model.adapters.parameters.array[model.adapters.head] == drawn)
  }
}
