extension Frame {
  /// Writes text from a place to the right, one scalar a cell, clipped to an area.
  ///
  /// What has no width is left out and what is not one column wide becomes `?`
  /// (``Unicode/Scalar/cellGlyph``).
  ///
  /// - Returns: The column after the last cell, clipped or not.
  @discardableResult
  public mutating func write(
    _ text: String, x: Int, y: Int, style: Style = .plain, in clip: Area? = nil
  ) -> Int {
    let clip = clip.map { $0.intersection(area) } ?? area
    let isRowVisible = y >= clip.y && y < clip.y + clip.height
    let end = clip.x + clip.width
    var column = x
    for scalar in text.unicodeScalars {
      guard let glyph = scalar.cellGlyph else { continue }
      if isRowVisible && column >= clip.x && column < end {
        self[column, y] = Cell(glyph, style: style)
      }
      column += 1
    }
    return column
  }

  /// Writes text into an area's first row, with an ellipsis where it does not fit.
  public mutating func write(
    _ text: String, in area: Area, _ alignment: Alignment = .left, style: Style = .plain,
    ellipsis: Unicode.Scalar = "…"
  ) {
    guard area.height > 0 else { return }
    let fitted = text.fitted(to: area.width, ellipsis: ellipsis)
    write(
      fitted.padded(to: alignment == .left ? 0 : area.width, alignment), x: area.x, y: area.y,
      style: style, in: area)
  }

  /// Writes a line of several styles into an area's first row, with an ellipsis where it is cut.
  public mutating func write(
    _ line: Line, in area: Area, _ alignment: Alignment = .left, ellipsis: Unicode.Scalar = "…"
  ) {
    guard area.height > 0, area.width > 0 else { return }
    let excess = area.width - line.cellCount
    var x = area.x
    if excess > 0 {
      switch alignment {
      case .left: break
      case .center: x += excess / 2
      case .right: x += excess
      }
    }
    for span in line.spans { x = write(span.text, x: x, y: area.y, style: span.style, in: area) }
    if excess < 0 {
      let last = area.x + area.width - 1
      self[last, area.y] = Cell(ellipsis, style: self[last, area.y].style)
    }
  }

  /// Fills an area with one cell.
  public mutating func fill(_ area: Area, with cell: Cell = Cell()) {
    let area = area.intersection(self.area)
    for y in area.y..<area.y + area.height {
      for x in area.x..<area.x + area.width { self[x, y] = cell }
    }
  }

  /// Changes the style of an area's cells and leaves their glyphs.
  public mutating func restyle(_ area: Area, _ change: (inout Style) -> Void) {
    let area = area.intersection(self.area)
    for y in area.y..<area.y + area.height {
      for x in area.x..<area.x + area.width { change(&self[x, y].style) }
    }
  }

  /// Replaces every glyph outside ASCII by the nearest one inside, for terminals without UTF-8.
  public mutating func reduceToASCII() {
    for y in 0..<height {
      for x in 0..<width where !self[x, y].glyph.isASCII {
        self[x, y].glyph = self[x, y].glyph.ascii
      }
    }
  }
}

/// One row of text in several styles.
public struct Line: Sendable, Hashable {
  /// A stretch of one style.
  public struct Span: Sendable, Hashable {
    /// Text.
    public var text: String
    /// How it looks.
    public var style: Style
  }

  /// The stretches from left to right.
  public private(set) var spans: [Span] = []

  /// Creates a line, empty or of one style.
  public init(_ text: String = "", style: Style = .plain) { append(text, style: style) }

  /// Adds text at the right end.
  public mutating func append(_ text: String, style: Style = .plain) {
    if !text.isEmpty { spans.append(Span(text: text, style: style)) }
  }

  /// Adds another line at the right end.
  public mutating func append(_ line: Line) { spans += line.spans }

  /// Number of cells that the line takes.
  public var cellCount: Int { spans.reduce(0) { $0 + $1.text.cellCount } }

  /// Whether there is nothing to write.
  public var isEmpty: Bool { spans.isEmpty }

  /// The text without its styles.
  public var text: String { spans.map(\.text).joined() }
}
