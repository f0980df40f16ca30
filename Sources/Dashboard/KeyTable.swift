import Screen

/// What a key does in some situation: the one table behind key handling, help and footer.
public struct KeyBinding: Sendable, Hashable {
  /// Keys that mean the same.
  public var keys: [Key]
  /// The keys as help and footer name them.
  public var label: String
  /// Where the binding holds.
  public var contexts: KeyContexts
  /// The pane that must have the focus, if any.
  public var pane: Pane?
  /// Keys and a word for the footer, e.g. `+ - budget`; nil keeps it out.
  public var hint: String?
  /// One sentence for the help.
  public var help: String
  var command: Command
}

/// Situations in which keys have a meaning.
public struct KeyContexts: OptionSet, Sendable, Hashable {
  /// Bits.
  public let rawValue: UInt16
  /// Creates a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// The overview of a run that is steered.
  public static let live = KeyContexts(rawValue: 1)
  /// The overview of a run that is only watched.
  public static let readOnly = KeyContexts(rawValue: 2)
  /// The overview of a replay.
  public static let replay = KeyContexts(rawValue: 4)
  /// The question whether to detach or to stop.
  public static let quitDialog = KeyContexts(rawValue: 8)
  /// The menu of allocators.
  public static let allocatorMenu = KeyContexts(rawValue: 16)
  /// The step to jump to.
  public static let jumpPrompt = KeyContexts(rawValue: 32)
  /// The help.
  public static let help = KeyContexts(rawValue: 64)

  /// The overview in every mode.
  public static let overview: KeyContexts = [.live, .readOnly, .replay]
  /// The overview of a run that goes on.
  static let following: KeyContexts = [.live, .readOnly]
}

/// All keys, in the order in which help and footer show them. The first binding that fits holds.
public enum KeyTable {
  /// The bindings.
  public static let bindings: [KeyBinding] = steering + playing + viewing + leaving + dialogs

  /// The bindings that hold in some context.
  public static func bindings(in context: KeyContexts) -> [KeyBinding] {
    bindings.filter { $0.contexts.contains(context) }
  }

  /// What a key does, or nil.
  static func command(for key: Key, in context: KeyContexts, focus: Pane) -> Command? {
    bindings.first { binding in
      binding.contexts.contains(context) && (binding.pane ?? focus) == focus
        && binding.keys.contains(key)
    }?.command
  }

  private static let steering = [
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

  private static let playing = [
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

  private static let viewing = [
    bind(
      [.character("m")], "m", .overview, "m metric", .metric,
      help: "show rank or importance in the heatmap"),
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
    bind([.character("?"), .function(1)], "?", .overview, "? help", .help, help: "this list"),
  ]

  private static let leaving = [
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
      [.overview, .quitDialog, .allocatorMenu, .jumpPrompt, .help], nil, .redraw,
      help: "draw the whole screen again"),
  ]

  private static let dialogs = [
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
      (0...9).map { .character(Character("\($0)")) }, "0 ... 9", .jumpPrompt, nil, .digit,
      help: "the step's number"),
    bind([.backspace, .delete], "backspace", .jumpPrompt, nil, .erase, help: "the last digit"),
    bind([.enter], "enter", .jumpPrompt, "enter jump", .acceptJump, help: "jump"),
    bind(
      [.escape, .character("q"), .control("c")], "esc", [.allocatorMenu, .jumpPrompt, .help],
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

  private static func bind(
    _ keys: [Key], _ label: String, _ contexts: KeyContexts, _ hint: String?, _ command: Command,
    pane: Pane? = nil, help: String
  ) -> KeyBinding {
    KeyBinding(
      keys: keys, label: label, contexts: contexts, pane: pane, hint: hint, help: help,
      command: command)
  }
}
