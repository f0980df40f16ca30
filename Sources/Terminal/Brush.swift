import Screen

/// Walks over the cells of one row and says where the style of the terminal has to change.
///
/// A blank shows no ink, so a gap between two words that have styles of their own keeps the style of the
/// first: the terminal is not told of a change and back.
package struct Brush {
  /// What is asked of the terminal.
  package struct Turn: Hashable {
    /// Colours and emphasis.
    package var style: Style
    /// Whether the glyphs are blocks whose two colours are both pixels.
    package var isPicture: Bool
  }

  /// Most blanks of a gap that are cheaper to write than to skip.
  private static let longestGap = 8
  /// Emphasis that shows on a blank too.
  private static let marks: Attributes = [.underline, .reverse]

  private let cells: ArraySlice<Cell>
  private var current: Turn?
  /// End of the gap that keeps the style before it.
  private var gapEnd: Int

  /// Begins before the first of some cells.
  package init(cells: ArraySlice<Cell>) {
    self.cells = cells
    gapEnd = cells.startIndex
  }

  /// Goes on to the next cell; returns how it is painted where that differs from the one before it.
  ///
  /// - Complexity: O(1); O(``longestGap``) at the beginning of a gap.
  package mutating func turn(to index: Int) -> Turn? {
    if index < gapEnd { return nil }
    let cell = cells[index]
    let next = Turn(
      style: cell.style, isPicture: (0x2580...0x259F).contains(cell.glyph.value))
    if let current {
      if next == current { return nil }
      if Self.isBlank(cell), let end = gapEnd(from: index, after: current.style) {
        gapEnd = end
        return nil
      }
    }
    current = next
    return next
  }

  /// End of the gap that begins at an index, where a word in a style of its own follows soon.
  private func gapEnd(from start: Int, after style: Style) -> Int? {
    let blank = cells[start].style
    guard style.background == blank.background, style.attributes.isDisjoint(with: Self.marks) else {
      return nil
    }
    let end = min(cells.endIndex, start + Self.longestGap + 1)
    let word = cells[start..<end].firstIndex { !Self.isBlank($0) || $0.style != blank }
    return word.flatMap { cells[$0].style == blank ? nil : $0 }
  }

  /// Whether a cell shows nothing but its ground.
  private static func isBlank(_ cell: Cell) -> Bool {
    cell.glyph == " " && cell.style.attributes.isDisjoint(with: marks)
  }
}
