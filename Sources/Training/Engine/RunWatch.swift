import Foundation

/// Time spent training: steps and waits for the recorder count, pauses and evaluations do not.
struct RunWatch {
  private let clock = ContinuousClock()
  private var started: ContinuousClock.Instant?
  private var waiting = 0.0
  /// Training time in seconds.
  var elapsed = 0.0
  /// Duration of the last step in seconds, without waits.
  private(set) var last = 0.0
  /// Wait that was last taken into a report.
  private(set) var lastWait = 0.0

  /// Time of the present step before its last pause.
  private var carried = 0.0

  mutating func start() {
    started = clock.now
    carried = 0
  }

  /// Stands still in the middle of a step.
  mutating func pause() {
    guard let started else { return }
    carried += (clock.now - started).seconds
    self.started = nil
  }

  /// Goes on after a pause.
  mutating func resume() { started = clock.now }

  mutating func stop() {
    guard let started else { return }
    last = carried + (clock.now - started).seconds
    elapsed += last
    self.started = nil
  }

  mutating func addWait(_ seconds: Double) {
    waiting += seconds
    elapsed += seconds
  }

  /// Wait since the last call, now accounted for.
  mutating func takeWait() -> Double {
    lastWait = waiting
    waiting = 0
    return lastWait
  }
}

extension Duration {
  /// Length in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
