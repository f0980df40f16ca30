/// A line of text that is being typed, with a place in it, and what completion offers.
struct CommandInput: Sendable, Hashable {
  /// What an editing key does.
  enum Edit: Sendable, Hashable {
    case left, right, start, end
    case erase, eraseForward, eraseWord, eraseLine
    case older, newer
    case complete(Int)
  }

  /// Most characters taken.
  static let capacity = 200

  private(set) var characters: [Character] = []
  /// Characters before the cursor.
  private(set) var position = 0
  /// Why it could not be done; gone with the next key.
  var problem: String?
  /// What completion offers for the word at the cursor.
  private(set) var candidates: [String] = []
  /// The offered word that stands in the text now.
  private(set) var chosen: Int?
  /// First character of the word that completion replaces.
  private var wordStart = 0
  /// Line of the history that is shown, and what was typed before it was.
  private var recalled: Int?
  private var draft: [Character] = []

  /// What was typed.
  var text: String { String(characters) }
  /// What stands before the cursor.
  var textBefore: String { String(characters[..<position]) }

  mutating func type(_ character: Character) {
    forget()
    guard characters.count < Self.capacity else { return }
    characters.insert(character, at: position)
    position += 1
  }

  /// Moves, erases or recalls; completion is ``complete(_:by:)``.
  mutating func apply(_ edit: Edit, history: [String]) {
    forget()
    switch edit {
    case .left: position = max(0, position - 1)
    case .right: position = min(characters.count, position + 1)
    case .start: position = 0
    case .end: position = characters.count
    case .erase: erase(from: position - 1)
    case .eraseForward:
      if position < characters.count { characters.remove(at: position) }
    case .eraseWord:
      var start = position
      while start > 0 && characters[start - 1] == " " { start -= 1 }
      while start > 0 && characters[start - 1] != " " { start -= 1 }
      erase(from: start)
    case .eraseLine: erase(from: 0)
    case .older: recall((recalled ?? history.count) - 1, in: history)
    case .newer: recall((recalled ?? history.count) + 1, in: history)
    case .complete: break
    }
  }

  private mutating func forget() {
    problem = nil
    candidates = []
    chosen = nil
  }

  private mutating func erase(from start: Int) {
    guard start >= 0 else { return }
    characters.removeSubrange(start..<position)
    position = start
  }

  private mutating func recall(_ index: Int, in history: [String]) {
    guard index >= 0, index <= history.count else { return }
    if recalled == nil { draft = characters }
    recalled = index == history.count ? nil : index
    characters = recalled.map { Array(history[$0]) } ?? draft
    position = characters.count
  }

  // MARK: Completion

  /// Completes the word at the cursor: as far as the words that fit agree, then each in turn.
  ///
  /// - Parameters:
  ///   - words: Words that may stand there and begin with what does.
  ///   - count: 1 for the next of them, -1 for the one before.
  mutating func complete(_ words: [String], by count: Int) {
    problem = nil
    if let chosen, !candidates.isEmpty {
      let next = (chosen + count + candidates.count) % candidates.count
      return choose(next)
    }
    if !candidates.isEmpty { return choose(count > 0 ? 0 : candidates.count - 1) }
    var start = position
    while start > 0 && characters[start - 1] != " " { start -= 1 }
    wordStart = start
    guard let first = words.first else {
      problem = "nothing begins like that"
      return
    }
    let common = words.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
    replaceWord(by: words.count == 1 ? first + " " : common)
    candidates = words.count == 1 ? [] : words
  }

  private mutating func choose(_ index: Int) {
    chosen = index
    replaceWord(by: candidates[index])
  }

  private mutating func replaceWord(by word: String) {
    guard characters.count - (position - wordStart) + word.count <= Self.capacity else { return }
    characters.replaceSubrange(wordStart..<position, with: word)
    position = wordStart + word.count
  }
}

extension String {
  /// Characters that two words begin with alike.
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
