import RunEvents

/// The last steps one by one, for throughput and time left.
public struct RecentSteps: Sendable, Hashable {
  /// What is kept of a step.
  public struct Entry: Sendable, Hashable {
    /// Tokens computed.
    public var tokens: Int
    /// Duration in seconds.
    public var seconds: Double
  }

  static let capacity = 256
  private var ring: [Entry] = []
  private var next = 0

  /// Number of steps kept.
  public var count: Int { ring.count }

  mutating func add(_ report: StepReport) {
    let entry = Entry(tokens: report.tokens, seconds: report.seconds)
    guard ring.count == Self.capacity else {
      ring.append(entry)
      return
    }
    ring[next] = entry
    next = (next + 1) % Self.capacity
  }

  /// Tokens, seconds and number of the latest steps that together last `window` seconds and are at
  /// least `minimum`, as far as they are kept. Durations that are not finite or negative are skipped.
  func latest(window: Double, minimum: Int = 1) -> (tokens: Int, seconds: Double, count: Int) {
    var total = (tokens: 0, seconds: 0.0, count: 0)
    for age in 1..<max(2, ring.count + 1) where age <= ring.count {
      if total.seconds >= window && total.count >= minimum { break }
      let entry = ring[(next + ring.count - age) % ring.count]
      guard entry.seconds.isFinite, entry.seconds >= 0 else { continue }
      total.tokens &+= entry.tokens
      total.seconds += entry.seconds
      total.count += 1
    }
    return total
  }
}
