import RunEvents

/// A decision as it was recorded, with what is needed to work it out again.
public struct RecordedDecision: Sendable {
  /// The decision.
  public var decision: Decision
  /// Alive before it, flat.
  public var aliveBefore: [Bool]
  /// The run's modules.
  public var modules: [AdaptedModule]
  /// What budgets count.
  public var unit: BudgetUnit
  /// Pins and caps that held.
  public var constraints: RankConstraints
  /// Whether all ties at the threshold are cut.
  public var officialTies: Bool
  /// The manifest's: DiffoRA's `scope`, IncreLoRA's `rank`, ALoRA's `moves` and `move-count` are read.
  public var hyperparameters: [String: String]

  /// Creates a record.
  public init(
    decision: Decision, aliveBefore: [Bool], modules: [AdaptedModule], unit: BudgetUnit,
    constraints: RankConstraints, officialTies: Bool, hyperparameters: [String: String] = [:]
  ) {
    self.decision = decision
    self.aliveBefore = aliveBefore
    self.modules = modules
    self.unit = unit
    self.constraints = constraints
    self.officialTies = officialTies
    self.hyperparameters = hyperparameters
  }
}

/// What somebody decides from a record.
public struct Judgement: Sendable, Hashable {
  /// Alive afterwards, flat.
  public var alive: [Bool]
  /// Score at or below which components are cut; nil when nothing is cut.
  public var threshold: Float?
  /// Scores that it goes by, flat; NaN for no candidate.
  public var scores: [Float]
}

/// Why a decision cannot be worked out from what was recorded, as a sentence for a person.
public struct JudgingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason.
  public let description: String
}

extension RecordedDecision {
  /// Whether what was recorded is of these modules at all.
  private var isOfItsModules: Bool {
    let count = ComponentLayout(modules).count
    return decision.scores.count == count && decision.alive.count == count
      && aliveBefore.count == count
  }

  /// Allocators that can judge this decision from what was recorded, its own first; none where the record does
  /// not fit the run's modules.
  public var judges: [String] {
    guard isOfItsModules else { return [] }
    let own = decision.allocator
    let others = [AllocatorKind.dora, .sora].map(\.rawValue).filter { name in
      name != own && (try? scores(for: name)) != nil
    }
    let judgesItself = Self.ranking.contains(own) || moduleRule != nil
    return (judgesItself ? [own] : []) + others
  }

  /// Works the decision out.
  ///
  /// By its own allocator and budget it gives what was recorded, before a person's edits; the methods that
  /// move modules or rounds are in ``moduleRule``. Another
  /// allocator goes by what this step's record shows: DoRA by the norms' shares without their smoothing over
  /// earlier steps, SoRA by the sizes of gates that no L1 term has acted upon.
  ///
  /// - Parameters:
  ///   - budget: In the run's unit; nil for the recorded one.
  ///   - allocator: Name; nil for the one that decided.
  /// - Throws: ``JudgingError`` when what was recorded does not suffice.
  /// - Complexity: O(n) for components without pins, else O(n log n).
  public func judged(budget: Int? = nil, by allocator: String? = nil) throws(JudgingError)
    -> Judgement
  {
    let layout = ComponentLayout(modules)
    let count = layout.count
    guard isOfItsModules else {
      throw JudgingError(description: "its record does not fit the run's modules")
    }
    if allocator ?? decision.allocator == decision.allocator, let rule = moduleRule {
      return try judged(budget: budget, by: rule)
    }
    let scores = try scores(for: allocator ?? decision.allocator)
    var competitors = (0..<count).map { index in
      !decision.scores[index].isNaN || aliveBefore[index] || decision.alive[index]
    }
    if decision.allocator == AllocatorKind.sora.rawValue, allocator == nil {
      try closeGates(&competitors, layout)
    }
    let selection = BudgetSelection(
      layout: layout, unit: unit, costs: modules.map { $0.cost(in: unit) },
      constraints: constraints, officialTies: officialTies
    ).select(scores, budget: budget ?? decision.budget, among: competitors)
    return Judgement(
      alive: (0..<count).map { competitors[$0] && !selection.isCut[$0] },
      threshold: selection.threshold, scores: scores)
  }

  /// Allocators that rank all components by one score.
  private static let ranking = [AllocatorKind.adalora, .dora, .bayesian, .sora].map(\.rawValue)

  /// What SoRA's proximal step has brought to 0 does not compete, until the mask is fixed.
  private func closeGates(
    _ competitors: inout [Bool], _ layout: ComponentLayout
  ) throws(JudgingError) {
    for id in decision.grown where decision.scores[layout.index(of: id)] == 0 {
      throw JudgingError(
        description: "it opened gates at 0 after the mask was fixed: only a change of budget does")
    }
    let open = SoRAAllocator.open(
      decision.scores, alive: aliveBefore, constraints: constraints, layout: layout)
    for index in competitors.indices where !open[index] { competitors[index] = false }
  }

  /// The scores by which an allocator would go.
  private func scores(for allocator: String) throws(JudgingError) -> [Float] {
    if allocator == decision.allocator {
      guard Self.ranking.contains(allocator) else {
        throw JudgingError(
          description: "\(allocator) does not decide by one threshold over these scores")
      }
      return decision.scores
    }
    switch allocator {
    case AllocatorKind.dora.rawValue: return normShares(try part("norm", for: allocator))
    case AllocatorKind.sora.rawValue: return try part("gate", for: allocator).map(abs)
    default:
      throw JudgingError(
        description: "\(allocator) goes by statistics of many steps that are not recorded")
    }
  }

  private func part(_ name: String, for allocator: String) throws(JudgingError) -> [Float] {
    guard let part = decision.parts.first(where: { $0.name == name }),
      part.values.count == decision.scores.count
    else { throw JudgingError(description: "\(allocator) needs the part '\(name)'") }
    return part.values
  }

  /// DoRA's share of each component in its module: `||c b a||_F` over the root of the module's sum of
  /// squares, since the norm of the sum itself is not recorded (our choice).
  private func normShares(_ norms: [Float]) -> [Float] {
    let layout = ComponentLayout(modules)
    var shares = norms
    for module in 0..<layout.moduleCount {
      let range = layout.range(of: module)
      let whole = range.reduce(Float(0)) { $0 + (norms[$1].isFinite ? norms[$1] * norms[$1] : 0) }
        .squareRoot()
      for index in range { shares[index] = norms[index] / (whole + 1e-8) }
    }
    return shares
  }
}
