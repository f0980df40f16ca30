extension KeyTable {
  /// Keys of the comparison.
  static let compare: [KeyBinding] = [
    bind(
      "compare_axis", "x", .views, "axis", .compare(.nextAxis), panes: [.compare],
      help: "in the comparison: losses over steps, or over tokens"),
    bind(
      "next_pair", "o", .views, "pair", .compare(.nextPair(1)), panes: [.compare],
      help: "in the comparison: the next pair of runs"),
    bind(
      "previous_pair", "O", .views, nil, .compare(.nextPair(-1)), panes: [.compare],
      help: "in the comparison: the pair before"),
    bind(
      "right", "l right", .views, nil, .compare(.nextPair(1)), panes: [.compare],
      help: "in the comparison: likewise the next pair"),
    bind(
      "left", "h left", .views, nil, .compare(.nextPair(-1)), panes: [.compare],
      help: "in the comparison: likewise the pair before"),
    bind(
      "down", "j down", .views, nil, .compare(.scroll(1)), panes: [.compare],
      help: "in the comparison: scroll the differences down"),
    bind(
      "up", "k up", .views, nil, .compare(.scroll(-1)), panes: [.compare],
      help: "in the comparison: up"),
    bind(
      "page_down", "pgdn", .views, nil, .compare(.scroll(10)), panes: [.compare],
      help: "in the comparison: ten rows down"),
    bind(
      "page_up", "pgup", .views, nil, .compare(.scroll(-10)), panes: [.compare],
      help: "in the comparison: ten rows up"),
  ]
}
