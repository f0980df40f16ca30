/// What the person at the keys has set about the timeline.
struct TimelineSettings: Sendable, Hashable {
  /// Steps shown; nil for the whole run.
  var window: ClosedRange<Int>?
}

/// Keys of the timeline.
enum TimelineCommand: Sendable, Hashable {
  case zoomIn, zoomOut, showAll
}

extension DashboardModel {
  mutating func perform(_ command: TimelineCommand) {}
}
