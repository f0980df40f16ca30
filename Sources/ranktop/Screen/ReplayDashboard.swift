import Dashboard
import Foundation
import Screen
import Terminal

/// The dashboard over a recorded run. It never leaves by itself.
struct ReplayDashboard {
  /// The run.
  let events: RecordedEvents
  /// Colours and glyphs asked for.
  let appearance: Appearance
  /// Step to begin at.
  let step: Int?

  private static let frameInterval = Duration.milliseconds(66)

  /// Plays until the person leaves; the terminal has a thread of its own.
  func show() async throws {
    try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<Void, any Error>) in
      let thread = Thread { continuation.resume(with: Result { try run() }) }
      thread.name = "replay"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private func run() throws {
    var screen = try TerminalScreen(appearance.terminalOptions)
    defer { screen.close() }
    let theme = appearance.theme(for: screen.capabilities)
    var player = ReplayPlayer(events)
    if let step { player.seek(step: step) }
    var model = DashboardModel(mode: .replay)
    for note in screen.capabilities.notes { model.say(note, now: now) }
    var pace = FramePace(interval: Self.frameInterval)
    if step == nil { player.play(true, now: now) }
    while true {
      if player.advance(to: now) { pace.changed() }
      _ = model.tick(now: now)
      model.state = player.state
      model.playback = player.playback
      if pace.isDue {
        screen.show(
          model.frame(width: screen.size.width, height: screen.size.height, theme: theme))
        pace.drawn()
      }
      let deadline = [model.nextDeadline, player.nextDeadline].compactMap { $0 }.min()
      guard let input = screen.wait(timeout: pace.timeout(deadline: deadline, now: now)) else {
        return
      }
      if case .timedOut = input { pace.changed() }
      guard case .key(let key) = input else { continue }
      pace.changedByHand()
      for action in model.apply(key, now: now) {
        switch action {
        case .quit, .detach: return
        case .redraw: screen.redraw()
        default: _ = player.perform(action, now: now)
        }
      }
      if let failure = events.failure { model.say(failure, .bad, now: now) }
    }
  }

  private var now: Double { ProcessInfo.processInfo.systemUptime }
}
