import LanguageModels
import Tensors

/// The embedded demonstration: a frozen random encoder, and a teacher that is the same encoder plus
/// low-rank updates of known, uneven rank in known modules.
///
/// A student with adapters on every module learns the teacher's hidden states from random token
/// sequences, under the true total budget. What an allocator finds can then be held against what was planted.
public struct PlantedTask: Sendable {
  /// Shape of the encoder.
  public static let configuration = EncoderConfiguration(
    family: .bert, width: 64, layers: 4, heads: 4, feedForward: 128, vocabulary: 256,
    positions: 16, tokenTypes: 1, padding: 0, epsilon: 1e-5, activation: .gelu, hiddenDropout: 0,
    attentionDropout: 0, headDropout: 0)
  /// Tokens in a sequence.
  public static let length = 12
  /// Sequences in a batch.
  public static let batchSize = 32
  /// Mean rank of a module, planted and to be found.
  public static let meanRank = 2
  /// Rank of every module at the start of an adaptive run: no planted rank is larger.
  public static let startRank = 8

  /// True rank of every module, in grid order.
  public let ranks: [Int]
  let seed: UInt64

  /// Plants 48 components in 24 modules, drawn from a seed.
  ///
  /// Ten modules get between 2 and 8 components each, fourteen get none.
  public init(seed: UInt64) {
    self.seed = seed
    var generator = SeededGenerator(seed: seed, stream: 0x9147)
    let modules = Self.configuration.sites(Set(LinearKind.allCases)).count
    var shares = [8, 8, 7, 6, 5, 4, 3, 3, 2, 2] + Array(repeating: 0, count: modules - 10)
    for index in stride(from: shares.count - 1, to: 0, by: -1) {
      shares.swapAt(index, Int(generator.next() % UInt64(index + 1)))
    }
    ranks = shares
  }

  /// Components planted in the whole network.
  public var budget: Int { ranks.reduce(0, +) }

  /// How much of the planted allocation was found: `1 - sum |found - planted| / (2 budget)`.
  public func recovery(_ found: [Int]) -> Double {
    precondition(found.count == ranks.count, "\(found.count) ranks for \(ranks.count) modules")
    let missed = zip(found, ranks).reduce(0) { $0 + abs($1.0 - $1.1) }
    return 1 - Double(missed) / Double(2 * budget)
  }

  /// The frozen encoder with these adapters; the same weights for every call.
  func encoder(_ adapters: AdapterSet) -> TransformerEncoder {
    let encoder = try? TransformerEncoder(configuration: Self.configuration, adapters: adapters) {
      name, shape in weights(name, shape)
    }
    guard let encoder else { preconditionFailure("random weights cannot be missing") }
    return encoder
  }

  /// Random weights of one tensor, seeded by its name.
  private func weights(_ name: String, _ shape: [Int]) -> [Float] {
    let count = shape.reduce(1, *)
    if name.contains("LayerNorm") {
      return Array(repeating: name.hasSuffix("weight") ? 1 : 0, count: count)
    }
    if name.hasSuffix("bias") { return Array(repeating: 0, count: count) }
    let stream = name.utf8.reduce(UInt64(0x5EED)) { mix($0, UInt64($1)) }
    var generator = SeededGenerator(seed: seed, stream: stream)
    var deviation = 1 / Float(shape.last!).squareRoot()
    if name.hasPrefix("embeddings") { deviation = 1 }
    // Sharper attention, so that queries and keys matter as they do in a trained model.
    if name.contains("query") || name.contains("key") { deviation *= 1.6 }
    return (0..<count).map { _ in generator.normal() * deviation }
  }

  /// The teacher's updates: rank-one terms of equal weight, in random directions.
  func plant() -> AdapterSet {
    let sites = Self.configuration.sites(Set(LinearKind.allCases))
    let teacher = AdapterSet(sites: sites, rank: Self.startRank, scale: 1, headCount: 0)
    for (index, adapter) in teacher.adapters.enumerated() {
      var generator = SeededGenerator(seed: seed, stream: 0x7EAC_0000 + UInt64(index))
      let a = teacher.down(index, in: teacher.parameters)
      let b = teacher.up(index, in: teacher.parameters)
      // ||b a^T|| is `strength`, about that many times a random weight's mean singular value.
      let strength: Float = adapter.site.kind == .query || adapter.site.kind == .key ? 3 : 1.5
      a.drawNormal(1 / Float(a.columns).squareRoot(), &generator)
      b.drawNormal(strength / Float(b.columns).squareRoot(), &generator)
      let gates = teacher.gates(index, in: teacher.parameters)
      for slot in 0..<adapter.rank { gates[slot] = slot < ranks[index] ? 1 : 0 }
    }
    return teacher
  }

  /// A batch of random tokens; the same for the same number.
  func batch(_ number: UInt64) -> PackedBatch {
    var generator = SeededGenerator(seed: mix(seed, 0xDA7A), stream: number)
    let count = Self.batchSize * Self.length
    let ids = (0..<count).map { _ in
      Int32(generator.next() % UInt64(Self.configuration.vocabulary))
    }
    return PackedBatch(
      ids: ids, typeIDs: Array(repeating: 0, count: count),
      offsets: Array(stride(from: 0, through: count, by: Self.length)))
  }
}
