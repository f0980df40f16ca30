extension BudgetSchedule {
  /// Fits a schedule into the steps that are left.
  ///
  /// Shares are taken of the remaining steps. The front shape rounds both phases to whole steps. The
  /// back shape keeps DoRA's rule: with `t_s = remaining * warmup` (not rounded) the window is
  /// `int(remaining * (1 - warmup - final))` steps long and begins at the first whole step from
  /// `t_s` on. (The published code truncates `step - t_s` towards zero, so that a fractional `t_s` makes
  /// it decide twice at the start of the window; this decides once.)
  ///
  /// - Parameters:
  ///   - shape: When most of the budget goes.
  ///   - start: Where in the run, and what is alive there.
  ///   - options: Phases, interval and target.
  ///   - kind: Whose phases hold where none are set.
  ///   - grows: Whether the method may end with more than it starts with.
  /// - Throws: ``AllocationError`` when an option is out of range or the phases leave no room.
  public init(
    fitting shape: Shape, start: RunStart, options: AllocatorOptions,
    for kind: AllocatorKind = .dora, grows: Bool = false
  ) throws(AllocationError) {
    try options.validate(for: kind)
    let target = try start.target(options, grows: grows)
    let remaining = start.remaining
    let warmup = (options.warmup ?? kind.warmup).steps(
      remaining: remaining, total: start.totalSteps)
    let final = (options.final ?? kind.final).steps(
      remaining: remaining, total: start.totalSteps)
    let dust = 1e-9  // so that 0.07 * 100 steps are 7, not 8
    let first: Int
    let window: Int
    switch shape {
    case .front, .step:
      first = Int(warmup.rounded())
      window = remaining - Int(final.rounded()) - first
    case .back:
      first = Int((warmup - dust).rounded(.up))
      window = Int((Double(remaining) - warmup - final + dust).rounded(.down))
    }
    guard window >= 1 else {
      throw .noBudgetPhase(
        warmup: Int(warmup.rounded()), final: Int(final.rounded()), steps: remaining)
    }
    let interval = options.interval ?? max(1, min(10, window / 10))
    guard interval <= window else { throw .intervalTooLong(interval: interval, window: window) }
    self.init(
      shape: shape, warmupEnd: start.startStep + first,
      budgetEnd: start.startStep + first + window, interval: interval,
      initial: start.aliveCost, target: target)
  }
}
