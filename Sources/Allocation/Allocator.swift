import RunEvents

/// Statistics that an allocator reads; the engine computes only what is asked for.
public struct StatisticsNeeds: OptionSet, Sendable, Hashable {
  /// Bits.
  public let rawValue: UInt8
  /// Creates a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Frobenius norms of the components and of the modules' whole updates (DoRA).
  public static let norms = StatisticsNeeds(rawValue: 1)
  /// Smoothed sensitivity times uncertainty of every factor entry, reduced to components (AdaLoRA).
  public static let sensitivity = StatisticsNeeds(rawValue: 2)
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
}

/// The policy that moves the rank budget: statistics in, decisions out.
///
/// It owns no tensors and knows neither terminal nor file. The engine calls ``update(_:)`` once after
/// every optimiser step; when a decision comes back it sets the gate `c` of every component that
/// is not alive to 0. While ``holdsMask`` is true it does so after every step, so that what is pruned
/// stays pruned; while it is false a pruned gate goes on training and may be revived, except those
/// of ``excluded`` components, which are set to 0 after every step.
public protocol Allocator: Sendable {
  /// Name on the command line and in the run file.
  var name: String { get }
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
}
