import RunEvents

/// Statistics that an allocator reads; the engine computes only what is asked for.
public struct StatisticsNeeds: OptionSet, Sendable, Hashable {
  /// Bits.
  public let rawValue: UInt16
  /// Creates a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// Frobenius norms of the components and of the modules' whole updates (DoRA).
  public static let norms = StatisticsNeeds(rawValue: 1)
  /// Smoothed sensitivity times uncertainty of every factor entry, reduced to components (AdaLoRA).
  public static let sensitivity = StatisticsNeeds(rawValue: 2)
  /// The gates c themselves (SoRA).
  public static let gates = StatisticsNeeds(rawValue: 4)
  /// What the validation score loses without a component and keeps with it alone (ALoRA).
  public static let ablation = StatisticsNeeds(rawValue: 8)
  /// Signal-to-noise ratio of the posterior of every factor entry, reduced to components (Bayesian AdaLoRA).
  public static let posterior = StatisticsNeeds(rawValue: 16)
  /// Sensitivity of the loss to every module's whole update (IncreLoRA); needs the weight's gradient.
  public static let updateSensitivity = StatisticsNeeds(rawValue: 32)
  /// Gradient of the validation loss with respect to module gates (DiffoRA), at the present weights.
  public static let gateGradient = StatisticsNeeds(rawValue: 64)
  /// The same at weights one step further, with the second-order term.
  public static let unrolledGateGradient = StatisticsNeeds(rawValue: 128)
}

/// What an ablation round found; see ``StatisticsNeeds/ablation``.
public struct AblationRound: Sendable, Hashable, Codable {
  /// Validation score of the network with all live components: its negative loss.
  public var full: Double
  /// `S(M) - S(M\r) + S(M_r)` of every live component, flat; NaN for a dead one.
  public var importance: [Float]

  /// `S(M\r)` of every live component, flat, NaN for a dead one; empty where it was not kept.
  public var without: [Float]
  /// `S(M_r)` of every live component, likewise.
  public var only: [Float]

  /// Creates a round's result.
  public init(full: Double, importance: [Float], without: [Float] = [], only: [Float] = []) {
    self.full = full
    self.importance = importance
    self.without = without
    self.only = only
  }
}

/// What triplet scores are made of, flat: the score is `c + b + a`.
public struct TripletTerms: Sendable, Hashable, Codable {
  /// Score of the gate.
  public var c: [Float]
  /// Mean score over the column of B.
  public var b: [Float]
  /// Mean score over the row of A.
  public var a: [Float]

  /// Creates terms that are all 0.
  public init(count: Int) {
    c = [Float](repeating: 0, count: count)
    b = c
    a = c
  }

  /// The terms as the parts of a decision's scores.
  ///
  /// - Parameter measure: What is scored, e.g. `sensitivity`.
  func parts(_ measure: String) -> [ScorePart] {
    [("c", c), ("B", b), ("A", a)].map {
      ScorePart(name: "\(measure) of \($0.0)", values: $0.1)
    }
  }
}

/// Statistics of one step, after the optimiser's update.
///
/// Arrays are flat in the run's ``ComponentLayout`` (one entry a component slot) or per module; an
/// array that the allocator did not ask for is empty.
public struct Statistics: Sendable {
  /// Steps finished, counted from 1.
  public var step: Int
  /// `||c_i b_i a_i^T||_F` of every component (without the scale), flat.
  public var componentNorms: [Float] = []
  /// `||B diag(c) A||_F` of every module (without the scale).
  public var moduleNorms: [Float] = []
  /// AdaLoRA's triplet score `s(c_i) + mean_j s(B_ji) + mean_j s(A_ij)`, flat.
  public var sensitivity: [Float] = []
  /// What ``sensitivity`` is made of; nil where it was not kept.
  public var sensitivityTerms: TripletTerms?
  /// Gate `c` of every component, flat.
  public var gates: [Float] = []
  /// The ablation round at this step.
  public var ablation: AblationRound?
  /// Posterior score of every component, flat.
  public var posterior: [Float] = []
  /// What ``posterior`` is made of; nil where it was not kept.
  public var posteriorTerms: TripletTerms?
  /// `sum |dW o dL/dW| / sqrt(out in)` of every module at this step.
  public var updateSensitivity: [Float] = []
  /// `dL_val/dg` of every module.
  public var gateGradients: [Float] = []

  /// Creates the statistics of a step.
  public init(
    step: Int, componentNorms: [Float] = [], moduleNorms: [Float] = [], sensitivity: [Float] = []
  ) {
    self.step = step
    self.componentNorms = componentNorms
    self.moduleNorms = moduleNorms
    self.sensitivity = sensitivity
  }
}

/// A term that the engine adds to the loss, over the adapters' factors.
public enum Regularizer: Sendable, Hashable {
  /// Nothing.
  case none
  /// AdaLoRA: `weight * mean over all factors of ||A A^T - I||_F` (and `B^T B`).
  case orthogonality(weight: Float)
  /// DoRA's DEM: `weight * sum of the variances inside a_i and b_i / (modules * 2 * rank)`.
  case equilibrium(weight: Float)
  /// SoRA: `weight * mean |c|` over all gates of the network.
  case sparsity(weight: Float)
}

