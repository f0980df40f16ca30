import Foundation
import LanguageModels
import Tensors
import TestSupport

/// A tiny checkpoint with its case: inputs, logits, losses, adapter factors and their gradients.
struct GoldenModel {
  let family: EncoderFamily
  let configuration: EncoderConfiguration
  let adapters: AdapterSet
  let encoder: TransformerEncoder
  let head: ClassifierHead
  let tensors: GoldenTensors
  let batch: PackedBatch
  let labels: [Int32]

  /// Reads a family's case with adapters of rank 4 on all six kinds.
  init(_ family: EncoderFamily, dropout: Float = 0) throws {
    try OpenBLAS.open()
    self.family = family
    let folder = "models/\(family.rawValue)"
    let json = try Golden.json("\(folder)/config.json", as: Shape.self)
    var configuration = EncoderConfiguration(
      family: family, width: json.hidden_size, layers: json.num_hidden_layers,
      heads: json.num_attention_heads, feedForward: json.intermediate_size,
      vocabulary: json.vocab_size, positions: json.max_position_embeddings,
      tokenTypes: json.type_vocab_size, padding: json.pad_token_id, epsilon: json.layer_norm_eps,
      activation: .gelu, hiddenDropout: dropout, attentionDropout: dropout, headDropout: dropout)
    configuration.adapterDropout = dropout
    self.configuration = configuration
    let model = try GoldenTensors(Golden.file("\(folder)/model.safetensors"))
    tensors = try GoldenTensors(Golden.file("\(folder)/case.safetensors"))
    let pooler =
      family == .bert
      ? try model.tensor("bert.pooler.dense.weight").values
        + model.tensor("bert.pooler.dense.bias").values : []
    head = ClassifierHead(
      family: family, width: configuration.width, outputs: 3, dropout: dropout, pooler: pooler)
    adapters = AdapterSet(
      sites: configuration.sites(Set(LinearKind.allCases)), rank: 4, scale: 2,
      headCount: head.parameterCount)
    encoder = try TransformerEncoder(configuration: configuration, adapters: adapters) {
      name, shape in
      let (values, found) = try model.tensor("\(family.rawValue).\(name)")
      precondition(found == shape, "\(name): \(found), expected \(shape)")
      return values
    }
    for tensor in head.tensors {
      _ = UnsafeMutableBufferPointer(
        start: adapters.parameters.base + adapters.head.lowerBound + tensor.offset,
        count: tensor.count
      ).update(from: try model.tensor(tensor.name).values)
    }
    (batch, labels) = try Self.pack(tensors)
  }

  private init(_ other: GoldenModel, _ adapters: AdapterSet, _ encoder: TransformerEncoder) {
    family = other.family
    configuration = other.configuration
    self.adapters = adapters
    self.encoder = encoder
    head = other.head
    tensors = other.tensors
    batch = other.batch
    labels = other.labels
  }

  /// The same case with other adapters (and the head in them).
  func with(adapters: AdapterSet) throws -> GoldenModel {
    let model = try GoldenTensors(Golden.file("models/\(family.rawValue)/model.safetensors"))
    let encoder = try TransformerEncoder(configuration: configuration, adapters: adapters) {
      name, _ in try model.tensor("\(family.rawValue).\(name)").values
    }
    return GoldenModel(self, adapters, encoder)
  }

  /// The same case with another encoder over the same adapters.
  func with(encoder: TransformerEncoder) throws -> GoldenModel {
    GoldenModel(self, adapters, encoder)
  }

  private struct Shape: Decodable {
    var hidden_size, num_hidden_layers, num_attention_heads, intermediate_size: Int
    var vocab_size, max_position_embeddings, type_vocab_size, pad_token_id: Int
    var layer_norm_eps: Float
  }

