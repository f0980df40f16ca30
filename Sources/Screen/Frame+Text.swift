extension Frame {
  /// The glyphs of every row, blanks at the end left out.
  public var rows: [String] {
    (0..<height).map { y in
      var scalars = String.UnicodeScalarView()
      var blanks = 0
      for x in 0..<width {
        let glyph = self[x, y].glyph
        if glyph == " " {
          blanks += 1
          continue
        }
        for _ in 0..<blanks { scalars.append(" ") }
        blanks = 0
        scalars.append(glyph)
      }
      return String(scalars)
    }
  }

  /// The glyphs of the whole frame, one line a row.
  public var text: String { rows.map { $0 + "\n" }.joined() }

  /// The styles of the whole frame as a grid of letters with a legend, for tests.
  ///
  /// Cells of the plain style are `.`, others take letters in the order of their first appearance:
  /// A to Z, a to z, then `?` for all that follow.
  public var styleGrid: (rows: [String], legend: [(letter: Character, style: Style)]) {
    var letters: [Style: Character] = [.plain: "."]
    var legend: [(letter: Character, style: Style)] = []
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    let rows = (0..<height).map { y in
      String(
        (0..<width).map { x -> Character in
          let style = self[x, y].style
          if let letter = letters[style] { return letter }
          let letter = legend.count < alphabet.count ? alphabet[legend.count] : "?"
          letters[style] = letter
          legend.append((letter, style))
          return letter
        })
    }
    return (rows, legend)
  }
}
