import Screen

/// What a key does in some situation: the one table behind key handling, help and footer.
public struct KeyBinding: Sendable, Hashable {
  /// Keys that mean the same.
  public var keys: [Key]
  /// The keys as help and footer name them.
  public var label: String
  /// Where the binding holds.
  public var contexts: KeyContexts
  /// The panes of which one must have the focus; empty for any.
  public var panes: [Pane]
  /// Keys and a word for the footer, e.g. `+ - budget`; nil keeps it out.
  public var hint: String?
  /// One sentence for the help.
  public var help: String
  var command: Command
}

/// Situations in which keys have a meaning.
public struct KeyContexts: OptionSet, Sendable, Hashable {
  /// Bits.
  public let rawValue: UInt32
  /// Creates a set from its bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The views of a run that is steered.
  public static let live = KeyContexts(rawValue: 1)
  /// The views of a run that is only watched.
  public static let readOnly = KeyContexts(rawValue: 2)
  /// The views of a replay.
  public static let replay = KeyContexts(rawValue: 4)
  /// The question whether to detach or to stop.
  public static let quitDialog = KeyContexts(rawValue: 8)
  /// The menu of allocators.
  public static let allocatorMenu = KeyContexts(rawValue: 16)
  /// The command line.
  public static let commandPrompt = KeyContexts(rawValue: 32)
  /// The help.
  public static let help = KeyContexts(rawValue: 64)
  /// A pattern of modules, or a rank.
  public static let rulePrompt = KeyContexts(rawValue: 128)
  /// What names or words must contain, while it is typed.
  public static let filterPrompt = KeyContexts(rawValue: 256)

  /// The views in every mode.
  public static let views: KeyContexts = [.live, .readOnly, .replay]
  /// The views of a run that goes on.
  static let following: KeyContexts = [.live, .readOnly]
}

/// All keys, in the order in which help and footer show them. The first binding that fits holds.
public enum KeyTable {
  /// The bindings.
  public static let bindings: [KeyBinding] =
    inspector + heatmap + timeline + compare + log + filtering + steering + playing + time + viewing
    + demanding
    + leaving + dialogs

  /// The bindings that hold in some context.
  public static func bindings(in context: KeyContexts) -> [KeyBinding] {
    bindings.filter { $0.contexts.contains(context) }
  }

  /// What a key does, or nil.
  static func command(for key: Key, in context: KeyContexts, focus: Pane) -> Command? {
    bindings.first { binding in
      binding.contexts.contains(context) && binding.holds(in: focus) && binding.keys.contains(key)
    }?.command
  }

  static func bind(
    _ keys: [Key], _ label: String, _ contexts: KeyContexts, _ hint: String?, _ command: Command,
    panes: [Pane] = [], help: String
  ) -> KeyBinding {
    KeyBinding(
      keys: keys, label: label, contexts: contexts, panes: panes, hint: hint, help: help,
      command: command)
  }
}

extension KeyBinding {
  /// Whether it holds while a pane has the focus.
  public func holds(in pane: Pane) -> Bool { panes.isEmpty || panes.contains(pane) }
}
