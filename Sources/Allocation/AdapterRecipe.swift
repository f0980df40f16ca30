/// How a method starts the factors of its adapters: what `Training` reads to build a model.
public enum FactorStart: Sendable, Hashable {
  /// A Kaiming-uniform with `a = sqrt 5` (bound `1/sqrt(in)`), B zero: PEFT's LoRA.
  case loraDefault
  /// A and B normal with this standard deviation: AdaLoRA.
  case gaussian(standardDeviation: Float)
  /// A and B Kaiming-uniform with this `a` (bound `sqrt(6 / ((1 + a^2) fanIn))`): DoRA.
  case kaimingUniform(a: Float)
}

/// What a method prescribes for its adapters at the start of a run.
public struct AdapterRecipe: Sendable, Hashable {
  /// Gate `c` of every component at the start.
  public let initialGate: Float
  /// Whether the optimiser trains the gates.
  public let trainsGate: Bool
  /// Whether weight decay acts on the gates as on the factors.
  public let weightDecayOnGate: Bool
  /// Start of A and B.
  public let factorStart: FactorStart
  /// Rank at the start as a multiple of the rank at the end.
  let startRankFactor: Double
  /// Added to the start rank in the scale's denominator.
  let scaleOffset: Float

  /// Rank of a module at the start, for a mean rank of `rank` at the end.
  public func startRank(for rank: Int) -> Int {
    Int((startRankFactor * Double(rank)).rounded(.up))
  }

  /// Constant factor `s` of `y = W x + s B (c o A x)`: `alpha / (start rank + offset)`.
  public func scale(alpha: Float, startRank: Int) -> Float {
    alpha / (Float(startRank) + scaleOffset)
  }
}
