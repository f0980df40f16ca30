import Tensors

/// A checkpoint as a sequence classifier: which tensors make the encoder and the head.
public struct ClassifierCheckpoint: Sendable {
  /// Where the tensors come from.
  public let folder: ModelFolder
  /// Shape and constants of the encoder.
  public private(set) var configuration: EncoderConfiguration
  private let initializerRange: Float
  private let prefix: String

  /// Looks at a model folder.
  ///
  /// - Parameters:
  ///   - folder: The checkpoint.
  ///   - adapterDropout: Dropout of the adapters' input in training.
  /// - Throws: `CheckpointError` when the architecture or a part of it is not supported.
  public init(_ folder: ModelFolder, adapterDropout: Float = 0) throws(CheckpointError) {
    self.folder = folder
    try folder.requireArchitecture(in: EncoderFamily.allCases.map(\.rawValue))
    let found = try folder.configuration()
    guard let family = EncoderFamily(rawValue: found.modelType) else {
      throw CheckpointError(.unsupported, "\(folder.url.path): \(found.modelType)")
    }
    guard found.positionEmbeddingType == "absolute" else {
      throw CheckpointError(
        .unsupported,
        "\(folder.url.path): position_embedding_type \(found.positionEmbeddingType) is not "
          + "supported. Choose a model with absolute positions.")
    }
    configuration = EncoderConfiguration(
      family: family, width: found.hiddenSize, layers: found.layerCount, heads: found.headCount,
      feedForward: found.intermediateSize, vocabulary: found.vocabularySize,
      positions: found.maxPositions, tokenTypes: found.typeVocabularySize,
      padding: found.padTokenID ?? 0, epsilon: found.layerNormEpsilon,
      activation: try Self.activation(found.hiddenActivation, folder),
      hiddenDropout: found.hiddenDropout, attentionDropout: found.attentionDropout,
      headDropout: found.classifierDropout ?? found.hiddenDropout)
    configuration.adapterDropout = adapterDropout
    initializerRange = found.initializerRange
    // Saved from the bare encoder, the names lack the family.
    let named = "\(family.rawValue).embeddings.word_embeddings.weight"
    prefix = folder.contains(named) ? "\(family.rawValue)." : ""
  }

  private static func activation(
    _ name: String, _ folder: ModelFolder
  ) throws(CheckpointError) -> Activation {
    switch name {
    case "gelu": return .gelu
    case "gelu_new", "gelu_pytorch_tanh": return .geluTanh
    case "relu": return .relu
    default:
      throw CheckpointError(
        .unsupported,
        "\(folder.url.path): hidden_act \(name) is not supported; supported are gelu, gelu_new, "
          + "gelu_pytorch_tanh, relu.")
    }
  }

  /// The head for this number of outputs, with BERT's frozen pooler.
  ///
  /// - Throws: `CheckpointError` when a BERT has no pooler: the classifier would stand on frozen random weights.
  public func head(outputs: Int) throws(CheckpointError) -> ClassifierHead {
    var pooler: [Float] = []
    if configuration.family == .bert {
      let width = configuration.width
      pooler = try tensor("pooler.dense.weight", [width, width])
      pooler += try tensor("pooler.dense.bias", [width])
    }
    return ClassifierHead(
      family: configuration.family, width: configuration.width, outputs: outputs,
      dropout: configuration.headDropout, pooler: pooler)
  }

  /// The frozen encoder with these adapters.
  public func encoder(_ adapters: AdapterSet) throws(CheckpointError) -> TransformerEncoder {
    do {
      return try TransformerEncoder(
        configuration: configuration, adapters: adapters, tensor: tensor)
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw CheckpointError(.malformed, "\(folder.url.path): \(error)")
    }
  }

  /// Sets the head to what the checkpoint holds where it fits, else to small random weights.
  ///
  /// Weights are normal with the configuration's `initializer_range`, biases 0, as in transformers.
  ///
  /// - Returns: Whether the checkpoint's own head was taken.
  @discardableResult
  public func startHead(
    _ head: ClassifierHead, in adapters: AdapterSet, seed: UInt64
  ) throws(CheckpointError) -> Bool {
    var fits = true
    for tensor in head.tensors {
      let found = folder.contains(tensor.name) ? try folder.shape(of: tensor.name) : []
      fits = fits && found == tensor.shape
    }
    var generator = SeededGenerator(seed: seed, stream: 0x4EAD)
    for tensor in head.tensors {
      let values = UnsafeMutableBufferPointer(
        start: adapters.parameters.base + adapters.head.lowerBound + tensor.offset,
        count: tensor.count)
      if fits {
        try folder.read(tensor.name, into: values)
      } else {
        let isBias = tensor.name.hasSuffix("bias")
        for index in values.indices {
          values[index] = isBias ? 0 : generator.normal() * initializerRange
        }
      }
    }
    return fits
  }

  /// A tensor of the encoder by its name without the family, checked against the shape it must have.
  private func tensor(_ name: String, _ shape: [Int]) throws(CheckpointError) -> [Float] {
    var full = prefix + name
    if !folder.contains(full) {
      // The first BERT checkpoints call a layer norm's parameters gamma and beta.
      let old = full.replacing("LayerNorm.weight", with: "LayerNorm.gamma")
        .replacing("LayerNorm.bias", with: "LayerNorm.beta")
      if folder.contains(old) { full = old }
    }
    let found = try folder.shape(of: full)
    guard found == shape else {
      throw CheckpointError(
        .malformed,
        "\(folder.url.path): \(full) has the shape \(found), but config.json asks for \(shape). "
          + "Check that config.json belongs to these tensors.")
    }
    return try folder.floats(full)
  }
}
