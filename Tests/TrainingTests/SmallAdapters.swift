import LanguageModels
import Tensors

/// Adapters of a grid that is small enough for plain loops, with widths that no vector length divides.
enum SmallAdapters {
  static let configuration = EncoderConfiguration(
    family: .bert, width: 7, layers: 2, heads: 1, feedForward: 13, vocabulary: 11, positions: 8,
    tokenTypes: 1, padding: 0, epsilon: 1e-5, activation: .gelu, hiddenDropout: 0,
    attentionDropout: 0, headDropout: 0)

  /// Adapters on these kinds, all zero.
  static func make(
    rank: Int, scale: Float = 1, kinds: [LinearKind] = LinearKind.allCases, headCount: Int = 0
  ) -> AdapterSet {
    AdapterSet(
      sites: configuration.sites(Set(kinds)), rank: rank, scale: scale, headCount: headCount)
  }

  /// Adapters with random factors and gates.
  static func random(rank: Int, scale: Float = 1, seed: UInt64 = 1) -> AdapterSet {
    let adapters = make(rank: rank, scale: scale)
    adapters.parameters.fillRandomly(seed: seed)
    return adapters
  }
}

extension FloatBuffer {
  /// Fills with normal numbers from a seed.
  func fillRandomly(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for index in 0..<count { base[index] = generator.normal() }
  }
}

extension Matrix {
  /// The elements, row by row.
  var flat: [Float] { (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } } }
}

extension AdapterSet {
  /// Gates of one adapter.
  func gateValues(_ index: Int) -> [Float] {
    let gates = gates(index, in: parameters)
    return (0..<adapters[index].rank).map { gates[$0] }
  }

  /// Which components have an open gate, flat.
  var openGates: [Bool] { adapters.indices.flatMap { gateValues($0).map { $0 != 0 } } }
}
