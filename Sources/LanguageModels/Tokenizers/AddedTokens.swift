/// A token that is found in the text before anything else is done to it.
struct AddedToken: Sendable {
  var id: Int32
  var content: String
  /// Only between characters that are no word characters.
  var isSingleWord = false
  /// Takes the white space before it.
  var stripsLeft = false
  /// Takes the white space after it.
  var stripsRight = false
  /// Looked for in the normalised text rather than in the text itself.
  var isNormalized = false
  var isSpecial = false
}

/// Finds added tokens: the leftmost first, the longest of those that start there.
struct AddedTokenMatcher: Sendable {
  private var tokens: [AddedToken] = []
  private var table = ByteStringTable()
  /// Lengths in bytes that occur, longest first.
  private var lengths: [Int] = []
  private var isFirstByte = Array(repeating: false, count: 256)

  /// Creates a matcher.
  ///
  /// - Parameter tokens: Each with the spelling to look for; of two with one spelling the first counts.
  init(_ tokens: [(token: AddedToken, spelling: [UInt8])]) {
    var found: Set<Int> = []
    for (token, spelling) in tokens where !spelling.isEmpty {
      spelling.withUnsafeBufferPointer { key in
        guard table.value(of: key) == nil else { return }
        table.set(Int32(self.tokens.count), for: key)
      }
      self.tokens.append(token)
      found.insert(spelling.count)
      isFirstByte[Int(spelling[0])] = true
    }
    lengths = found.sorted(by: >)
  }

  /// Whether there is nothing to look for.
  var isEmpty: Bool { tokens.isEmpty }

  /// Calls `body` with the parts of the text in order, each with its token, nil for text between.
  ///
  /// `body` returns whether to go on.
  func forEachPart(of text: Bytes, _ body: (AddedToken?, Range<Int>) -> Bool) {
    var done = 0
    var position = 0
    while position < text.count {
      guard isFirstByte[Int(text[position])], let (token, end) = match(in: text, at: position)
      else {
        position += 1
        continue
      }
      var range = position..<end
      // The search goes on behind the match, even where the token also takes the space after it.
      position = end
      if token.isSingleWord, !Self.isBetweenWords(range, in: text) { continue }
      if token.stripsLeft {
        let start = Self.spaceStart(before: range.lowerBound, in: text)
        range = min(max(start, done), range.upperBound)..<range.upperBound
      }
      if token.stripsRight {
        range = range.lowerBound..<Self.spaceEnd(after: range.upperBound, in: text)
      }
      if done < range.lowerBound, !body(nil, done..<range.lowerBound) { return }
      if !body(token, range) { return }
      done = range.upperBound
    }
    if done < text.count { _ = body(nil, done..<text.count) }
  }

  private func match(in text: Bytes, at position: Int) -> (AddedToken, end: Int)? {
    for length in lengths where position + length <= text.count {
      if let index = table.value(of: text.part(position..<position + length)) {
        return (tokens[Int(index)], position + length)
      }
    }
    return nil
  }

  private static func isBetweenWords(_ range: Range<Int>, in text: Bytes) -> Bool {
    if range.lowerBound > 0 {
      let before = text.scalarStart(before: range.lowerBound)
      if isWordCharacter(text.scalar(at: before).scalar) { return false }
    }
    return range.upperBound == text.count
      || !isWordCharacter(text.scalar(at: range.upperBound).scalar)
  }

  /// `\w` as Unicode's regular expressions have it (UTS 18, annex C).
  private static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    if properties.isAlphabetic || properties.isJoinControl { return true }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: false
    }
  }

  private static func spaceStart(before position: Int, in text: Bytes) -> Int {
    var start = position
    while start > 0 {
      let previous = text.scalarStart(before: start)
      guard text.scalar(at: previous).scalar.properties.isWhitespace else { break }
      start = previous
    }
    return start
  }

  private static func spaceEnd(after position: Int, in text: Bytes) -> Int {
    var end = position
    while end < text.count {
      let (scalar, length) = text.scalar(at: end)
      guard scalar.properties.isWhitespace else { break }
      end += length
    }
    return end
  }
}
