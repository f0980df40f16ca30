/// What the person at the keys has set about the timeline.
struct TimelineSettings: Sendable, Hashable {
  /// Steps shown; nil for the whole run.
  var window: ClosedRange<Int>?

  /// Fewest steps that a window shows.
  static let fewestSteps = 8
}

/// Keys of the timeline.
enum TimelineCommand: Sendable, Hashable {
  case zoomIn, zoomOut, showAll
}

extension DashboardModel {
  mutating func perform(_ command: TimelineCommand) {
    show(.timeline)
    let whole = 1...max(1, head.totalSteps)
    let shown = timelineWindow ?? whole
    switch command {
    case .showAll: timeline.window = nil
    case .zoomIn:
      timeline.window = window(
        of: min(shown.count, max(TimelineSettings.fewestSteps, shown.count / 2)), about: state.step)
    case .zoomOut: timeline.window = window(of: shown.count * 2, about: state.step)
    }
  }

  /// So many steps about one of them, inside the run; nil for the whole run.
  private func window(of count: Int, about step: Int) -> ClosedRange<Int>? {
    let total = max(1, head.totalSteps)
    if count >= total { return nil }
    let first = min(max(1, step - count / 2), total - count + 1)
    return first...first + count - 1
  }

  /// The steps that the timeline shows: what was chosen, moved along so that the cursor is in it.
  var timelineWindow: ClosedRange<Int>? {
    guard let window = timeline.window else { return nil }
    let step = max(1, state.step)
    if window.contains(step) && window.upperBound <= head.totalSteps { return window }
    return self.window(of: window.count, about: step)
  }

  /// Takes the window along when the cursor has left it.
  mutating func panTimeline() { timeline.window = timelineWindow }
}