/// The policy that moves the rank budget: statistics in, decisions out.
///
/// It owns no tensors and knows neither terminal nor file. The engine calls ``update(_:)`` once after
/// every optimiser step; when a decision comes back it sets the gate `c` of every component that
/// is not alive to 0. While ``holdsMask`` is true it does so after every step, so that what is pruned
/// stays pruned; while it is false a pruned gate goes on training and may be revived, except those
/// of ``excluded`` components, which are set to 0 after every step.
///
/// An allocator is `Codable` as it stands: a checkpoint holds all of it, averages and schedule
/// included, and what is decoded goes on as if nothing had happened.
public protocol Allocator: Sendable, Codable {
  /// Name, recipe and parameters.
  static var kind: AllocatorKind { get }
  /// Creates the allocator for a run, or for the rest of one; see ``Allocators``.
  ///
  /// - Throws: ``AllocationError`` when an option is out of range or the schedule does not fit.
  init(start: RunStart, options: AllocatorOptions) throws(AllocationError)
  /// Statistics to hand to ``update(_:)`` at this step (counted from 1).
  func needs(at step: Int) -> StatisticsNeeds
  /// Term of the loss at this step.
  func regularizer(at step: Int) -> Regularizer
  /// Phases, budget curve and decision steps as they stand now.
  ///
  /// The phases are those since the allocator took over; the budget curve begins at
  /// ``RunEvents/Plan/fromStep``.
  var plan: Plan { get }
  /// Components alive, flat: as left by the last decision.
  var alive: [Bool] { get }
  /// Smoothed importance of every component as ranked, flat; empty when there is none.
  var importance: [Float] { get }
  /// Whether the gates of dead components are set to 0 after every step.
  var holdsMask: Bool { get }
  /// Components that no decision considers, flat; empty when there are none.
  ///
  /// They were dead when the allocator took over in mid-run, and stay dead until a target budget
  /// exceeds what was alive then.
  var excluded: [Bool] { get }
  /// Components wanted alive at this step, from the plan's first step on.
  func budget(at step: Int) -> Int
  /// Takes in one step's statistics and decides when a decision is due.
  ///
  /// A decision's number is 0: the engine numbers decisions, through switches of the allocator.
  ///
  /// - Precondition: the statistics that ``needs(at:)`` named for this step are filled.
  mutating func update(_ statistics: Statistics) -> Decision?
  /// Changes the target budget, from the next decision on.
  ///
  /// Before the budget phase ends, the curve becomes the one that leads to the new target. After it,
  /// one more decision falls at the next step of the interval: it prunes or revives by the last
  /// importance, and the mask is held again.
  ///
  /// - Parameters:
  ///   - budget: Components, `1 ... capacity of the network`.
  ///   - step: Last step finished.
  /// - Returns: Why the request is rejected, as a sentence for a person; nil when it is accepted.
  mutating func setTarget(budget: Int, at step: Int) -> String?
  /// Changes pins and caps, from the next decision on.
  ///
  /// - Parameters:
  ///   - constraints: All that hold from now on.
  ///   - step: Last step finished.
  /// - Returns: Why they are rejected, as a sentence for a person; nil when they are accepted.
  mutating func setConstraints(_ constraints: RankConstraints, at step: Int) -> String?
  /// Takes a person's change of the decision that ``update(_:)`` has just returned.
  ///
  /// Where nothing changed it is not called. Afterwards everything that follows from what is alive does so
  /// from the changed mask: what is held, what the next decision begins with, what grows.
  ///
  /// - Parameter decision: With `alive`, `pruned` and `grown` as they are to be; ``RunEvents/Decision/isFinal``
  ///   is corrected where it is not the last any more.
  mutating func amend(_ decision: inout Decision)
  /// Why these components cannot be given the opposite of what ``update(_:)`` has just decided for them, as a
  /// sentence for a person; nil when they can.
  ///
  /// Pins, caps and what is ``excluded`` are the engine's to check; to change nothing or to take all of a
  /// decision back is always possible.
  func refusal(ofToggling components: [ComponentID], in decision: Decision) -> String?
  /// How far every gate is moved towards 0 after the optimiser's update of this step: the proximal
  /// step `T_xi` of an L1 term. 0 for none.
  ///
  /// - Parameter rate: Learning rate of the gates in this step.
  func proximalThreshold(at step: Int, rate: Float) -> Float
  /// What the proximal step does to a gate.
  var proximalOperator: ProximalOperator { get }
  /// Peak learning rate of the gates; nil for that of the factors.
  var gateRate: Float? { get }
  /// Dead components whose factors are trained in advance, flat; empty for none.
  ///
  /// Their gates are held at ``reserveGate``, not trained.
  var reserve: [Bool] { get }
  /// Gate of the ``reserve``.
  var reserveGate: Float { get }
  /// Gate of every module, multiplied onto its components' gates; empty where all are 1.
  var moduleGates: [Float] { get }
  /// Whether a decision leaves the old module gates multiplied onto the components, so that the
  /// output of the modules it keeps stays as it is.
  var foldsModuleGates: Bool { get }
  /// Share of the training data that this step's batch must not draw from: kept for gradients of
  /// the validation loss. 0 for none.
  func validationShare(at step: Int) -> Double
}

extension Allocator {
  /// Name on the command line and in the run file.
  public var name: String { Self.kind.rawValue }
  /// Nil: every component stands for itself.
  public func refusal(ofToggling components: [ComponentID], in decision: Decision) -> String? {
    nil
  }
  /// None.
  public func proximalThreshold(at step: Int, rate: Float) -> Float { 0 }
  /// The soft threshold.
  public var proximalOperator: ProximalOperator { .softThreshold }
  /// That of the factors.
  public var gateRate: Float? { nil }
  /// None.
  public var reserve: [Bool] { [] }
  /// 0.
  public var reserveGate: Float { 0 }
  /// All 1.
  public var moduleGates: [Float] { [] }
  /// New module gates take the place of the old.
  public var foldsModuleGates: Bool { false }
  /// None.
  public func validationShare(at step: Int) -> Double { 0 }
}
