extension KeyTable {
  /// Keys of the timeline.
  static let timeline: [KeyBinding] = [
    bind(
      "zoom_in", "i", .views, KeyHint("zoom", keysOf: "zoom_in", "zoom_out"), .timeline(.zoomIn),
      panes: [.timeline, .loss], help: "in the timeline: half as many steps about the cursor"),
    bind(
      "zoom_out", "o", .views, nil, .timeline(.zoomOut), panes: [.timeline, .loss],
      help: "in the timeline: twice as many steps"),
    bind(
      "whole_run", "0", .views, nil, .timeline(.showAll), panes: [.timeline, .loss],
      help: "in the timeline: the whole run"),
  ]
}
