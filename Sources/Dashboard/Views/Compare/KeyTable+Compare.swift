extension KeyTable {
  /// Keys of the comparison.
  static let compare: [KeyBinding] = [
    bind(
      [.character("x")], "x", .views, "x axis", .compare(.nextAxis), panes: [.compare],
      help: "in the comparison: losses over steps, or over tokens"),
    bind(
      [.character("o"), .right, .character("l")], "o right", .views, "o pair",
      .compare(.nextPair(1)), panes: [.compare], help: "in the comparison: the next pair of runs"),
    bind(
      [.character("O"), .left, .character("h")], "O left", .views, nil, .compare(.nextPair(-1)),
      panes: [.compare], help: "in the comparison: the pair before"),
    bind(
      [.down, .character("j")], "j down", .views, nil, .compare(.scroll(1)), panes: [.compare],
      help: "in the comparison: scroll the differences down"),
    bind(
      [.up, .character("k")], "k up", .views, nil, .compare(.scroll(-1)), panes: [.compare],
      help: "in the comparison: up"),
    bind(
      [.pageDown], "page down", .views, nil, .compare(.scroll(10)), panes: [.compare],
      help: "in the comparison: ten rows down"),
    bind(
      [.pageUp], "page up", .views, nil, .compare(.scroll(-10)), panes: [.compare],
      help: "in the comparison: ten rows up"),
  ]
}
