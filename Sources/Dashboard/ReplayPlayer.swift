import RunEvents

/// Plays a recorded run: moves to any step, by steps and decisions, and on by itself in time.
///
/// A state is the sum of the events before it, so moving back begins at a keyframe (a copy of an earlier
/// state) and goes on from there; keyframes are few, thinned out as the run gets longer. Being *at* a
/// step means: everything has been applied up to the next step's report.
///
/// Time is the run's own training time (`StepReport.elapsed`), so pauses take no time. The player reads
/// no clock: `now` is in seconds of any clock that never runs backwards.
public struct ReplayPlayer<Source: EventSource>: Sendable {
  private struct Keyframe: Sendable {
    var position: Int
    var state: DashboardState
  }

  private static var maximumKeyframes: Int { 128 }

  /// The recorded events.
  public let source: Source
  /// What is known at the present place.
  public private(set) var state = DashboardState()
  /// Number of events applied.
  public private(set) var position = 0
  /// Whether time runs.
  public private(set) var isPlaying = false
  /// Seconds of training in one second.
  public private(set) var speed = 1.0
  private var keyframes = [Keyframe(position: 0, state: DashboardState())]
  private var spacing: Int
  /// A moment of the clock and the training time that was shown then.
  private var anchor = (now: 0.0, elapsed: 0.0)

  /// Creates a player that stands before the first step.
  ///
  /// - Parameter spacing: Events between keyframes at first; doubled as often as there are too many.
  public init(_ source: Source, spacing: Int = 512) {
    self.source = source
    self.spacing = max(1, spacing)
    drain()
  }

  /// Whether every event has been applied.
  public var isAtEnd: Bool { position >= source.count }

  /// How the replay stands, for the dashboard's header.
  public var playback: Playback {
    Playback(isPlaying: isPlaying, speed: speed, isAtEnd: isAtEnd)
  }

  // MARK: Moving

  /// Moves to just after a step: to the last one at or before it that there is.
  public mutating func seek(step: Int) {
    restore(nearest: step)
    while position < source.count {
      if case .step(let report) = source[position], report.step > step { return }
      advance()
    }
  }

  /// Moves to the start: before the first step.
  public mutating func seekToStart() { seek(step: 0) }

  /// Moves to the end: after the last event.
  public mutating func seekToEnd() {
    while position < source.count { advance() }
  }

  /// Moves one step on; at the end nothing happens.
  public mutating func stepForward() {
    guard position < source.count else { return }
    advance()
    drain()
  }

  /// Moves one step back; at the start nothing happens.
  public mutating func stepBack() {
    if state.step > 0 { seek(step: state.step - 1) }
  }

  /// Moves to just after the next step with a decision, or to the end.
  public mutating func seekToNextDecision() {
    let seen = state.decisionCount
    while position < source.count && state.decisionCount == seen { advance() }
    drain()
  }

  /// Moves to just after the last earlier step with a decision, or to the start.
  public mutating func seekToPreviousDecision() {
    seek(step: state.log.decisions.last { $0.step < state.step }?.step ?? 0)
  }

  // MARK: Playing

  /// Lets time run or holds it; running from the end begins anew.
  public mutating func play(_ isPlaying: Bool, now: Double) {
    if isPlaying && isAtEnd { seekToStart() }
    self.isPlaying = isPlaying && !isAtEnd
    setAnchor(now)
  }

  /// Changes the speed; values that are not positive and finite are ignored.
  public mutating func setSpeed(_ speed: Double, now: Double) {
    guard speed.isFinite, speed > 0 else { return }
    self.speed = speed
    setAnchor(now)
  }

  /// Applies the events that are due while time runs. At the end time stands still.
  ///
  /// - Returns: Whether anything was applied.
  public mutating func advance(to now: Double) -> Bool {
    guard isPlaying else { return false }
    let elapsed = anchor.elapsed + (now - anchor.now) * speed
    let before = position
    while position < source.count {
      if let due = dueTime(of: source[position]), due > elapsed { break }
      advance()
    }
    if isAtEnd { isPlaying = false }
    return position != before
  }

  /// When the next event is due; nil while time stands still.
  public var nextDeadline: Double? {
    guard isPlaying, position < source.count else { return nil }
    guard let due = dueTime(of: source[position]) else { return anchor.now }
    return anchor.now + (due - anchor.elapsed) / speed
  }

  /// Training time at which an event happens; nil for one that follows at once.
  private func dueTime(of event: RunEvent) -> Double? {
    if case .step(let report) = event { return report.elapsed }
    guard case .progress(let progress) = event, progress.seconds.isFinite else { return nil }
    return (state.report?.elapsed ?? 0) + progress.seconds
  }

  /// Does what a key asked for, as far as it is about the replay.
  ///
  /// - Returns: Whether it was.
  @discardableResult
  public mutating func perform(_ action: Action, now: Double) -> Bool {
    switch action {
    case .seek(let step): seek(step: step)
    case .stepForward: stepForward()
    case .stepBack: stepBack()
    case .nextDecision: seekToNextDecision()
    case .previousDecision: seekToPreviousDecision()
    case .start: seekToStart()
    case .end: seekToEnd()
    case .play(let isPlaying): play(isPlaying, now: now)
    case .speed(let speed): setSpeed(speed, now: now)
    case .request, .detach, .stop, .quit, .redraw: return false
    }
    setAnchor(now)
    if isAtEnd { isPlaying = false }
    return true
  }

  private mutating func setAnchor(_ now: Double) {
    let elapsed = state.report?.elapsed ?? 0
    anchor = (now, elapsed.isFinite ? elapsed : 0)
  }

  // MARK: Events and keyframes

  /// Applies one event and keeps a keyframe where one is due.
  private mutating func advance() {
    state.apply(source[position])
    position += 1
    guard position % spacing == 0, position > keyframes[keyframes.count - 1].position else {
      return
    }
    keyframes.append(Keyframe(position: position, state: state))
    if keyframes.count > Self.maximumKeyframes {
      spacing *= 2
      keyframes.removeAll { $0.position % spacing != 0 }
    }
  }

  /// Applies everything up to the next step's report.
  private mutating func drain() {
    while position < source.count {
      if case .step = source[position] { return }
      advance()
    }
  }

  /// Goes to the last keyframe at or before a step, unless the present place is nearer.
  private mutating func restore(nearest step: Int) {
    let keyframe = keyframes.last { $0.state.step <= step } ?? keyframes[0]
    if step >= state.step && keyframe.position <= position { return }
    state = keyframe.state
    position = keyframe.position
  }
}
