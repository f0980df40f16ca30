/// How a method starts the factors of its adapters: what `Training` reads to build a model.
public enum FactorStart: Sendable, Hashable {
  /// A Kaiming-uniform with `a = sqrt 5` (bound `1/sqrt(in)`), B zero: PEFT's LoRA.
  case loraDefault
  /// A and B normal with this standard deviation: AdaLoRA.
  case gaussian(standardDeviation: Float)
  /// A and B Kaiming-uniform with this `a` (bound `sqrt(6 / ((1 + a^2) fanIn))`): DoRA.
  case kaimingUniform(a: Float)
}

/// How a component begins that was not alive before; its moments in the optimiser are 0.
public enum GrowthStart: Sendable, Hashable {
  /// From what is in its slot; only the gate's moments are 0.
  case fromReserve
  /// A Kaiming-uniform as in PEFT's LoRA, B zero, gate 1: the output stays as it is.
  case zeroUp
}

/// The optimiser that a method trains with.
public enum OptimizerKind: String, Sendable, Hashable, Codable {
  /// AdamW (Loshchilov and Hutter 2019).
  case adamW
  /// IVON (Shen et al. 2024): a Gaussian posterior over the parameters.
  case ivon
}

/// What a method prescribes for its adapters at the start of a run.
public struct AdapterRecipe: Sendable, Hashable {
  /// Gate `c` of every component at the start, or its mean.
  public let initialGate: Float
  /// Standard deviation of the gates at the start; 0 for a constant.
  public let gateDeviation: Float
  /// Whether the optimiser trains the gates.
  public let trainsGate: Bool
  /// Whether weight decay acts on the gates as on the factors.
  public let weightDecayOnGate: Bool
  /// Start of A and B.
  public let factorStart: FactorStart
  /// The optimiser.
  public let optimizer: OptimizerKind
  /// Rank of every module at the start, whatever the rank at the end; nil for a multiple of that.
  public let fixedStartRank: Int?
  /// Rank at the start as a multiple of the rank at the end.
  let startRankFactor: Double
  /// Slots as a multiple of the start rank, or of the rank at the end where the start rank is
  /// fixed: room to grow.
  let capacityFactor: Double
  /// Added to the start rank in the scale's denominator.
  let scaleOffset: Float
  /// How a component begins that a decision grows; nil where it goes on from what is in its slot.
  public let growth: GrowthStart?

  /// Declares a recipe.
  public init(
    initialGate: Float, trainsGate: Bool, weightDecayOnGate: Bool, factorStart: FactorStart,
    startRankFactor: Double = 1, capacityFactor: Double = 1, scaleOffset: Float = 0,
    growth: GrowthStart? = nil, gateDeviation: Float = 0, fixedStartRank: Int? = nil,
    optimizer: OptimizerKind = .adamW
  ) {
    self.initialGate = initialGate
    self.gateDeviation = gateDeviation
    self.fixedStartRank = fixedStartRank
    self.optimizer = optimizer
    self.trainsGate = trainsGate
    self.weightDecayOnGate = weightDecayOnGate
    self.factorStart = factorStart
    self.startRankFactor = startRankFactor
    self.capacityFactor = capacityFactor
    self.scaleOffset = scaleOffset
    self.growth = growth
  }

  /// Rank of a module at the start, for a mean rank of `rank` at the end.
  public func startRank(for rank: Int) -> Int {
    fixedStartRank ?? max(1, Int((startRankFactor * Double(rank)).rounded(.up)))
  }

  /// Whether a run begins with less than it ends with.
  public var startsBelowTarget: Bool { fixedStartRank != nil }

  /// Slots of a module, for a rank of `startRank` at the start and a mean of `rank` at the end.
  public func capacity(for startRank: Int, rank: Int? = nil) -> Int {
    let base = fixedStartRank == nil ? startRank : max(startRank, rank ?? startRank)
    return max(startRank, Int((capacityFactor * Double(base)).rounded(.up)))
  }

  /// Constant factor `s` of `y = W x + s B (c o A x)`: `alpha / (start rank + offset)`; the rank is
  /// that at the end where the start rank is fixed.
  public func scale(alpha: Float, startRank: Int, rank: Int? = nil) -> Float {
    let base = fixedStartRank == nil ? startRank : rank ?? startRank
    return alpha / (Float(base) + scaleOffset)
  }
}
