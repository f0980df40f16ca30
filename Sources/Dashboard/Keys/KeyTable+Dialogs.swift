import Screen

extension KeyTable {
  /// Keys of menus and of the help.
  private static let menus = [
    bind(
      "detach", "d", .quitDialog, "detach", .detach, also: [.control("c")],
      help: "leave the screen, training goes on"),
    bind("stop", "s", .quitDialog, "stop", .stopRun, help: "save the adapter and end the run"),
    bind("allocator", "a", .allocatorMenu, "next", .menuMove(1), help: "next allocator"),
    bind("down", "j down", [.allocatorMenu, .quitDialog], nil, .menuMove(1), help: "the next one"),
    bind("up", "k up", [.allocatorMenu, .quitDialog], nil, .menuMove(-1), help: "the one before"),
    bind(nil, "tab", [.allocatorMenu, .quitDialog], nil, .menuMove(1), help: "the next one"),
    bind(
      nil, "shift-tab", [.allocatorMenu, .quitDialog], nil, .menuMove(-1), help: "the one before"),
    bind("right", "l right", .quitDialog, nil, .menuMove(1), help: "next answer"),
    bind("left", "h left", .quitDialog, nil, .menuMove(-1), help: "answer before"),
    bind(
      nil, "enter", [.quitDialog, .allocatorMenu], "choose", .menuAccept,
      help: "take the chosen one"),
    bind(
      nil, "esc", [.allocatorMenu, .help], "back", .menuCancel,
      also: [.character("q"), .control("c")], help: "back"),
    bind(
      nil, "esc", .quitDialog, "cancel", .menuCancel, also: [.character("q"), .character("c")],
      help: "stay"),
    bind("help", "?", .help, nil, .menuCancel, also: [.function(1)], help: "back"),
    bind(nil, "enter space", .help, nil, .menuCancel, help: "back"),
    bind("up", "k up", .help, nil, .menuMove(-1), help: "scroll up"),
    bind(
      "down", "j down", .help, KeyHint("scroll", keysOf: "down", "up"), .menuMove(1),
      help: "scroll down"),
    bind("page_up", "pgup", .help, nil, .menuMove(-10), help: "scroll up by ten"),
    bind("page_down", "pgdn", .help, nil, .menuMove(10), help: "scroll down by ten"),
  ]

  /// Keys while text is typed: they are the same for everybody.
  private static let prompts = [
    KeyBinding(
      name: nil,
      keys: (0x20...0x7E).map { .character(Character(Unicode.Scalar(UInt8($0)))) },
      label: "letters", contexts: .prompts, panes: [], hint: nil, help: "what is typed",
      command: .type),
    bind(
      nil, "backspace", [.rulePrompt, .filterPrompt], nil, .erase, also: [.delete],
      help: "the last character"),
    bind(
      nil, "tab", .commandPrompt, "complete", .edit(.complete(1)),
      help: "complete the word: as far as it is certain, then each that fits"),
    bind(nil, "shift-tab", .commandPrompt, nil, .edit(.complete(-1)), help: "the one before"),
    bind(
      nil, "up", .commandPrompt, "history", .edit(.older), also: [.control("p")], help: "older"),
    bind(nil, "down", .commandPrompt, nil, .edit(.newer), also: [.control("n")], help: "newer"),
    bind(nil, "left", .commandPrompt, nil, .edit(.left), also: [.control("b")], help: "left"),
    bind(nil, "right", .commandPrompt, nil, .edit(.right), also: [.control("f")], help: "right"),
    bind(
      nil, "home", .commandPrompt, nil, .edit(.start), also: [.control("a")], help: "to the start"),
    bind(nil, "end", .commandPrompt, nil, .edit(.end), also: [.control("e")], help: "to the end"),
    bind(nil, "backspace", .commandPrompt, nil, .edit(.erase), help: "the character before"),
    bind(
      nil, "delete", .commandPrompt, nil, .edit(.eraseForward), also: [.control("d")],
      help: "the character after"),
    bind(nil, "ctrl-w", .commandPrompt, nil, .edit(.eraseWord), help: "the word before"),
    bind(nil, "ctrl-u", .commandPrompt, nil, .edit(.eraseLine), help: "all that stands before"),
    bind(nil, "enter", .rulePrompt, "ask", .acceptRule, help: "ask for it"),
    bind(
      nil, "esc", [.rulePrompt, .commandPrompt], "back", .menuCancel, also: [.control("c")],
      help: "back"),
    bind(nil, "enter", .commandPrompt, "do", .acceptPrompt, help: "do it"),
  ]

  static let dialogs = menus + prompts
}
