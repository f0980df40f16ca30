/// Which of several names a person may have meant.
enum NearestName {
  /// The nearest name by edits of single characters, or one that the text is a part of; nil where none is near.
  static func of(_ text: String, among names: [String]) -> String? {
    let wanted = Array(text.lowercased())
    let best = names.map { (name: $0, edits: edits(wanted, Array($0))) }
      .min { $0.edits < $1.edits }
    if let best, best.edits <= (wanted.count < 4 ? 1 : max(2, wanted.count / 3)) {
      return best.name
    }
    guard wanted.count >= 3 else { return nil }
    return names.first { $0.contains(text.lowercased()) }
  }

  /// Fewest insertions, removals and replacements that make one text of the other (Levenshtein 1966).
  private static func edits(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (character == other ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
