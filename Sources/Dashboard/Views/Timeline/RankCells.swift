import Screen

/// Ranks as cells of colour, or as digits where there is none.
struct RankCells {
  let theme: Theme
  /// Rank at the top of the scale.
  let maximum: Double

  /// Where a cell stands to the time cursor.
  enum Time: Sendable, Hashable {
    case before, cursor, after
  }

  /// One rank in a cell.
  func whole(_ rank: Double?, _ time: Time = .before) -> Cell {
    guard let rank else { return Cell() }
    guard let place = Scale.ranked(rank, of: maximum) else {
      return marked(Cell(theme.glyphs.zero, style: theme.label), time)
    }
    if time == .after, let grey = theme.later(place) {
      return Cell(" ", style: Style(background: grey))
    }
    let style = theme.ramp.style(place)
    return marked(Cell(theme.ramp.isColored ? " " : digit(rank), style: style), time)
  }

  /// Two ranks in one cell: the upper one as the glyph's colour, the lower one behind it.
  ///
  /// After the cursor one grey or shade stands for both; the cursor itself is a line over the mean.
  func half(top: Double?, bottom: Double?, _ time: Time = .before) -> Cell {
    if time != .before {
      guard let top else { return Cell() }
      return whole(bottom.map { (top + $0) / 2 } ?? top, time)
    }
    func color(_ rank: Double?) -> Color {
      guard let rank, let place = Scale.ranked(rank, of: maximum) else { return .standard }
      return theme.ramp.style(place).background
    }
    let upper = color(top)
    let lower = color(bottom)
    if upper == .standard && lower == .standard {
      return top == nil ? Cell() : Cell(theme.glyphs.zero, style: theme.label)
    }
    // A cell of one colour is a blank: terminals erase runs of them at once.
    if upper == lower { return Cell(" ", style: Style(background: lower)) }
    if upper == .standard { return Cell("▄", style: Style(foreground: lower)) }
    return Cell(theme.glyphs.upperHalf ?? " ", style: Style(foreground: upper, background: lower))
  }

  private func marked(_ cell: Cell, _ time: Time) -> Cell {
    var cell = cell
    switch time {
    case .before: break
    case .cursor:
      if cell.glyph == " " {
        cell.glyph = theme.glyphs.vertical
      } else {
        cell.style.attributes.formSymmetricDifference(.reverse)
        cell.style.attributes.insert(.bold)
      }
    case .after:
      if cell.style.background != .standard {
        cell = Cell(theme.glyphs.shade, style: Style(foreground: cell.style.background))
      } else {
        cell.style = theme.behind
      }
    }
    return cell
  }

  /// A rank in one character: digits, then letters, then `+`.
  private func digit(_ rank: Double) -> Unicode.Scalar {
    guard rank.isFinite else { return "?" }
    let value = Int(min(max(rank, 0), 99).rounded())
    switch value {
    case ..<10: return Unicode.Scalar(UInt8(48 + value))
    case ..<36: return Unicode.Scalar(UInt8(87 + value))
    default: return "+"
    }
  }
}

extension Glyphs {
  /// A cell lit by half: a value of a time that is not shown now.
  var shade: Unicode.Scalar { hasBraille ? "▒" : ":" }
}

extension Theme {
  /// What lies after the time cursor.
  var behind: Style { depth == .none ? Style(attributes: .dim) : border }

  /// The ground of a value after the time cursor, 0 ... 1: greys, lighter for more. Nil where greys are
  /// values themselves, or where there are none; a shade of the value's own colour says it there.
  ///
  /// A ground, not a glyph: terminals fill a run of blanks with one order.
  func later(_ place: Double) -> Color? {
    guard depth == .full, !ramp.hasGreys else { return nil }
    return .indexed(UInt8(235 + Int(min(max(place, 0), 1) * 7)))
  }
}

extension Frame {
  /// Gives everything in an area one style: it is there, but behind.
  mutating func fade(_ area: Area, style: Style) {
    for y in area.y..<area.y + area.height {
      for x in area.x..<area.x + area.width where self[x, y].glyph != " " {
        self[x, y].style = style
      }
    }
  }

  /// Draws the time cursor through a plot, behind what is there.
  mutating func line(column x: Int, in area: Area, glyphs: Glyphs, style: Style) {
    for y in area.y..<area.y + area.height where self[x, y].glyph == " " {
      self[x, y] = Cell(glyphs.vertical, style: style)
    }
  }
}
