/// A list as a person types it: `1,2,3`, blanks around the commas allowed.
public enum CommaList {
  /// Reads a list.
  ///
  /// - Parameters:
  ///   - text: What was typed.
  ///   - option: Its option, for messages.
  ///   - meaning: What an entry must be, for messages.
  ///   - read: Reads an entry; nil when it is none.
  /// - Throws: ``CommaListError`` for an empty list, an empty or wrong entry, and a duplicate.
  public static func read<Value: Hashable>(
    _ text: String, option: String, meaning: String, _ read: (String) -> Value?
  ) throws(CommaListError) -> [Value] {
    var values: [Value] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = String(
        part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
          .reversed())
      if word.isEmpty {
        throw CommaListError("\(option) \"\(text)\" has an empty entry: give \(meaning)")
      }
      guard let value = read(word) else {
        throw CommaListError("\(option) \(text): \"\(word)\" is none of \(meaning)")
      }
      if values.contains(value) {
        throw CommaListError("\(option) \(text): \(word) is there twice")
      }
      values.append(value)
    }
    return values
  }
}

/// A list that cannot be taken: one line that says why.
public struct CommaListError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what is expected.
  public let description: String

  init(_ description: String) { self.description = description }
}
