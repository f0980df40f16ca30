/// Linear warm-up to the peak, then linear decay to zero, as transformers' `get_linear_schedule_with_warmup`.
public struct LearningRateSchedule: Sendable, Hashable {
  /// Steps of warm-up.
  public var warmupSteps: Int
  /// Steps in all.
  public var totalSteps: Int

  /// Creates a schedule.
  public init(warmupSteps: Int, totalSteps: Int) {
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// Fraction of the peak rate in a step, counted from 1: the first step of a warm-up has rate 0.
  public func factor(at step: Int) -> Double {
    let done = step - 1
    if done < warmupSteps { return Double(done) / Double(max(1, warmupSteps)) }
    return max(0, Double(totalSteps - done) / Double(max(1, totalSteps - warmupSteps)))
  }
}
