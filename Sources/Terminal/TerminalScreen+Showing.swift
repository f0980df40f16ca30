import CNcurses
import Screen

extension TerminalScreen {
  /// Shows a frame, sending only the cells that differ from the last one; nothing when none does.
  ///
  /// What lies beyond the terminal's edges is dropped. A glyph that is not one column wide or not
  /// printable shows as `?`.
  ///
  /// - Complexity: O(cells) to compare and O(changed cells) to send; allocates the list of runs.
  public mutating func show(_ frame: Frame) {
    guard isOpen else { return }
    let difference = FrameDifference(from: shown, to: frame)
    guard !difference.isEmpty else { return }
    if shown?.width != frame.width || shown?.height != frame.height { cn_erase() }
    for run in difference.runs where run.x < size.width && run.y < size.height {
      put(frame, run)
    }
    shown = frame
    cn_refresh()
  }

  /// Sends everything again, for a screen that something else has written to.
  public mutating func redraw() {
    guard isOpen else { return }
    cn_invalidate()
    cn_refresh()
  }

  private mutating func put(_ frame: Frame, _ run: FrameDifference.Run) {
    line.removeAll(keepingCapacity: true)
    let start = run.y * frame.width + run.x
    let cells = frame.cells[start..<start + min(run.count, size.width - run.x)]
    var brush = Brush(cells: cells)
    var paint = ColorPairs.Paint(pair: 0, attributes: [])
    for index in cells.indices {
      if let next = brush.turn(to: index) {
        paint = pairs.paint(for: next.style, isPicture: next.isPicture) { pair, numbers in
          _ = cn_define_pair(Int32(pair), Int32(numbers.foreground), Int32(numbers.background))
        }
      }
      line.append(
        cn_cell(
          glyph: glyph(cells[index].glyph), pair: UInt16(paint.pair),
          attributes: UInt16(paint.attributes.rawValue)))
    }
    line.withUnsafeBufferPointer { cells in
      guard let first = cells.baseAddress else { return }
      cn_put(Int32(run.x), Int32(run.y), first, Int32(cells.count))
    }
  }

  private func glyph(_ scalar: Unicode.Scalar) -> UInt32 {
    let value = scalar.value
    if (0x20...0x7E).contains(value) { return value }
    guard capabilities.hasUnicode else { return UInt32(GlyphFallback.ascii(scalar)) }
    // The soft hyphen is one column wide for the library and none for many terminals.
    let isShown = value != 0xAD && cn_glyph_width(value) == 1
    return isShown ? value : UInt32(UInt8(ascii: "?"))
  }
}
