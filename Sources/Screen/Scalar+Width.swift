extension Unicode.Scalar {
  /// The scalar as one cell shows it: itself, `?` for what is not one column wide, nil for nothing.
  ///
  /// Combining marks and format controls take no cell. Control characters, wide East Asian letters
  /// and emoji would shift everything after them, so they become `?`. Ambiguous widths (box drawing,
  /// blocks) count as one: that is what terminals do outside legacy East Asian settings.
  public var cellGlyph: Unicode.Scalar? {
    switch value {
    case 0x20...0x7E, 0xA0...0xAC, 0xAE...0x2FF, 0x370...0x482, 0x2010...0x2027,
      0x2030...0x205E, 0x2190...0x2319, 0x2500...0x25FC, 0x2800...0x28FF:
      return self
    case 0x200B...0x200F, 0xFE00...0xFE0F, 0x1F3FB...0x1F3FF: return nil
    default: break
    }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return nil
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      return "?"
    default: return isWide ? "?" : self
    }
  }

  /// Whether terminals give the scalar two columns (East Asian Width W or F, emoji).
  private var isWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF,
      0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1B000...0x1B2FF,
      0x1F200...0x1F2FF, 0x20000...0x3FFFD:
      return true
    default: return properties.isEmojiPresentation
    }
  }

  /// The nearest ASCII character, for terminals without UTF-8; `?` where there is none.
  public var ascii: Unicode.Scalar {
    switch value {
    case 0...0x7F: self
    case 0xA0, 0x2000...0x200A: " "
    case 0x2010...0x2015, 0x2212, 0x2500...0x2501: "-"
    case 0xB7, 0x2022, 0x2026: "."
    case 0xD7: "x"
    case 0x2018...0x2019, 0x2032: "'"
    case 0x201C...0x201D: "\""
    case 0x2192: ">"
    case 0x2190: "<"
    case 0x2191: "^"
    case 0x2193: "v"
    default: "?"
    }
  }
}

extension String {
  /// Number of cells that the text takes.
  public var cellCount: Int {
    var count = 0
    for scalar in unicodeScalars {
      if scalar.isASCII || scalar.cellGlyph != nil { count += 1 }
    }
    return count
  }

  /// The text cut to at most `columns` cells, its last cell an ellipsis where something is cut.
  public func fitted(to columns: Int, ellipsis: Unicode.Scalar = "…") -> String {
    guard columns > 0 else { return "" }
    guard cellCount > columns else { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      guard let glyph = scalar.cellGlyph else { continue }
      if result.count == columns - 1 { break }
      result.append(glyph)
    }
    result.append(ellipsis)
    return String(result)
  }

  /// The text between blanks, `columns` cells wide; longer text is returned as it is.
  public func padded(to columns: Int, _ alignment: Alignment = .left) -> String {
    let blanks = columns - cellCount
    guard blanks > 0 else { return self }
    let before: Int
    switch alignment {
    case .left: before = 0
    case .center: before = blanks / 2
    case .right: before = blanks
    }
    return String(repeating: " ", count: before) + self
      + String(repeating: " ", count: blanks - before)
  }
}

/// Where text stands in a row wider than itself.
public enum Alignment: Sendable, Hashable {
  /// At the left end, in the middle, at the right end.
  case left, center, right
}
