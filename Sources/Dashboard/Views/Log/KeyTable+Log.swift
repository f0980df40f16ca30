extension KeyTable {
  /// Keys of the log.
  static let log: [KeyBinding] = [
    bind(
      [.character("o")], "o", .views, "o only", .log(.nextKind), panes: [.log],
      help: "in the log: only decisions, requests, alarms or notes, or all"),
    bind(
      [.character("O")], "O", .views, nil, .log(.previousKind), panes: [.log],
      help: "in the log: the kind before"),
    bind(
      [.enter], "enter", .views, "enter go there", .log(.open), panes: [.log],
      help: "in the log: the time cursor goes to the chosen entry; a decision is opened"),
  ]
}
