/// How a pane is set apart from its neighbours.
public enum Border: Sendable, Hashable {
  /// Lines all around.
  case box
  /// One line above, with the title in it: costs one row and no column.
  case rule
  /// Nothing.
  case none
}

extension Frame {
  /// Draws a pane's border with its title at the top left and a note at the right.
  ///
  /// The note stands in the bottom line of a box, or at the right of a rule; it is left out where it
  /// does not fit.
  ///
  /// - Returns: The area inside.
  @discardableResult
  public mutating func box(
    _ area: Area, border: Border = .box, title: Line = Line(), note: Line = Line(),
    style: Style = .plain, glyphs: Glyphs = .unicode
  ) -> Area {
    guard !area.isEmpty else { return area }
    switch border {
    case .none: return area
    case .rule:
      let row = area.row(0)
      fill(row, with: Cell(glyphs.horizontal, style: style))
      let used = caption(title, in: row.inset(left: 1), glyphs: glyphs)
      let free = row.inset(left: used + 3, right: 1)
      if note.cellCount + 2 <= free.width { caption(note, in: free, .right, glyphs: glyphs) }
      return area.inset(top: 1)
    case .box:
      outline(area, style: style, glyphs: glyphs)
      let edge = area.inset(left: 2, right: 2)
      caption(title, in: edge.row(0), glyphs: glyphs)
      if area.height > 1, note.cellCount + 2 <= edge.width {
        caption(note, in: edge.row(area.height - 1), .right, glyphs: glyphs)
      }
      return area.inset(left: 1, top: 1, right: 1, bottom: 1)
    }
  }

  /// Writes a caption with a blank on each side into a line.
  ///
  /// - Returns: Cells taken.
  @discardableResult
  private mutating func caption(
    _ line: Line, in row: Area, _ alignment: Alignment = .left, glyphs: Glyphs
  ) -> Int {
    guard !line.isEmpty, row.width > 2 else { return 0 }
    var padded = Line(" ")
    padded.append(line)
    padded.append(" ")
    write(padded, in: row, alignment, ellipsis: glyphs.ellipsis)
    return min(padded.cellCount, row.width)
  }

  private mutating func outline(_ area: Area, style: Style, glyphs: Glyphs) {
    let right = area.x + area.width - 1
    let bottom = area.y + area.height - 1
    fill(area.row(0), with: Cell(glyphs.horizontal, style: style))
    fill(area.row(area.height - 1), with: Cell(glyphs.horizontal, style: style))
    for y in area.y..<area.y + area.height {
      self[area.x, y] = Cell(glyphs.vertical, style: style)
      self[right, y] = Cell(glyphs.vertical, style: style)
    }
    self[area.x, area.y] = Cell(glyphs.topLeft, style: style)
    self[right, area.y] = Cell(glyphs.topRight, style: style)
    self[area.x, bottom] = Cell(glyphs.bottomLeft, style: style)
    self[right, bottom] = Cell(glyphs.bottomRight, style: style)
  }
}
