import Tensors

/// The two families of encoders, which differ in positions and in the task head.
public enum EncoderFamily: String, Sendable, CaseIterable {
  /// Positions from 0; a frozen pooler before the classifier.
  case bert
  /// Positions from `pad + 1`; a trained dense layer in the classifier.
  case roberta
}

/// Shape and constants of an encoder.
public struct EncoderConfiguration: Sendable, Hashable {
  /// Family.
  public var family: EncoderFamily
  /// Width of the hidden states.
  public var width: Int
  /// Transformer layers.
  public var layers: Int
  /// Attention heads.
  public var heads: Int
  /// Width of the feed-forward layer.
  public var feedForward: Int
  /// Entries of the vocabulary.
  public var vocabulary: Int
  /// Rows of the position table.
  public var positions: Int
  /// Rows of the token-type table.
  public var tokenTypes: Int
  /// Token id of padding; RoBERTa counts positions from the one after it.
  public var padding: Int
  /// Added to variances in layer norms.
  public var epsilon: Float
  /// The feed-forward non-linearity.
  public var activation: Activation
  /// Dropout after embeddings and sub-layers.
  public var hiddenDropout: Float
  /// Dropout of attention probabilities.
  public var attentionDropout: Float
  /// Dropout in the task head.
  public var headDropout: Float
  /// Dropout of the adapters' input (PEFT's `lora_dropout`); 0 unless set.
  public var adapterDropout: Float = 0

  /// Creates a configuration.
  public init(
    family: EncoderFamily, width: Int, layers: Int, heads: Int, feedForward: Int, vocabulary: Int,
    positions: Int, tokenTypes: Int, padding: Int, epsilon: Float, activation: Activation,
    hiddenDropout: Float, attentionDropout: Float, headDropout: Float
  ) {
    precondition(width % heads == 0, "width \(width) is not a multiple of \(heads) heads")
    self.family = family
    self.width = width
    self.layers = layers
    self.heads = heads
    self.feedForward = feedForward
    self.vocabulary = vocabulary
    self.positions = positions
    self.tokenTypes = tokenTypes
    self.padding = padding
    self.epsilon = epsilon
    self.activation = activation
    self.hiddenDropout = hiddenDropout
    self.attentionDropout = attentionDropout
    self.headDropout = headDropout
  }

  /// Width of one attention head.
  public var headWidth: Int { width / heads }
  /// Position of a sequence's first token in the position table.
  public var firstPosition: Int { family == .roberta ? padding + 1 : 0 }
  /// Longest sequence that the position table serves.
  public var maxLength: Int { positions - firstPosition }

  /// Name of a linear layer in the task model.
  public func name(of kind: LinearKind, layer: Int) -> String {
    let part =
      switch kind {
      case .query: "attention.self.query"
      case .key: "attention.self.key"
      case .value: "attention.self.value"
      case .output: "attention.output.dense"
      case .up: "intermediate.dense"
      case .down: "output.dense"
      }
    return "\(family.rawValue).encoder.layer.\(layer).\(part)"
  }

  /// The place and shape of a linear layer.
  public func site(_ kind: LinearKind, layer: Int) -> AdapterSite {
    AdapterSite(
      name: name(of: kind, layer: layer), layer: layer, kind: kind,
      inputs: kind == .down ? feedForward : width, outputs: kind == .up ? feedForward : width)
  }

  /// The sites of these kinds in all layers, in grid order: layer by layer.
  public func sites(_ kinds: Set<LinearKind>) -> [AdapterSite] {
    (0..<layers).flatMap { layer in
      LinearKind.allCases.filter(kinds.contains).map { site($0, layer: layer) }
    }
  }
}
