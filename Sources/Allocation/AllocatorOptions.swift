/// Everything a person may set about an allocator; the command line fills it.
public struct AllocatorOptions: Sendable, Hashable {
  /// Mean rank of a module at the end of the run, `--rank`.
  public var rank = 8
  /// Rank of every module at the start; nil for the method's own (``AdapterRecipe/startRank(for:)``).
  public var initialRank: Int?
  /// Components alive at the end, `--budget`; nil for `rank` times the number of modules.
  public var targetBudget: Int?
  /// Steps before the first decision. Our default is DoRA's 15 %, near AdaLoRA's published runs.
  public var warmup = PhaseLength.fraction(0.15)
  /// Steps after the last decision. Our default is DoRA's 50 %, near AdaLoRA's published runs.
  public var final = PhaseLength.fraction(0.5)
  /// Steps between decisions; nil for 10, or a tenth of a budget phase shorter than 100 steps.
  public var interval: Int?
  /// AdaLoRA: smoothing of the sensitivity, `0 ..< 1`. Read by the engine's meter.
  public var beta1: Float = 0.85
  /// AdaLoRA: smoothing of the uncertainty, `0 ..< 1`. Read by the engine's meter.
  public var beta2: Float = 0.85
  /// AdaLoRA: weight of the orthogonality term (PEFT's default).
  public var orthogonalityWeight: Float = 0.5
  /// DoRA: weight eta of the DEM term, 0.1 to 0.5 in the paper's table 8.
  public var equilibriumWeight: Float = 0.3
  /// DoRA: smoothing of the norm shares, `0 ..< 1`.
  public var smoothing: Float = 0.9
  /// DoRA: added to a module's norm before dividing by it.
  public var epsilon: Float = 1e-8
  /// Cut everything at or below the threshold, as the published code does, so that ties may prune
  /// more than was asked. Off, ties go by slot order and counts are exact.
  public var officialTies = false

  /// Creates the defaults.
  public init() {}

  /// Checks every number that does not depend on the run.
  func validate() throws(AllocationError) {
    func check(
      _ isFine: Bool, _ option: String, _ value: any CustomStringConvertible, _ allowed: String
    ) throws(AllocationError) {
      if isFine { return }
      throw .optionOutOfRange(option: option, value: "\(value)", allowed: allowed)
    }
    let length = "a share in 0 ..< 1 or a number of steps"
    let share = "0 ..< 1"
    try check(rank >= 1, "--rank", rank, "1 or more")
    try check((initialRank ?? 1) >= 1, "initial rank", initialRank ?? 0, "1 or more")
    try check(warmup.isValid, "--warmup", warmup, length)
    try check(final.isValid, "--final", final, length)
    try check((interval ?? 1) >= 1, "--interval", interval ?? 0, "1 or more steps")
    try check((0..<1).contains(beta1), "beta1", beta1, share)
    try check((0..<1).contains(beta2), "beta2", beta2, share)
    try check((0..<1).contains(smoothing), "smoothing", smoothing, share)
    try check(epsilon > 0 && epsilon.isFinite, "epsilon", epsilon, "a positive number")
    try check(
      orthogonalityWeight >= 0 && orthogonalityWeight.isFinite, "orthogonality weight",
      orthogonalityWeight, "0 or more")
    try check(
      equilibriumWeight >= 0 && equilibriumWeight.isFinite, "equilibrium weight",
      equilibriumWeight, "0 or more")
  }
}
