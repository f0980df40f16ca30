import Tensors

/// A frozen transformer encoder (BERT, RoBERTa) with adapters on chosen linear layers.
///
/// Post-layer-norm blocks as in Devlin et al. 2019, arXiv:1810.04805; checked against transformers by
/// `EncoderGoldenTests`. The weights are shared by all workers and never change, but for the adapters'
/// rows in them (see ``LinearBlock``), which ``publish(_:)`` refreshes between steps.
public final class TransformerEncoder: @unchecked Sendable {
  /// One transformer layer.
  struct Layer: Sendable {
    var attention: LinearBlock  // query, key, value
    var output: LinearBlock
    var norm1: LayerNorm
    var up: LinearBlock
    var down: LinearBlock
    var norm2: LayerNorm

    var blocks: [LinearBlock] { [attention, output, up, down] }
  }

  /// Shape and constants.
  public let configuration: EncoderConfiguration
  /// The adapters that its layers take part in.
  public let adapters: AdapterSet
  let words: FloatBuffer
  let positions: FloatBuffer
  let types: FloatBuffer
  let embeddingNorm: LayerNorm
  let layers: [Layer]
  let head: AttentionHead
  /// First layer that has an adapter; gradients go no deeper.
  let firstAdapted: Int

  /// Takes the frozen weights from a source of tensors by their names in transformers.
  ///
  /// - Parameters:
  ///   - configuration: Shape and constants.
  ///   - adapters: Adapters on sites of this configuration.
  ///   - tensor: Gives the tensor of a name (without the family's prefix, e.g.
  ///     `encoder.layer.0.output.dense.weight`) and the shape that it must have.
  public init(
    configuration: EncoderConfiguration, adapters: AdapterSet,
    tensor: (_ name: String, _ shape: [Int]) throws -> [Float]
  ) throws {
    self.configuration = configuration
    self.adapters = adapters
    let width = configuration.width
    func norm(_ name: String) throws -> LayerNorm {
      LayerNorm(
        gain: FloatBuffer(try tensor("\(name).weight", [width])),
        shift: FloatBuffer(try tensor("\(name).bias", [width])), epsilon: configuration.epsilon)
    }
    words = FloatBuffer(
      try tensor("embeddings.word_embeddings.weight", [configuration.vocabulary, width]))
    positions = FloatBuffer(
      try tensor("embeddings.position_embeddings.weight", [configuration.positions, width]))
    types = FloatBuffer(
      try tensor("embeddings.token_type_embeddings.weight", [configuration.tokenTypes, width]))
    embeddingNorm = try norm("embeddings.LayerNorm")
    var indexOfName: [String: Int] = [:]
    for (index, adapter) in adapters.adapters.enumerated() {
      indexOfName[adapter.site.name] = index
    }
    layers = try (0..<configuration.layers).map { layer in
      let prefix = "encoder.layer.\(layer)."
      func block(_ kinds: [LinearKind]) throws -> LinearBlock {
        let sites = kinds.map { configuration.site($0, layer: layer) }
        let frozen = try sites.map { site in
          let name = String(site.name.dropFirst(configuration.family.rawValue.count + 1))
          return LinearBlock.Frozen(
            kind: site.kind, weight: try tensor("\(name).weight", [site.outputs, site.inputs]),
            bias: try tensor("\(name).bias", [site.outputs]))
        }
        return LinearBlock(inputs: sites[0].inputs, layers: frozen, adapters: adapters) {
          indexOfName[configuration.site($0, layer: layer).name]
        }
      }
      return Layer(
        attention: try block([.query, .key, .value]), output: try block([.output]),
        norm1: try norm(prefix + "attention.output.LayerNorm"), up: try block([.up]),
        down: try block([.down]), norm2: try norm(prefix + "output.LayerNorm"))
    }
    head = AttentionHead(width: configuration.headWidth)
    firstAdapted = adapters.adapters.map(\.site.layer).min() ?? configuration.layers
  }

  /// Makes the current factors and gates take effect; call after they change, while no worker runs.
  public func publish() {
    adapters.refreshCoefficients()
    for layer in layers { for block in layer.blocks { block.publish(adapters) } }
  }
}

/// Dropout in one pass: none in evaluation, sites keyed by the step in training.
public struct PassDropout: Sendable {
  let key: UInt64?

  /// Evaluation: nothing is dropped.
  public static let evaluation = PassDropout(key: nil)

  /// Training: the key of the step.
  public init(key: UInt64?) { self.key = key }

  /// The site with this number in this pass.
  public func site(_ probability: Float, _ number: Int) -> Dropout {
    guard let key, probability > 0 else { return .none }
    return Dropout(probability: probability, key: mix(key, UInt64(number)))
  }
}

extension TransformerEncoder {
  /// Dropout of the adapters' input in one layer; nil where there is none.
  func inputDropout(
    _ pass: PassDropout, layer: Int, rows: RowNumbers, _ memory: EncoderActivations
  ) -> LinearBlock.InputDropout? {
    let probability = configuration.adapterDropout
    guard probability > 0, pass.key != nil else { return nil }
    return LinearBlock.InputDropout(
      site: { pass.site(probability, DropoutSite.adapter(layer, $0)) }, rows: rows,
      scratch: memory.dropped)
  }
}

/// Numbers of the dropout sites in a pass.
enum DropoutSite {
  static let embedding = 0
  static func probabilities(_ layer: Int) -> Int { 8 + layer * 4 }
  static func attentionOutput(_ layer: Int) -> Int { 9 + layer * 4 }
  static func output(_ layer: Int) -> Int { 10 + layer * 4 }
  static func adapter(_ layer: Int, _ kind: LinearKind) -> Int {
    (1 << 20) + layer * 8 + kind.rawValue
  }
}