  /// The case's padded rows laid end to end.
  private static func pack(_ tensors: GoldenTensors) throws -> (PackedBatch, [Int32]) {
    let ids = try tensors.integers("in.input_ids")
    let mask = try tensors.integers("in.attention_mask")
    let types =
      (try? tensors.integers("in.token_type_ids")) ?? Array(repeating: 0, count: ids.count)
    let labels = try tensors.integers("in.labels")
    let width = ids.count / labels.count
    var (kept, keptTypes, offsets) = ([Int32](), [Int32](), [0])
    for row in labels.indices {
      for index in (row * width)..<((row + 1) * width) where mask[index] == 1 {
        kept.append(ids[index])
        keptTypes.append(types[index])
      }
      offsets.append(kept.count)
    }
    return (PackedBatch(ids: kept, typeIDs: keptTypes, offsets: offsets), labels)
  }

  /// Sets the adapters to the case's factors, gates to 1.
  func setFactors() throws {
    for (index, adapter) in adapters.adapters.enumerated() {
      let name = adapter.site.name
      let a = try tensors.tensor("param.\(name).lora_A").values
      let b = try tensors.transposed("param.\(name).lora_B")
      adapters.down(index, in: adapters.parameters).base.update(from: a, count: a.count)
      adapters.up(index, in: adapters.parameters).base.update(from: b, count: b.count)
      adapters.gates(index, in: adapters.parameters).update(repeating: 1, count: adapter.rank)
    }
  }

  /// Logits and mean loss; complete gradients of the loss where a buffer is given.
  func run(
    chunks: [Range<Int>]? = nil, firstTokensOnly: Bool = true, pass: PassDropout = .evaluation,
    gradient: FloatBuffer? = nil, weightGradients: WeightGradients? = nil
  ) -> (logits: [Float], loss: Double) {
    encoder.publish()
    let activations = EncoderActivations()
    activations.weightGradients = weightGradients
    let memory = ClassifierHead.Activations()
    var (logits, loss) = ([Float](), 0.0)
    for chunk in chunks ?? [0..<batch.count] {
      let hidden = encoder.forward(
        batch, sequences: chunk, firstTokensOnly: firstTokensOnly, dropout: pass,
        activations: activations)
      let rows = FloatBuffer(count: chunk.count * hidden.columns)
      let first = rows.matrix(rows: chunk.count, columns: hidden.columns)
      let start = batch.offsets[chunk.lowerBound]
      for (row, sequence) in chunk.enumerated() {
        let token = firstTokensOnly ? row : batch.offsets[sequence] - start
        first.row(row).update(from: hidden.row(token), count: hidden.columns)
      }
      let found = head.forward(
        first, firstSequence: chunk.lowerBound, parameters: adapters.parameters,
        start: adapters.head.lowerBound, pass: pass, memory: memory)
      let holder = FloatBuffer(count: chunk.count * 3)
      let dLogits = holder.matrix(rows: chunk.count, columns: 3)
      for (row, sequence) in chunk.enumerated() {
        logits += (0..<3).map { found[row, $0] }
        loss += Loss.crossEntropy(
          found.row(row), label: Int(labels[sequence]), classes: 3,
          weight: 1 / Float(batch.count), gradient: dLogits.row(row))
      }
      guard let gradient else { continue }
      let dFirst = head.backward(
        dLogits, firstSequence: chunk.lowerBound, parameters: adapters.parameters,
        start: adapters.head.lowerBound, pass: pass, memory: memory, gradient: gradient)
      let dAll = FloatBuffer(count: hidden.rows * hidden.columns)
      let dHidden = dAll.matrix(rows: hidden.rows, columns: hidden.columns)
      for (row, sequence) in chunk.enumerated() {
        let token = firstTokensOnly ? row : batch.offsets[sequence] - start
        dHidden.row(token).update(from: dFirst.row(row), count: hidden.columns)
      }
      encoder.backward(dHidden, dropout: pass, activations: activations, gradient: gradient)
      withExtendedLifetime((rows, holder, dAll)) {}
    }
    if let gradient { adapters.completeGradient(gradient) }
    return (logits, loss / Double(batch.count))
  }
}
