import Screen

/// What a key does in some situation: the one table behind key handling, help and footer.
public struct KeyBinding: Sendable, Hashable {
  /// Name by which a configuration file gives it other keys; nil where the keys are fixed. Bindings that mean
  /// the same in different places share one.
  public var name: String?
  /// Keys that mean the same; none where a person has taken them all away.
  public var keys: [Key]
  /// The keys as help and footer name them, with blanks between them; some of `keys` may be left out.
  public var label: String
  /// Where the binding holds.
  public var contexts: KeyContexts
  /// The panes of which one must have the focus; empty for any.
  public var panes: [Pane]
  /// What the footer says; nil keeps it out.
  public var hint: KeyHint?
  /// One sentence for the help.
  public var help: String
  var command: Command

  /// Whether it holds while a pane has the focus.
  public func holds(in pane: Pane) -> Bool { panes.isEmpty || panes.contains(pane) }
}

/// What the footer says of a binding, or of several that belong together: `+ - budget`.
public struct KeyHint: Sendable, Hashable, ExpressibleByStringLiteral {
  /// What the keys do.
  public var word: String
  /// Names of the bindings whose first keys stand before the word; empty for its own.
  public var names: [String]

  /// Creates a hint.
  public init(_ word: String, keysOf names: String...) {
    self.word = word
    self.names = names
  }

  /// A hint with the binding's own key.
  public init(stringLiteral word: String) {
    self.word = word
    names = []
  }
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
  /// Menus and the help.
  static let menus: KeyContexts = [.quitDialog, .allocatorMenu, .help]
  /// Where text is typed: every key means itself.
  static let prompts: KeyContexts = [.commandPrompt, .rulePrompt, .filterPrompt]

  /// Each situation alone.
  static let each = (0..<9).map { KeyContexts(rawValue: 1 << $0) }
}

/// All keys, in the order in which help and footer show them. The first binding that fits holds.
public struct KeyTable: Sendable, Hashable {
  /// The bindings.
  public internal(set) var bindings: [KeyBinding]

  /// The keys as they are where nobody has chosen others.
  public static let standard = KeyTable(
    bindings: inspector + heatmap + timeline + compare + log + filtering + steering + playing + time
      + viewing + demanding + leaving + dialogs)

  /// The bindings that hold in some context and have keys.
  public func bindings(in context: KeyContexts) -> [KeyBinding] {
    bindings.filter { $0.contexts.contains(context) && !$0.keys.isEmpty }
  }

  /// What a key does, or nil.
  func command(for key: Key, in context: KeyContexts, focus: Pane) -> Command? {
    bindings.first { binding in
      binding.contexts.contains(context) && binding.holds(in: focus) && binding.keys.contains(key)
    }?.command
  }

  /// The keys of a name as a person calls them; empty where it has none.
  public func keys(of name: String) -> [String] {
    bindings.first { $0.name == name }?.label.split(separator: " ").map(String.init) ?? []
  }

  /// The first key of a name, as a person calls it; nil where it has none.
  public func key(of name: String) -> String? { keys(of: name).first }

  /// The keys that the footer names for a binding; empty where none of them is left.
  func keys(of hint: KeyHint, on binding: KeyBinding) -> [String] {
    if hint.names.isEmpty { return binding.label.split(separator: " ").prefix(1).map(String.init) }
    return hint.names.compactMap { key(of: $0) }
  }

  /// Makes a binding; its keys are those of the label and those that are not spoken of.
  static func bind(
    _ name: String?, _ label: String, _ contexts: KeyContexts, _ hint: KeyHint?,
    _ command: Command, also keys: [Key] = [], panes: [Pane] = [], help: String
  ) -> KeyBinding {
    KeyBinding(
      name: name,
      keys: label.split(separator: " ").compactMap { Key(named: String($0)) } + keys, label: label,
      contexts: contexts, panes: panes, hint: hint, help: help, command: command)
  }
}
