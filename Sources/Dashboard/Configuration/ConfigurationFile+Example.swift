import Screen

extension ConfigurationFile {
  /// A file with everything that can be said, as it is where nothing is said: made from the key table and from
  /// the options themselves.
  public static let example = """
    # How ranktop's dashboard looks, what it begins with, and its keys.
    # A line may be left out: what stands here holds without it.

    [screen]
    \(lines([
      ("palette = \"dusk\"", ColorRamp.Name.allCases.map(\.rawValue).joined(separator: ", ")),
      ("mouse = true", ""), ("ascii = false", ""), ("color = true", ""),
      ("frame_rate = 15", "1 to 60: frames a second while nothing is pressed"),
    ]))

    [defaults]
    \(lines(DefaultOption.all.map { option in
      ("\(option.name) = \(option.choices[0].value.text)",
        option.choices.dropFirst().map(\.value.text).joined(separator: ", "))
    }))

    # One key or several; [] leaves an action without a key. A key is a character, f1 to f12, ctrl- and a
    # letter, or \(keyNames).
    # A direction (up, page_down ...) is the same in every pane and menu; text is typed with fixed keys.
    [keys]
    \(lines(names.map { ($0 + " = " + keys(of: $0), help(of: $0)) }))

    """

  private static let keyNames = Key.longNames.joined(separator: ", ")

  private static func lines(_ entries: [(setting: String, comment: String)]) -> String {
    let width = entries.map(\.setting.cellCount).max() ?? 0
    return entries.map { entry in
      entry.comment.isEmpty
        ? entry.setting : entry.setting.padded(to: width) + "  # " + entry.comment
    }.joined(separator: "\n")
  }

  /// What holds in all panes first.
  private static let names: [String] = {
    let names = KeyTable.standard.names
    func isGeneral(_ name: String) -> Bool { bindings(of: name).contains { $0.panes.isEmpty } }
    return names.filter(isGeneral) + names.filter { !isGeneral($0) }
  }()

  private static func bindings(of name: String) -> [KeyBinding] {
    KeyTable.standard.bindings.filter { $0.name == name }
  }

  private static func keys(of name: String) -> String {
    let labels = bindings(of: name)[0].label.split(separator: " ")
    let values = labels.map { TOMLValue.string(String($0)).text }
    return values.count == 1 ? values[0] : "[" + values.joined(separator: ", ") + "]"
  }

  /// What it does in all panes, else in the most.
  private static func help(of name: String) -> String {
    let bindings = bindings(of: name)
    return
      (bindings.first { $0.panes.isEmpty && !$0.contexts.isDisjoint(with: .views) }
      ?? bindings.max { $0.panes.count < $1.panes.count } ?? bindings[0]).help
  }
}
