extension KeyTable {
  static let steering = [
    bind(
      [.character(" ")], "space", .following, "space pause", .togglePause,
      help: "pause before the next step, or go on"),
    bind(
      [.character("+"), .character("=")], "+", .following, "+ - budget", .budget(1),
      help: "raise the target budget by one, from the next decision on"),
    bind(
      [.character("-"), .character("_")], "-", .following, nil, .budget(-1),
      help: "lower the target budget by one"),
    bind(
      [.character(">"), .character(".")], ">", .following, nil, .budget(10),
      help: "raise the target budget by ten"),
    bind(
      [.character("<"), .character(",")], "<", .following, nil, .budget(-10),
      help: "lower the target budget by ten"),
    bind(
      [.character("a")], "a", .following, "a allocator", .openAllocators,
      help: "switch the allocator; weights and output stay as they are"),
  ]

  static let playing = [
    bind(
      [.left], "left", .replay, nil, .move(rows: 0, columns: -1), pane: .heatmap,
      help: "in the heatmap: the module to the left"),
    bind(
      [.right], "right", .replay, nil, .move(rows: 0, columns: 1), pane: .heatmap,
      help: "in the heatmap: the module to the right"),
    bind(
      [.character(" ")], "space", .replay, "space play", .togglePlay,
      help: "play, or hold"),
    bind(
      [.character("l"), .character("."), .right], "l . right", .replay, "h l step", .step(1),
      help: "one step on"),
    bind(
      [.character("h"), .character(","), .left], "h , left", .replay, nil, .step(-1),
      help: "one step back"),
    bind(
      [.character("n"), .character("]")], "n ]", .replay, "n N decision", .decision(1),
      help: "to the next decision"),
    bind(
      [.character("N"), .character("p"), .character("[")], "N p [", .replay, nil, .decision(-1),
      help: "to the decision before"),
    bind(
      [.character("+"), .character("="), .character(">"), .character("f")], "+ > f", .replay,
      "+ - speed", .faster(true), help: "play twice as fast, up to 64 times"),
    bind(
      [.character("-"), .character("_"), .character("<"), .character("s")], "- < s", .replay,
      nil, .faster(false), help: "play half as fast, down to a quarter"),
    bind(
      [.character(":")], ":", .replay, ": jump", .openJump,
      help: "jump to a step: type its number, then enter"),
    bind([.character("g"), .home], "g home", .replay, nil, .first, help: "to the start"),
    bind([.character("G"), .end], "G end", .replay, nil, .last, help: "to the end"),
  ]

  static let viewing = [
    bind(
      [.character("m")], "m", .overview, "m metric", .metric,
      help: "show rank, importance or gates (if any) in the heatmap"),
    bind([.tab], "tab", .overview, "tab pane", .focusNext, help: "give the next pane the focus"),
    bind(
      [.backTab], "shift-tab", .overview, nil, .focusPrevious,
      help: "give the pane before the focus"),
    bind(
      [.character("z"), .enter], "z enter", .overview, "z zoom", .zoom,
      help: "give the pane with the focus the whole screen, and back"),
    bind(
      [.up, .character("k")], "k up", .overview, nil, .move(rows: -1, columns: 0),
      help: "up: choose a module in the heatmap, scroll the decisions"),
    bind(
      [.down, .character("j")], "j down", .overview, nil, .move(rows: 1, columns: 0),
      help: "down"),
    bind(
      [.left, .character("h")], "h left", .following, nil, .move(rows: 0, columns: -1),
      help: "the module to the left"),
    bind(
      [.right, .character("l")], "l right", .following, nil, .move(rows: 0, columns: 1),
      help: "the module to the right"),
    bind([.pageUp, .control("b")], "page up", .overview, nil, .page(-1), help: "ten rows up"),
    bind(
      [.pageDown, .control("f")], "page down", .overview, nil, .page(1),
      help: "ten rows down"),
    bind([.escape], "esc", .overview, nil, .back, help: "let go of the chosen module, unzoom"),
  ]

  /// What a person demands of ranks; after the rest, because its hints give way first.
  static let demanding = [
    bind(
      [.character("p")], "p", .following, "p pin", .pin,
      help: "pin what is alive in the chosen module, or ask which"),
    bind(
      [.character("P")], "P", .following, nil, .pinPattern,
      help: "keep the chosen module at a rank, or pin by a pattern"),
    bind(
      [.character("C")], "C", .following, "C cap", .cap,
      help: "cap the rank of the chosen module, or of a pattern"),
    bind(
      [.character("u")], "u", .following, "u release", .release,
      help: "release pins and caps of the module, or of a pattern"),
    bind(
      [.character("w")], "w", .following, "w save", .checkpoint,
      help: "write a checkpoint, to take up again or fork from"),
  ]

  static let leaving = [
    bind([.character("?"), .function(1)], "?", .overview, "? help", .help, help: "this list"),
    bind(
      [.character("q"), .function(10)], "q", .live, "q quit", .quit,
      help: "leave: detach (training goes on) or stop the run"),
    bind(
      [.control("c")], "ctrl-c", .live, nil, .interrupt,
      help: "the same; a second time detaches at once"),
    bind(
      [.character("q"), .control("c"), .function(10)], "q", [.readOnly, .replay], "q quit", .quit,
      help: "leave"),
    bind(
      [.control("l")], "ctrl-l",
      [.overview, .quitDialog, .allocatorMenu, .jumpPrompt, .rulePrompt, .help], nil, .redraw,
      help: "draw the whole screen again"),
  ]
}
