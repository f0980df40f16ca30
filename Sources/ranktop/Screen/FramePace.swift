/// When to draw: at once after a key, else at most so often, and never when nothing changed.
struct FramePace {
  private let interval: Duration
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant?
  private var isStale = true
  private var isUrgent = true

  /// Creates a pace with at least `interval` between frames that no key asked for.
  init(interval: Duration) { self.interval = interval }

  /// Something to show has arrived.
  mutating func changed() { isStale = true }

  /// A key was pressed: the answer must not wait.
  mutating func changedByHand() {
    isStale = true
    isUrgent = true
  }

  /// A frame was shown.
  mutating func drawn() {
    isStale = false
    isUrgent = false
    last = clock.now
  }

  /// Whether a frame is to be drawn now.
  var isDue: Bool {
    guard isStale else { return false }
    guard !isUrgent, let last else { return true }
    return clock.now - last >= interval
  }

  /// How long to wait for input: until the next frame or the model's deadline, or for ever.
  func timeout(deadline: Double?, now: Double) -> Duration? {
    var timeout: Duration?
    if isStale, let last { timeout = max(.zero, interval - (clock.now - last)) }
    if let deadline {
      let left = Duration.seconds(max(0, deadline - now))
      timeout = timeout.map { min($0, left) } ?? left
    }
    return timeout
  }
}
