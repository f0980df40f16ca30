import CKernels
import Foundation

/// The random numbers of one dropout site in one step: a key, no state.
///
/// Whether an element is dropped depends on the key and on the element's place in the batch alone, so the
/// backward pass asks again instead of remembering, and the number of threads changes nothing.
public struct Dropout: Sendable, Hashable {
  /// Probability that an element is dropped, `0 ..< 1`.
  public var probability: Float
  /// Key of the site.
  public var key: UInt64

  /// No dropout.
  public static let none = Dropout(probability: 0, key: 0)

  /// Creates a site.
  public init(probability: Float, key: UInt64) {
    precondition(probability >= 0 && probability < 1, "dropout \(probability) is not in 0 ..< 1")
    self.probability = probability
    self.key = key
  }

  /// The key for a part of this site (a sequence's head), well mixed.
  public func part(_ index: Int) -> Dropout {
    probability == 0 ? self : Dropout(probability: probability, key: mix(key, UInt64(index)))
  }

  var site: ck_dropout {
    ck_dropout(
      probability: probability, key0: UInt32(truncatingIfNeeded: key),
      key1: UInt32(truncatingIfNeeded: key >> 32))
  }
}

/// A well-mixed word of two words (SplitMix64's finaliser over their combination).
///
/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
public func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var z = a &+ (b &+ 1) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

/// A seeded generator (SplitMix64) for everything drawn before training: initial factors, shuffles.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts at a seed; `stream` separates independent uses of one seed.
  public init(seed: UInt64, stream: UInt64 = 0) { state = mix(seed, stream) }

  /// The next word.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return mix(state, 0)
  }

  /// Uniform in `0 ..< 1`, 24 bits.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Normal with mean 0 and deviation 1 (Box and Muller 1958, one of the pair).
  public mutating func normal() -> Float {
    let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
    return Float(radius * cos(2 * .pi * Double(next() >> 11) * 0x1p-53))
  }
}
