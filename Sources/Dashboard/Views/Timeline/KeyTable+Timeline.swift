extension KeyTable {
  /// Keys of the timeline.
  static let timeline: [KeyBinding] = [
    bind(
      [.character("i")], "i", .views, "i o zoom", .timeline(.zoomIn), panes: [.timeline, .loss],
      help: "in the timeline: half as many steps about the cursor"),
    bind(
      [.character("o")], "o", .views, nil, .timeline(.zoomOut), panes: [.timeline, .loss],
      help: "in the timeline: twice as many steps"),
    bind(
      [.character("0")], "0", .views, nil, .timeline(.showAll), panes: [.timeline, .loss],
      help: "in the timeline: the whole run"),
  ]
}
