extension KeyTable {
  static let dialogs = [
    bind(
      [.character("d"), .control("c")], "d", .quitDialog, "d detach", .detach,
      help: "leave the screen, training goes on"),
    bind(
      [.character("s")], "s", .quitDialog, "s stop", .stopRun,
      help: "save the adapter and end the run"),
    bind(
      [.character("a"), .down, .tab, .character("j")], "a down", .allocatorMenu, "a next",
      .menuMove(1), help: "next allocator"),
    bind(
      [.up, .backTab, .character("k")], "up", .allocatorMenu, nil, .menuMove(-1),
      help: "allocator before"),
    bind(
      [.down, .right, .tab, .character("j"), .character("l")], "down", .quitDialog, nil,
      .menuMove(1), help: "next answer"),
    bind(
      [.up, .left, .backTab, .character("k"), .character("h")], "up", .quitDialog, nil,
      .menuMove(-1), help: "answer before"),
    bind(
      [.enter], "enter", [.quitDialog, .allocatorMenu], "enter choose", .menuAccept,
      help: "take the chosen one"),
    bind(
      (0x20...0x7E).map { .character(Character(Unicode.Scalar(UInt8($0)))) }, "letters",
      [.rulePrompt, .commandPrompt, .filterPrompt], nil, .type, help: "what is typed"),
    bind(
      [.backspace, .delete], "backspace", [.rulePrompt, .filterPrompt], nil, .erase,
      help: "the last character"),
    bind(
      [.tab], "tab", .commandPrompt, "tab complete", .edit(.complete(1)),
      help: "complete the word: as far as it is certain, then each that fits"),
    bind(
      [.backTab], "shift-tab", .commandPrompt, nil, .edit(.complete(-1)), help: "the one before"),
    bind([.up, .control("p")], "up", .commandPrompt, "up history", .edit(.older), help: "older"),
    bind([.down, .control("n")], "down", .commandPrompt, nil, .edit(.newer), help: "newer"),
    bind([.left, .control("b")], "left", .commandPrompt, nil, .edit(.left), help: "left"),
    bind([.right, .control("f")], "right", .commandPrompt, nil, .edit(.right), help: "right"),
    bind([.home, .control("a")], "home", .commandPrompt, nil, .edit(.start), help: "to the start"),
    bind([.end, .control("e")], "end", .commandPrompt, nil, .edit(.end), help: "to the end"),
    bind(
      [.backspace], "backspace", .commandPrompt, nil, .edit(.erase), help: "the character before"),
    bind(
      [.delete, .control("d")], "delete", .commandPrompt, nil, .edit(.eraseForward),
      help: "the character after"),
    bind(
      [.control("w")], "ctrl-w", .commandPrompt, nil, .edit(.eraseWord), help: "the word before"),
    bind(
      [.control("u")], "ctrl-u", .commandPrompt, nil, .edit(.eraseLine),
      help: "all that stands before"),
    bind([.enter], "enter", .rulePrompt, "enter ask", .acceptRule, help: "ask for it"),
    bind(
      [.escape, .control("c")], "esc", [.rulePrompt, .commandPrompt], "esc back", .menuCancel,
      help: "back"),
    bind([.enter], "enter", .commandPrompt, "enter do", .acceptPrompt, help: "do it"),
    bind(
      [.escape, .character("q"), .control("c")], "esc", [.allocatorMenu, .help],
      "esc back", .menuCancel, help: "back"),
    bind(
      [.escape, .character("q"), .character("c")], "esc", .quitDialog, "esc cancel", .menuCancel,
      help: "stay"),
    bind(
      [.character("?"), .function(1), .enter, .character(" ")], "?", .help, nil, .menuCancel,
      help: "back"),
    bind([.up, .character("k"), .pageUp], "up", .help, nil, .menuMove(-1), help: "scroll up"),
    bind(
      [.down, .character("j"), .pageDown], "down", .help, "down scroll", .menuMove(1),
      help: "scroll down"),
  ]
}
