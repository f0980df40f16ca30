import Screen

extension KeyTable {
  static let steering = [
    bind(
      "pause", "space", .following, "pause", .togglePause,
      help: "pause before the next step, or go on"),
    bind(
      "raise_budget", "+", .following,
      KeyHint("budget", keysOf: "raise_budget", "lower_budget"), .budget(1),
      also: [.character("=")], help: "raise the target budget by one, from the next decision on"),
    bind(
      "lower_budget", "-", .following, nil, .budget(-1), also: [.character("_")],
      help: "lower the target budget by one"),
    bind(
      "raise_budget_by_ten", ">", .following, nil, .budget(10),
      help: "raise the target budget by ten"),
    bind(
      "lower_budget_by_ten", "<", .following, nil, .budget(-10),
      help: "lower the target budget by ten"),
    bind(
      "allocator", "a", .following, "allocator", .openAllocators,
      help: "switch the allocator; weights and output stay as they are"),
  ]

  static let playing = [
    bind("play", "space", .replay, "play", .togglePlay, help: "play, or hold"),
    bind(
      "faster", "+ > f", .replay, KeyHint("speed", keysOf: "faster", "slower"), .faster(true),
      also: [.character("=")], help: "play twice as fast, up to 64 times"),
    bind(
      "slower", "- < s", .replay, nil, .faster(false), also: [.character("_")],
      help: "play half as fast, down to a quarter"),
    bind(
      "replay_next", "n", .replay, nil, .travel(.decision(1)), help: "to the next decision"),
    bind(
      "replay_previous", "N p", .replay, nil, .travel(.decision(-1)),
      help: "to the decision before"),
    bind(
      "propose", "n", .following, "propose", .propose,
      help: "have the next decision proposed: the trainer waits for your answer"),
  ]

  /// The time cursor, which all panes share.
  static let time = [
    bind(
      "next_step", ".", .views, KeyHint("step", keysOf: "previous_step", "next_step"),
      .travel(.step(1)), help: "one step on"),
    bind("previous_step", ",", .views, nil, .travel(.step(-1)), help: "one step back"),
    bind(
      "next_decision", "]", .views,
      KeyHint("decision", keysOf: "previous_decision", "next_decision"), .travel(.decision(1)),
      help: "to the next decision"),
    bind(
      "previous_decision", "[", .views, nil, .travel(.decision(-1)),
      help: "to the decision before"),
    bind(
      "next_change", "}", .views, nil, .travel(.change(1)),
      help: "to the next change of the chosen module's rank"),
    bind(
      "previous_change", "{", .views, nil, .travel(.change(-1)),
      help: "to the change before of the chosen module's rank"),
    bind("start", "g home", .views, nil, .travel(.start), help: "to the start"),
    bind(
      "end", "G end", .views, nil, .travel(.end),
      help: "to the end, and along with a run that goes on"),
    bind(
      "command", ":", .views, "command", .openPrompt,
      help: "type a command: a step to jump to, save FILE; tab shows all"
    ),
  ]

  static let viewing =
    ViewKind.allCases.map { view in
      bind(
        "view_\(view.title)", "\(view.rawValue)", .views, nil, .view(view),
        help: "the \(view.title) view")
    } + [
      bind(
        "next_pane", "tab", .views, "next", .focusNext,
        help: "the next pane of the overview, elsewhere the next view"),
      bind(
        "previous_pane", "shift-tab", .views, nil, .focusPrevious,
        help: "the pane or view before"),
      bind(
        "expand", "e z", .views, "expand", .expand,
        help: "give the pane or view the whole screen, and back"),
      bind("open", "enter", .views, nil, .open, help: "open the chosen module or decision"),
      bind(
        "up", "k up", .views, nil, .move(rows: -1, columns: 0),
        help: "up: choose a module, scroll a list"),
      bind("down", "j down", .views, nil, .move(rows: 1, columns: 0), help: "down"),
      bind(
        "left", "h left", .views, nil, .move(rows: 0, columns: -1),
        panes: [.heatmap, .components, .log, .decisions],
        help: "to the left"),
      bind(
        "right", "l right", .views, nil, .move(rows: 0, columns: 1),
        panes: [.heatmap, .components, .log, .decisions],
        help: "to the right"),
      bind(
        "left", "h left", .views, nil, .travel(.column(-1)),
        panes: [.timeline, .loss], help: "in the timeline and the loss: one column back"),
      bind(
        "right", "l right", .views, nil, .travel(.column(1)),
        panes: [.timeline, .loss], help: "in the timeline and the loss: one column on"),
      bind(
        "page_up", "pgup", .views, nil, .page(-1), also: [.control("b")], help: "ten rows up"),
      bind(
        "page_down", "pgdn", .views, nil, .page(1), also: [.control("f")],
        help: "ten rows down"),
      bind(
        "palette", "c", .views, nil, .palette,
        help: "other colours for the values"),
      bind(
        "save_picture", "S", .views, nil, .save,
        help: "save the picture as SVG here; :save FILE writes SVG or PNG anywhere"
      ),
      bind(
        "back", "esc", .views, nil, .back,
        help: "back: let go of the chosen module, to the overview"),
    ]

  /// What a person demands of ranks; after the rest, because its hints give way first.
  static let demanding = [
    bind(
      "pin", "p", .following, "pin", .pin,
      help: "pin what is alive in the chosen module, or ask which"),
    bind(
      "pin_pattern", "P", .following, nil, .pinPattern,
      help: "keep the chosen module at a rank, or pin by a pattern"),
    bind(
      "cap", "C", .following, "cap", .cap,
      help: "cap the rank of the chosen module, or of a pattern"),
    bind(
      "release", "u", .following, "release", .release,
      help: "release pins and caps of the module, or of a pattern"),
    bind(
      "checkpoint", "w", .following, "save", .checkpoint,
      help: "write a checkpoint, to take up again or fork from"),
  ]

  static let leaving = [
    bind("help", "?", .views, "help", .help, also: [.function(1)], help: "this list"),
    bind(
      "quit", "q", .live, "quit", .quit, also: [.function(10)],
      help: "leave: detach (training goes on) or stop the run"),
    bind(
      nil, "ctrl-c", .live, nil, .interrupt,
      help: "the same; a second time detaches at once"),
    bind(
      "quit", "q", [.readOnly, .replay], "quit", .quit, also: [.control("c"), .function(10)],
      help: "leave"),
    bind(
      "redraw", "ctrl-l", .views.union(.menus).union(.prompts), nil, .redraw,
      help: "draw the whole screen again"),
  ]
}
