extension Frame {
  /// Draws a horizontal bar in an area's first row, in steps of an eighth of a cell.
  ///
  /// A track without a background of its own is drawn as a line.
  ///
  /// - Parameters:
  ///   - fraction: Filled part, 0 ... 1; values outside take the ends, not-finite ones draw no bar.
  public mutating func bar(
    _ fraction: Double, in area: Area, style: Style, trackStyle: Style, glyphs: Glyphs = .unicode
  ) {
    let row = area.row(0)
    let track = trackStyle.background == .standard ? glyphs.horizontal : glyphs.track
    fill(row, with: Cell(track, style: trackStyle))
    guard fraction.isFinite, row.width > 0, row.height > 0 else { return }
    let steps = glyphs.bar.count - 1
    let filled = Int((min(max(fraction, 0), 1) * Double(row.width * steps)).rounded())
    for column in 0..<row.width {
      let level = min(steps, filled - column * steps)
      if level <= 0 { break }
      self[row.x + column, row.y] = Cell(glyphs.bar[level], style: style)
    }
  }
}
