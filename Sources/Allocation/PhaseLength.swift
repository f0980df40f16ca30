/// Length of a phase: a share of the steps, or a number of steps.
public enum PhaseLength: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Share of the steps, `0 ..< 1`.
  case fraction(Double)
  /// Number of optimiser steps of the whole run.
  case steps(Int)

  /// Reads `15%` or `0.15` as a share and `100` as steps; nil for anything else.
  ///
  /// - Parameter text: What a person typed.
  public init?(_ text: String) {
    if text.hasSuffix("%"), let percent = Double(text.dropLast()) {
      self = .fraction(percent / 100)
    } else if let steps = Int(text) {
      self = .steps(steps)
    } else if let fraction = Double(text) {
      self = .fraction(fraction)
    } else {
      return nil
    }
    guard isValid else { return nil }
  }

  /// The share or the number of steps, as ``init(_:)`` reads it.
  public var description: String {
    switch self {
    case .fraction(let fraction): "\(fraction)"
    case .steps(let steps): "\(steps)"
    }
  }

  /// Whether it is a share in `0 ..< 1` or a number of steps that is not negative.
  var isValid: Bool {
    switch self {
    case .fraction(let fraction): (0..<1).contains(fraction)
    case .steps(let steps): (0...(1 << 40)).contains(steps)
    }
  }

  /// Length in steps when the last `remaining` of `total` steps are to be divided.
  ///
  /// A number of steps keeps its share of the run: 100 of 1000 become 40 of the last 400.
  func steps(remaining: Int, total: Int) -> Double {
    switch self {
    case .fraction(let fraction): Double(remaining) * fraction
    case .steps(let steps):
      remaining == total ? Double(steps) : Double(steps) * Double(remaining) / Double(total)
    }
  }
}
