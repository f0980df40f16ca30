/// What a model's `config.json` says of its architecture.
///
/// Keys that the file lacks have the defaults of transformers' `BertConfig`, which RoBERTa shares.
public struct ModelConfiguration: Sendable, Hashable {
  /// Architecture, e.g. `bert`.
  public var modelType: String
  /// Width of the model.
  public var hiddenSize: Int
  /// Number of transformer layers.
  public var layerCount: Int
  /// Attention heads of a layer.
  public var headCount: Int
  /// Width of the feed-forward layer.
  public var intermediateSize: Int
  /// Rows of the table of positions; RoBERTa loses the first `padTokenID + 1` of them.
  public var maxPositions: Int
  /// Rows of the table of tokens.
  public var vocabularySize: Int
  /// Rows of the table of segments.
  public var typeVocabularySize: Int
  /// Added to the variance by layer normalisation.
  public var layerNormEpsilon: Float
  /// Activation of the feed-forward layer, e.g. `gelu`.
  public var hiddenActivation: String
  /// Dropout after the linear layers, a probability.
  public var hiddenDropout: Float
  /// Dropout of attention weights, a probability.
  public var attentionDropout: Float
  /// Dropout before the classifier; nil means ``hiddenDropout``.
  public var classifierDropout: Float?
  /// Number of the padding token; nil where there is none.
  public var padTokenID: Int?
  /// How positions are known, e.g. `absolute`.
  public var positionEmbeddingType: String
  /// Class names by index; empty where the file has none.
  public var labels: [String]
  /// Number of classes, or 1 for regression; nil where the file does not say.
  public var labelCount: Int?
  /// Standard deviation of new weights.
  public var initializerRange: Float
  /// Whether the output layer shares the table of tokens.
  public var tiesWordEmbeddings: Bool
  /// `single_label_classification`, `multi_label_classification` or `regression`; nil where unsaid.
  public var problemType: String?

  /// Reads the configuration.
  ///
  /// - Parameters:
  ///   - json: The file's contents.
  ///   - path: Named in errors.
  /// - Throws: ``CheckpointError`` with code `malformed` for a key that is missing or wrong.
  init(_ json: JSON, path: String) throws(CheckpointError) {
    let reader = ConfigurationReader(json: json, path: path)
    modelType = try reader.text("model_type")
    hiddenSize = try reader.count("hidden_size")
    layerCount = try reader.count("num_hidden_layers")
    headCount = try reader.count("num_attention_heads")
    intermediateSize = try reader.count("intermediate_size")
    maxPositions = try reader.count("max_position_embeddings")
    vocabularySize = try reader.count("vocab_size")
    typeVocabularySize = try reader.count("type_vocab_size", default: 2)
    layerNormEpsilon = try reader.fraction("layer_norm_eps", default: 1e-12)
    hiddenActivation = try reader.text("hidden_act", default: "gelu")
    hiddenDropout = try reader.fraction("hidden_dropout_prob", default: 0.1)
    attentionDropout = try reader.fraction("attention_probs_dropout_prob", default: 0.1)
    classifierDropout =
      reader.has("classifier_dropout")
      ? try reader.fraction("classifier_dropout", default: 0) : nil
    let usualPadding = modelType == "roberta" ? 1 : 0
    padTokenID = json["pad_token_id"].map { $0.integer } ?? usualPadding
    positionEmbeddingType = try reader.text("position_embedding_type", default: "absolute")
    labels = try reader.labels()
    labelCount = labels.isEmpty ? json["num_labels"]?.integer : labels.count
    initializerRange = try reader.fraction("initializer_range", default: 0.02)
    tiesWordEmbeddings = json["tie_word_embeddings"]?.bool ?? true
    problemType = json["problem_type"]?.string
    guard hiddenSize % headCount == 0 else {
      throw reader.wrong("hidden_size", "\(hiddenSize) is no multiple of \(headCount) heads")
    }
  }
}

/// Reads keys of a `config.json`, and names them when they are wrong.
private struct ConfigurationReader {
  let json: JSON
  let path: String

  func wrong(_ key: String, _ what: String) -> CheckpointError {
    CheckpointError(
      .malformed, "\(path): \(key): \(what). Fetch the model again, or correct the file.")
  }

  func has(_ key: String) -> Bool { json[key].map { !$0.isNull } ?? false }

  func text(_ key: String, default fallback: String? = nil) throws(CheckpointError) -> String {
    if !has(key), let fallback { return fallback }
    guard let text = json[key]?.string else { throw wrong(key, "a text is expected") }
    return text
  }

  func count(_ key: String, default fallback: Int? = nil) throws(CheckpointError) -> Int {
    if !has(key), let fallback { return fallback }
    guard let count = json[key]?.integer, 1...1 << 32 ~= count else {
      throw wrong(key, "a positive whole number is expected")
    }
    return count
  }

  func fraction(_ key: String, default fallback: Float) throws(CheckpointError) -> Float {
    guard has(key) else { return fallback }
    guard let number = json[key]?.number, number >= 0, number < 1 else {
      throw wrong(key, "a number from 0 to below 1 is expected")
    }
    return Float(number)
  }

  /// Class names of `id2label`, whose keys are the indices 0, 1, 2 and so on.
  func labels() throws(CheckpointError) -> [String] {
    guard has("id2label") else { return [] }
    let members = json["id2label"]?.object?.members ?? []
    var labels = [String?](repeating: nil, count: members.count)
    for (key, value) in members {
      guard let index = Int(key), labels.indices.contains(index), let name = value.string else {
        throw wrong("id2label", "names for the indices 0 to \(members.count - 1) are expected")
      }
      labels[index] = name
    }
    guard !members.isEmpty, !labels.contains(nil) else {
      throw wrong("id2label", "names for the indices from 0 are expected")
    }
    return labels.compactMap { $0 }
  }
}
