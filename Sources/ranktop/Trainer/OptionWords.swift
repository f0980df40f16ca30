import Foundation

/// A command's options as they were typed: `--name value`, `--name=value`, `--flag`.
///
/// No value of ranktop's options begins with two dashes, and `train` has no arguments besides options, so that
/// a word that does not is the value of the one before it.
struct OptionWords: Sendable {
  /// One option.
  struct Item: Sendable, Hashable {
    var name: String
    var value: String?
  }

  private(set) var items: [Item] = []

  /// Reads the words after the command's name.
  init(_ words: some Sequence<String>) {
    for word in words {
      if !word.hasPrefix("--") {
        if !items.isEmpty { items[items.count - 1].value = word }
      } else if let mark = word.firstIndex(of: "=") {
        items.append(
          Item(
            name: String(word[..<mark].dropFirst(2)),
            value: String(word[word.index(after: mark)...])))
      } else {
        items.append(Item(name: String(word.dropFirst(2)), value: nil))
      }
    }
  }

  private init(items: [Item]) { self.items = items }

  /// Names of the options.
  var names: Set<String> { Set(items.map(\.name)) }

  /// The words again, a value after `=`.
  var words: [String] {
    items.map { item in item.value.map { "--\(item.name)=\($0)" } ?? "--\(item.name)" }
  }

  /// Without options of these names.
  func without(_ names: Set<String>) -> OptionWords {
    OptionWords(items: items.filter { !names.contains($0.name) })
  }

  /// Without what the condition holds for.
  func without(_ condition: (Item) -> Bool) -> OptionWords {
    OptionWords(items: items.filter { !condition($0) })
  }

  /// These options and then others.
  static func + (a: Self, b: Self) -> Self { Self(items: a.items + b.items) }

  /// Options that say where a run goes and how it is shown, not what it is.
  static let surroundings: Set = [
    "run", "output", "force", "headless", "json", "plain", "ascii", "no-color", "resume", "fork",
  ]
}
