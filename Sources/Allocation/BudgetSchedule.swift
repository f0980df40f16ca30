import Foundation
import RunEvents

/// How many components are wanted alive at each step: a warm-up, a cubic fall, a final phase.
///
///     progress q = (step - warmupEnd) / (budgetEnd - warmupEnd)
///     front      b = int((initial - target) * (1 - q)^3 + target)        AdaLoRA: most at first
///     back       b = initial - max(1, int((initial - target) * q^3))     DoRA: most at last
///     step       b = initial                                             SoRA: no budget until the end
///
/// Before the window it is `initial`, from `budgetEnd` on exactly `target`. All functions are pure in
/// the step. Where the target is above the initial budget, the same curves rise.
///
/// Sources: PEFT `RankAllocator.budget_schedule`; Mao et al. 2024, arXiv:2405.17357, eq. 9 as its code
/// reads it (whose `max(1, ...)` cuts one component at the very first decision).
public struct BudgetSchedule: Sendable, Hashable, Codable {
  /// When most of the budget goes.
  public enum Shape: Sendable, Hashable, Codable {
    /// `(1 - q)^3`: most at first.
    case front
    /// `q^3`: most at last.
    case back
    /// All at the end of the window.
    case step
  }

  /// When most of the budget goes.
  public let shape: Shape
  /// Step at which progress is 0.
  public let warmupEnd: Int
  /// Step at which progress is 1: the last decision.
  public let budgetEnd: Int
  /// Steps between decisions.
  public let interval: Int
  /// Budget at the start.
  public let initial: Int
  /// Budget from ``budgetEnd`` on.
  public var target: Int

  /// Creates a schedule from its steps.
  ///
  /// - Precondition: `warmupEnd < budgetEnd`, `interval >= 1`.
  public init(
    shape: Shape, warmupEnd: Int, budgetEnd: Int, interval: Int, initial: Int, target: Int
  ) {
    precondition(warmupEnd < budgetEnd, "window \(warmupEnd) ..< \(budgetEnd) is empty")
    precondition(interval >= 1, "interval \(interval)")
    self.shape = shape
    self.warmupEnd = warmupEnd
    self.budgetEnd = budgetEnd
    self.interval = interval
    self.initial = initial
    self.target = target
  }

  /// Budget wanted after this step, in the run's unit.
  public func budget(at step: Int) -> Int {
    if step >= budgetEnd { return target }
    if step < warmupEnd || (shape != .back && step == warmupEnd) { return initial }
    let progress = Double(step - warmupEnd) / Double(budgetEnd - warmupEnd)
    let change = Double(initial - target)
    switch shape {
    case .step: return initial
    case .front: return Int(change * pow(1 - progress, 3) + Double(target))
    case .back:
      let cut = Int(change * pow(progress, 3))
      return initial - (initial > target ? max(1, cut) : cut)
    }
  }

  /// Whether a decision falls on this step: on the grid inside the window, and at its end.
  ///
  /// The front shape decides when the step itself is a multiple of the interval (PEFT), the back
  /// shape counts from the end of the warm-up (Mao et al.).
  public func isDecision(_ step: Int) -> Bool {
    switch shape {
    case .front, .step:
      step == budgetEnd || (step > warmupEnd && step < budgetEnd && isOnGrid(step))
    case .back: step == budgetEnd || (step >= warmupEnd && step < budgetEnd && isOnGrid(step))
    }
  }

  /// First step after `step` on which a decision falls or, past the window, would fall.
  public func nextOnGrid(after step: Int) -> Int {
    let origin = shape == .back ? warmupEnd : 0
    let earliest = max(step + 1, shape == .back ? warmupEnd : warmupEnd + 1)
    let offset = earliest - origin
    return origin + (offset + interval - 1) / interval * interval
  }

  private func isOnGrid(_ step: Int) -> Bool {
    (shape == .back ? step - warmupEnd : step) % interval == 0
  }
}
