extension KeyTable {
  /// Keys of the log.
  static let log: [KeyBinding] = [
    bind(
      "log_kind", "o", .views, "only", .log(.nextKind), panes: [.log],
      help: "in the log: only decisions, requests, alarms or notes, or all"),
    bind(
      "previous_log_kind", "O", .views, nil, .log(.previousKind), panes: [.log],
      help: "in the log: the kind before"),
    bind(
      "open", "enter", .views, "go there", .log(.open), panes: [.log],
      help: "in the log: the time cursor goes to the chosen entry; a decision is opened"),
  ]
}
