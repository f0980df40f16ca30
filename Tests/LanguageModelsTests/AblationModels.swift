import LanguageModels
import Tensors

/// Encoders and adapters for ablation tests.
enum AblationModels {
  /// A random encoder; every norm has a gain and a shift of its own, so that no term can go missing.
  static func random(
    _ family: EncoderFamily, layers: Int, heads: Int, kinds: Set<LinearKind>, rank: Int,
    seed: UInt64
  ) throws -> TransformerEncoder {
    try OpenBLAS.open()
    let configuration = EncoderConfiguration(
      family: family, width: 24, layers: layers, heads: heads, feedForward: 44, vocabulary: 50,
      positions: 32, tokenTypes: 2, padding: 1, epsilon: 1e-5, activation: .geluTanh,
      hiddenDropout: 0.1, attentionDropout: 0.1, headDropout: 0)
    let adapters = AdapterSet(
      sites: configuration.sites(kinds), rank: rank, scale: 1.5, headCount: 0)
    var generator = SeededGenerator(seed: seed)
    let encoder = try TransformerEncoder(configuration: configuration, adapters: adapters) {
      name, shape in
      let isGain = name.hasSuffix("LayerNorm.weight")
      let deviation = shape.count == 2 ? 1.5 / Float(shape[1]).squareRoot() : 0.3
      return (0..<shape.reduce(1, *)).map { _ in
        (isGain ? 1 : 0) + deviation * generator.normal()
      }
    }
    return encoder
  }

  /// Draws factors and gates; the gates are of both signs.
  static func fill(_ adapters: AdapterSet, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: 9)
    for (index, adapter) in adapters.adapters.enumerated() {
      for matrix in [
        adapters.down(index, in: adapters.parameters), adapters.up(index, in: adapters.parameters),
      ] {
        for row in 0..<matrix.rows {
          for column in 0..<matrix.columns { matrix[row, column] = 0.3 * generator.normal() }
        }
      }
      let gates = adapters.gates(index, in: adapters.parameters)
      for slot in 0..<adapter.rank { gates[slot] = 1.5 * generator.normal() }
    }
  }

  /// A mask that closes about every third component, and one whole module.
  static func mask(_ adapters: AdapterSet, seed: UInt64, deadModule: Int) -> [Bool] {
    var generator = SeededGenerator(seed: seed, stream: 3)
    var alive = (0..<adapters.componentCount).map { _ in generator.next() % 3 != 0 }
    let dead = adapters.adapters[deadModule]
    for slot in 0..<dead.rank { alive[dead.component + slot] = false }
    return alive
  }

  /// Sequences of these lengths over the vocabulary of ``random(_:layers:heads:kinds:rank:seed:)``.
  static func batch(_ lengths: [Int], seed: UInt64) -> PackedBatch {
    var generator = SeededGenerator(seed: seed, stream: 5)
    let tokens = lengths.reduce(0, +)
    return PackedBatch(
      ids: (0..<tokens).map { _ in Int32(generator.next() % 50) },
      typeIDs: (0..<tokens).map { _ in Int32(generator.next() % 2) },
      offsets: lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) })
  }

  /// A score that every hidden number takes part in, each with another weight and not linearly.
  static let score: AblationScores.Score = { hidden, _ in
    var total = 0.0
    for row in 0..<hidden.rows {
      for column in 0..<hidden.columns {
        let x = Double(hidden[row, column])
        let phase = Double((row * 7 + column * 3) % 11) - 5
        total += phase * x + 0.5 * x * x
      }
    }
    return total / Double(hidden.rows * hidden.columns)
  }
}
