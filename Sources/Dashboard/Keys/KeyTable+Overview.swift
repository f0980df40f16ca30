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
      [.character(">")], ">", .following, nil, .budget(10),
      help: "raise the target budget by ten"),
    bind(
      [.character("<")], "<", .following, nil, .budget(-10),
      help: "lower the target budget by ten"),
    bind(
      [.character("a")], "a", .following, "a allocator", .openAllocators,
      help: "switch the allocator; weights and output stay as they are"),
  ]

  static let playing = [
    bind(
      [.character(" ")], "space", .replay, "space play", .togglePlay,
      help: "play, or hold"),
    bind(
      [.character("+"), .character("="), .character(">"), .character("f")], "+ > f", .replay,
      "+ - speed", .faster(true), help: "play twice as fast, up to 64 times"),
    bind(
      [.character("-"), .character("_"), .character("<"), .character("s")], "- < s", .replay,
      nil, .faster(false), help: "play half as fast, down to a quarter"),
    bind(
      [.character("n")], "n", .replay, nil, .travel(.decision(1)), help: "to the next decision"),
    bind(
      [.character("N"), .character("p")], "N p", .replay, nil, .travel(.decision(-1)),
      help: "to the decision before"),
    bind(
      [.character("n")], "n", .following, "n propose", .propose,
      help: "have the next decision proposed: the trainer waits for your answer"),
  ]

  /// The time cursor, which all panes share.
  static let time = [
    bind(
      [.character(".")], ".", .views, ", . step", .travel(.step(1)), help: "one step on"),
    bind([.character(",")], ",", .views, nil, .travel(.step(-1)), help: "one step back"),
    bind(
      [.character("]")], "]", .views, "[ ] decision", .travel(.decision(1)),
      help: "to the next decision"),
    bind(
      [.character("[")], "[", .views, nil, .travel(.decision(-1)), help: "to the decision before"),
    bind(
      [.character("}")], "}", .views, nil, .travel(.change(1)),
      help: "to the next change of the chosen module's rank"),
    bind(
      [.character("{")], "{", .views, nil, .travel(.change(-1)),
      help: "to the change before of the chosen module's rank"),
    bind([.character("g"), .home], "g home", .views, nil, .travel(.start), help: "to the start"),
    bind(
      [.character("G"), .end], "G end", .views, nil, .travel(.end),
      help: "to the end, and along with a run that goes on"),
    bind(
      [.character(":")], ":", .views, ": command", .openPrompt,
      help: "type a command: a step to jump to, then enter"),
  ]

  static let viewing =
    ViewKind.allCases.map { view in
      bind(
        [.character(Character("\(view.rawValue)"))], "\(view.rawValue)", .views, nil, .view(view),
        help: "the \(view.title) view")
    } + [
      bind(
        [.tab], "tab", .views, "tab next", .focusNext,
        help: "the next pane of the overview, elsewhere the next view"),
      bind(
        [.backTab], "shift-tab", .views, nil, .focusPrevious,
        help: "the pane or view before"),
      bind(
        [.character("e"), .character("z")], "e z", .views, "e expand", .expand,
        help: "give the pane or view the whole screen, and back"),
      bind([.enter], "enter", .views, nil, .open, help: "open the chosen module or decision"),
      bind(
        [.up, .character("k")], "k up", .views, nil, .move(rows: -1, columns: 0),
        help: "up: choose a module, scroll a list"),
      bind(
        [.down, .character("j")], "j down", .views, nil, .move(rows: 1, columns: 0),
        help: "down"),
      bind(
        [.left, .character("h")], "h left", .views, nil, .move(rows: 0, columns: -1),
        panes: [.heatmap, .components, .log, .decisions],
        help: "to the left"),
      bind(
        [.right, .character("l")], "l right", .views, nil, .move(rows: 0, columns: 1),
        panes: [.heatmap, .components, .log, .decisions],
        help: "to the right"),
      bind(
        [.left, .character("h")], "h left", .views, nil, .travel(.column(-1)),
        panes: [.timeline, .loss], help: "in the timeline and the loss: one column back"),
      bind(
        [.right, .character("l")], "l right", .views, nil, .travel(.column(1)),
        panes: [.timeline, .loss], help: "in the timeline and the loss: one column on"),
      bind([.pageUp, .control("b")], "page up", .views, nil, .page(-1), help: "ten rows up"),
      bind(
        [.pageDown, .control("f")], "page down", .views, nil, .page(1),
        help: "ten rows down"),
      bind(
        [.character("c")], "c", .views, nil, .palette,
        help: "other colours for the values"),
      bind(
        [.character("S")], "S", .views, nil, .save,
        help: "save the picture as shown, as SVG in the working directory"),
      bind(
        [.escape], "esc", .views, nil, .back,
        help: "back: let go of the chosen module, to the overview"),
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
    bind([.character("?"), .function(1)], "?", .views, "? help", .help, help: "this list"),
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
      [.views, .quitDialog, .allocatorMenu, .commandPrompt, .rulePrompt, .filterPrompt, .help], nil,
      .redraw,
      help: "draw the whole screen again"),
  ]
}
