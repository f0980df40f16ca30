import Screen

/// Makes a key table of what a person has written under `[keys]`.
struct ConfiguredKeys {
  typealias Problem = ConfigurationFile.Problem

  /// What is wrong, with its lines.
  private(set) var problems: [Problem] = []
  /// The table; the standard one where two bindings would want a key.
  private(set) var table = KeyTable.standard
  /// Line in which a name was given keys.
  private var lines: [String: Int] = [:]

  init(_ entries: [TOMLEntry]) {
    let names = KeyTable.standard.names
    for entry in entries {
      guard names.contains(entry.key) else {
        let near = NearestName.of(entry.key, among: names)
        problems.append(
          Problem(
            line: entry.line,
            text: "no action \(entry.key): "
              + (near.map { "did you mean \($0)?" } ?? "ranktop config example lists them")))
        continue
      }
      take(entry)
    }
    let conflicts = self.conflicts
    problems += conflicts
    if !conflicts.isEmpty { table = .standard }
  }

  private mutating func take(_ entry: TOMLEntry) {
    var elements: [TOMLValue.Element]
    switch entry.value {
    case .array(let values): elements = values
    default: elements = [TOMLValue.Element(value: entry.value, line: entry.line)]
    }
    let before = problems.count
    var keys: [Key] = []
    for element in elements {
      do throws(Wrong) {
        let key = try key(element.value, for: entry.key)
        if !keys.contains(key) { keys.append(key) }
      } catch {
        problems.append(Problem(line: element.line, text: "\(entry.key): \(error.text)"))
      }
    }
    if problems.count > before { return }
    let label = keys.compactMap(\.name).joined(separator: " ")
    // The keys as they are, with those that are not spoken of.
    if KeyTable.standard.keys(of: entry.key).joined(separator: " ") == label { return }
    lines[entry.key] = entry.line
    for index in table.bindings.indices where table.bindings[index].name == entry.key {
      // Control-C leaves or interrupts, whatever else does.
      let kept = table.bindings[index].keys.filter { $0 == .control("c") }
      table.bindings[index].keys = keys + kept
      table.bindings[index].label = label
    }
  }

  private struct Wrong: Error {
    var text: String
  }

  private func key(_ value: TOMLValue, for name: String) throws(Wrong) -> Key {
    guard case .string(let text) = value else {
      throw Wrong(text: "keys are strings, as in \"P\" or [\"space\", \"P\"], not \(value.text)")
    }
    guard let key = Key(named: text) ?? (text == " " ? .character(" ") : nil) else {
      let near = NearestName.of(text, among: Key.longNames).map { ", did you mean \($0)?" } ?? ""
      throw Wrong(text: "there is no key \(value.text)" + (near.isEmpty ? ": \(Key.naming)" : near))
    }
    if key == .control("c") {
      throw Wrong(text: "ctrl-c leaves and interrupts, it cannot be another key")
    }
    let isStandard = KeyTable.standard.bindings.contains {
      $0.name == name && $0.keys.contains(key)
    }
    if key.digit != nil, !isStandard, !name.hasPrefix("view_") || key.digit == 0 {
      throw Wrong(
        text: "digits make counts and choose views: \(text) can be the key of a view only")
    }
    return key
  }

  // MARK: Conflicts

  /// Keys that would mean two things where both hold.
  private var conflicts: [Problem] {
    if lines.isEmpty { return [] }
    var found: [Problem] = []
    var seen: Set<[String]> = []
    for context in KeyContexts.each {
      let panes: [Pane] = KeyContexts.views.contains(context) ? Pane.allCases : [.heatmap]
      for pane in panes {
        var owner: [Key: [Int]] = [:]
        for (index, binding) in table.bindings.enumerated()
        where binding.contexts.contains(context) && binding.holds(in: pane) {
          for key in binding.keys {
            for other in owner[key] ?? [] where !isMeant(other, index) {
              let problem = conflict(key, other, index, context, pane)
              // The same pair meets in many panes: the first is enough.
              if let problem, seen.insert([key.name ?? "", "\(other)", "\(index)"]).inserted {
                found.append(problem)
              }
            }
            owner[key, default: []].append(index)
          }
        }
      }
    }
    return found.sorted { $0.line < $1.line }
  }

  /// Whether a pane's own binding hides a general one on purpose, as `enter` does in the log.
  private func isMeant(_ one: Int, _ other: Int) -> Bool {
    let standard = KeyTable.standard.bindings
    return !Set(standard[one].keys).isDisjoint(with: standard[other].keys)
  }

  private func conflict(
    _ key: Key, _ one: Int, _ other: Int, _ context: KeyContexts, _ pane: Pane
  ) -> Problem? {
    let pair = [table.bindings[one], table.bindings[other]]
    guard let line = pair.compactMap({ $0.name.flatMap { lines[$0] } }).max() else { return nil }
    let words = pair.map { $0.name ?? "\"\($0.help)\"" }
    let isEverywhere = pair.allSatisfy(\.panes.isEmpty)
    let place =
      !KeyContexts.views.contains(context)
      ? " " + context.place : isEverywhere ? "" : " in the pane \(pane.name)"
    return Problem(
      line: line,
      text: "\(key.name ?? "a key") would mean both \(words[0]) and \(words[1])\(place): "
        + "give one of them another key")
  }
}

extension KeyTable {
  /// Names of all bindings whose keys can be chosen, each once, in the order of the table.
  var names: [String] {
    var seen: Set<String> = []
    return bindings.compactMap(\.name).filter { seen.insert($0).inserted }
  }
}

extension Pane {
  /// Its name as the views and README have it.
  fileprivate var name: String { self == .inspector ? "decision" : "\(self)" }
}

extension KeyContexts {
  /// Where it holds, in words.
  fileprivate var place: String {
    switch self {
    case .quitDialog: "in the question whether to leave"
    case .allocatorMenu: "in the menu of allocators"
    case .help: "in the help"
    default: "where text is typed"
    }
  }
}
