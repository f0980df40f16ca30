import Allocation
import Dashboard
import Foundation
import RunEvents
import RunStore
import Screen
import Terminal

/// The dashboard over a run that is being recorded, or has been: follows the file, steers by writing into it.
///
/// It owns the terminal and runs on a thread of its own; a task follows the file and wakes it.
struct LiveDashboard {
  /// The run.
  let reader: RunReader
  /// Writes interventions; nil in read-only mode.
  let steering: RunSteering?
  /// Colours and glyphs asked for.
  let appearance: Appearance

  /// Why the dashboard was left.
  enum Departure: Sendable {
    /// The trainer goes on without it.
    case detached
    /// The run has ended.
    case ended
    /// The trainer was asked to stop and may still be at it.
    case stopping
    /// The terminal went away.
    case terminalGone
  }

  /// At most so many frames a second.
  private static let frameInterval = Duration.milliseconds(66)

  /// Shows the run until the person leaves; returns how, and the state as last seen.
  func show() async throws -> (Departure, DashboardState) {
    let inbox = EventInbox()
    return try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        continuation.resume(with: Result { try self.run(inbox) })
      }
      thread.name = "dashboard"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private func run(_ inbox: EventInbox) throws -> (Departure, DashboardState) {
    var screen = try TerminalScreen(appearance.terminalOptions)
    defer { screen.close() }
    let theme = appearance.theme(for: screen.capabilities)
    let waker = screen.waker
    let following = Task.detached { [reader] in
      await inbox.fill(from: reader) { waker.wake() }
    }
    defer { following.cancel() }
    var model = DashboardModel(
      mode: steering == nil ? .readOnly : .live,
      allocators: AllocatorKind.allCases.map {
        AllocatorChoice(name: $0.rawValue, summary: $0.summary)
      })
    for note in screen.capabilities.notes { model.say(note, now: now) }
    var pace = FramePace(interval: Self.frameInterval)
    var hasEnded = false

    while true {
      let arrived = inbox.take()
      for event in arrived.events { model.apply(event) }
      if arrived.hasEnded && !hasEnded {
        hasEnded = true
        if let failure = arrived.failure { model.say(failure, .bad, now: now) }
        model.hasTrainerDied = arrived.failure == nil && !model.state.isStopped
      }
      if !arrived.events.isEmpty || arrived.hasEnded { pace.changed() }
      var actions = model.tick(now: now)
      if pace.isDue {
        screen.show(
          model.frame(width: screen.size.width, height: screen.size.height, theme: theme))
        pace.drawn()
      }
      guard let input = screen.wait(timeout: pace.timeout(deadline: model.nextDeadline, now: now))
      else { return (.terminalGone, model.state) }
      if case .key(let key) = input {
        actions += model.apply(key, now: now)
        pace.changedByHand()
      } else if case .timedOut = input {
        pace.changed()
      }
      for action in actions {
        if let departure = perform(action, &model, &screen) { return (departure, model.state) }
      }
    }
  }

  private var now: Double { ProcessInfo.processInfo.systemUptime }

  /// Does what the dashboard asks; returns a departure when it is to be left.
  private func perform(
    _ action: Action, _ model: inout DashboardModel, _ screen: inout TerminalScreen
  ) -> Departure? {
    switch action {
    case .request(let intervention):
      do {
        _ = try steering?.request(intervention)
      } catch {
        model.withdraw(intervention, because: error.description, now: now)
      }
    case .stop:
      do {
        _ = try steering?.request(.stop)
        return .stopping
      } catch {
        if error.code == .runEnded { return .ended }
        model.say(error.description, .bad, now: now)
      }
    case .detach: return .detached
    case .quit: return model.state.isStopped || model.hasTrainerDied ? .ended : .detached
    case .redraw: screen.redraw()
    default: break
    }
    return nil
  }
}

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

extension DashboardState {
  /// Whether the run ended in order.
  var isStopped: Bool {
    if case .stopped = status { true } else { false }
  }
}
