import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

/// Folders as PEFT saves them, put together by hand.
@Suite struct AdapterImportTests {
  let files: ModelFiles
  init() throws { files = try ModelFiles() }

  private static let query = "bert.encoder.layer.0.attention.self.query"
  private static let key = "bert.encoder.layer.1.attention.self.key"

  private func entry(_ name: String, _ shape: [Int], _ value: Float) -> Safetensors.Entry {
    Safetensors.Entry(
      name: "base_model.model.\(name)", shape: shape,
      values: Array(repeating: value, count: shape.reduce(1, *)))
  }

  /// Query of layer 0 with rank 2, key of layer 1 with rank 4, and the head.
  private func tensors(head: String = "classifier") -> [Safetensors.Entry] {
    [
      entry("\(Self.query).lora_A.weight", [2, 32], 1),
      entry("\(Self.query).lora_B.weight", [32, 2], 2),
      entry("\(Self.key).lora_A.weight", [4, 32], 3),
      entry("\(Self.key).lora_B.weight", [32, 4], 4),
      entry("\(head).weight", [3, 32], 5), entry("\(head).bias", [3], 6),
    ]
  }

  private func load(
    _ configuration: String, _ tensors: [Safetensors.Entry]
  ) throws -> AdapterSet {
    try files.write("adapter_config.json", configuration)
    try Safetensors.write(tensors, to: files.url("adapter_model.safetensors"))
    let source = try AdapterImport(AdapterFolder(contentsOf: files.folder))
    let model = try GoldenModel(.bert)
    return try source.adapters(for: model.configuration, head: model.head)
  }

  @Test(
    arguments: [
      (#""r":4,"lora_alpha":8"#, [4, 2]),
      (#""r":4,"lora_alpha":8,"use_rslora":true"#, [8 / Float(2).squareRoot(), 4]),
      (#""r":4,"lora_alpha":8,"alpha_pattern":{"query":1}"#, [0.5, 2]),
      (#""r":4,"lora_alpha":8,"alpha_pattern":{"layer.1.attention.self.key":12}"#, [4, 3]),
      (#""r":4,"lora_alpha":8,"alpha_pattern":{"uery":1,"self.query":6,"query":2}"#, [3, 2]),
    ] as [(String, [Float])])
  func `the scale is PEFT's`(options: String, scales: [Float]) throws {
    let adapters = try load("{\"peft_type\":\"LORA\",\(options)}", tensors())
    #expect(adapters.adapters.map(\.site.name) == [Self.query, Self.key])
    adapters.refreshCoefficients()
    let found = adapters.coefficients.array
    #expect(found == [scales[0], scales[0], 0, 0] + Array(repeating: scales[1], count: 4))
    #expect(adapters.down(0, in: adapters.parameters)[1, 31] == 1)
    #expect(adapters.up(1, in: adapters.parameters)[3, 31] == 4)
    #expect(adapters.parameters.array[adapters.head].suffix(4) == [5, 6, 6, 6])
  }

  @Test func `the head is found under the names of PEFT's versions`() throws {
    let config = #"{"peft_type":"LORA","r":2,"lora_alpha":2}"#
    for head in ["classifier", "classifier.modules_to_save.default"] {
      let adapters = try load(config, tensors(head: head))
      #expect(adapters.parameters.array[adapters.head].first == 5)
    }
  }

  @Test(
    arguments: [
      (#"{"peft_type":"ADALORA"}"#, .unsupported, "ADALORA"),
      (#"{"peft_type":"LORA","use_dora":true}"#, .unsupported, "use_dora"),
      (#"{"peft_type":"LORA","bias":"all"}"#, .unsupported, "bias"),
      (#"{"peft_type":"LORA","fan_in_fan_out":true}"#, .unsupported, "fan_in_fan_out"),
      (#"{"r":4}"#, .malformed, "peft_type"), ("{", .malformed, "JSON"),
      (#"{"peft_type":"LORA","r":"four"}"#, .malformed, "r has a wrong type"),
    ] as [(String, CheckpointError.Code, String)])
  func `what is no plain LoRA is refused`(
    configuration: String, code: CheckpointError.Code, word: String
  ) {
    expectCheckpointError(code, [word]) { _ = try load(configuration, tensors()) }
  }

  @Test func `tensors that do not belong to the model are refused`() throws {
    let config = #"{"peft_type":"LORA","r":2,"lora_alpha":2}"#
    let stranger = entry("bert.encoder.layer.7.attention.self.query.lora_A.weight", [2, 32], 1)
    expectCheckpointError(.unsupported, ["layer.7"]) {
      _ = try load(config, tensors() + [stranger])
    }
    let wide = entry("\(Self.query).lora_A.weight", [2, 64], 1)
    expectCheckpointError(.malformed, ["[2, 64]", "[2, 32]"]) {
      _ = try load(config, [wide] + tensors().dropFirst())
    }
    let flat = entry("\(Self.query).lora_A.weight", [64], 1)
    expectCheckpointError(.unsupported, ["[64]"]) {
      _ = try load(config, [flat] + tensors().dropFirst())
    }
    expectCheckpointError(.missingTensor, ["lora_B"]) {
      _ = try load(config, tensors().filter { !$0.name.contains("query.lora_B") })
    }
    expectCheckpointError(.missingTensor, ["classifier", "modules_to_save"]) {
      _ = try load(config, Array(tensors().prefix(4)))
    }
    let many = [entry("classifier.weight", [9, 32], 1), entry("classifier.bias", [9], 1)]
    expectCheckpointError(.malformed, ["[9, 32]"]) {
      _ = try load(config, tensors().prefix(4) + many)
    }
  }

  @Test func `a folder with pickled tensors only says how to save it anew`() throws {
    try files.write("adapter_config.json", #"{"peft_type":"LORA"}"#)
    try files.write("adapter_model.bin", "x")
    expectCheckpointError(.unsupported, ["adapter_model.bin", "safe_serialization"]) {
      _ = try AdapterFolder(contentsOf: files.folder)
    }
    expectCheckpointError(.missing, ["adapter_config.json"]) {
      _ = try AdapterFolder(contentsOf: files.url("nothing"))
    }
  }
}
