/// ASCII glyphs that stand for others where the locale has no UTF-8.
package enum GlyphFallback {
  /// A printable ASCII code for any scalar; `?` where nothing resembles it.
  package static func ascii(_ scalar: Unicode.Scalar) -> UInt8 {
    let value = scalar.value
    switch value {
    case 0x20...0x7E: return UInt8(value)
    case 0x2500...0x257F: return boxes(value)
    case 0x2580...0x259F: return blocks[Int(value - 0x2580)]
    case 0x2800...0x28FF: return braille(UInt8(value - 0x2800))
    case 0xC0...0xFF: return latin[Int(value - 0xC0)]
    default: return single[scalar] ?? UInt8(ascii: "?")
    }
  }

  private static func boxes(_ value: UInt32) -> UInt8 {
    switch value {
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D: UInt8(ascii: "-")
    case 0x2574, 0x2576, 0x2578, 0x257A, 0x257C, 0x257E: UInt8(ascii: "-")
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F: UInt8(ascii: "|")
    case 0x2551, 0x2575, 0x2577, 0x2579, 0x257B, 0x257D, 0x257F: UInt8(ascii: "|")
    case 0x2550: UInt8(ascii: "=")
    case 0x2571: UInt8(ascii: "/")
    case 0x2572: UInt8(ascii: "\\")
    case 0x2573: UInt8(ascii: "X")
    default: UInt8(ascii: "+")
    }
  }

  /// U+2580 ... U+259F: upper half; lower eighths, fuller and fuller; left eighths, thinner and
  /// thinner; right half; shades; upper and right eighth; quadrants.
  private static let blocks = Array("\"_.:-=+*##*+=|||#.:%\"|.. '#####'##".utf8)

  /// U+00C0 ... U+00FF.
  private static let latin = Array(
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty".utf8)

  /// Dots 1, 2, 4, 5 are the upper half of a braille cell, 3, 6, 7, 8 the lower.
  private static func braille(_ dots: UInt8) -> UInt8 {
    let upper = (dots & 0b0001_1011).nonzeroBitCount
    let lower = dots.nonzeroBitCount - upper
    switch (upper, lower) {
    case (0, 0): return UInt8(ascii: " ")
    case (1, 0): return UInt8(ascii: "'")
    case (_, 0): return UInt8(ascii: "\"")
    case (0, 1): return UInt8(ascii: ".")
    case (0, _): return UInt8(ascii: "_")
    case (1, 1): return UInt8(ascii: ":")
    default: return UInt8(ascii: upper + lower < 6 ? "+" : "#")
    }
  }

  private static let single: [Unicode.Scalar: UInt8] = {
    let groups: [(String, String)] = [
      (" ", "\u{A0}\u{2002}\u{2003}\u{2009}\u{202F}"),
      ("-", "‐‑‒–—―−\u{AD}"), ("'", "‘’′"), ("\"", "“”″"), (".", "…·․"), ("*", "•●◆★⋆✱∗"),
      ("o", "○◦◇◯☆°"), ("#", "■▪◼⬛"), ("[", "□▫◻"), ("^", "↑▲△⇡⇑"), ("v", "↓▼▽⇣⇓✓✔"),
      ("<", "←◀◁‹⇐≤«"), (">", "→▶▷›⇒≥»"), ("x", "✗✘✕✖"), ("~", "≈∼≃↔"), ("=", "≡≠"),
      ("+", "±✚"), ("d", "Δδ∂"), ("s", "Σσ∑"), ("u", "µμ"), ("a", "α"), ("b", "β"), ("l", "λ"),
      ("r", "ρ√"), ("t", "τθ"), ("e", "ε∈"), ("n", "η"), ("p", "π"), ("8", "∞"), ("|", "│∣‖¦"),
    ]
    var table: [Unicode.Scalar: UInt8] = [:]
    for (ascii, scalars) in groups {
      for scalar in scalars.unicodeScalars { table[scalar] = Array(ascii.utf8)[0] }
    }
    return table
  }()
}
