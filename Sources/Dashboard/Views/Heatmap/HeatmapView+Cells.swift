import Screen

extension HeatmapView {
  /// Marks of a module that may not lose what is pinned, and of one that may not grow further.
  static let pinMark: Unicode.Scalar = "p"
  static let capMark: Unicode.Scalar = "c"

  /// Draws one module: its number, the mark of its last change, the marks of what is demanded.
  func draw(
    _ module: Int, isSelected: Bool, scale: Scale, in area: Area, into frame: inout Frame
  ) {
    guard !area.isEmpty else { return }
    let number = text(of: module)
    let change = model.metric == .rank ? changes[module] : nil
    var style = scale.value(module).map { theme.ramp.style($0) } ?? theme.label
    if change != nil { style.attributes.insert(.bold) }
    if isSelected { style = theme.selection }
    frame.fill(area, with: Cell(" ", style: style))
    // Numbers end in one column, so that they can be compared down the grid; the mark follows.
    let widest = min(textWidth, area.width)
    let end =
      area.x + min(area.width - (area.width > widest ? 1 : 0), (area.width + widest + 1) / 2)
    frame.write(number, x: end - number.cellCount, y: area.y, style: style, in: area)
    if let change, end < area.x + area.width {
      frame[end, area.y] = Cell(change, style: style)
    }
    drawDemand(
      module, left: end - widest, right: change == nil ? end : nil, isSelected: isSelected,
      style: style, in: area, into: &frame)
    if isSelected && area.width > widest + 2 {
      frame[area.x, area.y] = Cell("[", style: style)
      if change == nil || end < area.x + area.width - 1 {
        frame[area.x + area.width - 1, area.y] = Cell("]", style: style)
      }
    }
  }

  /// Marks pins and caps before the number; in a narrow cell after it, where no change stands.
  private func drawDemand(
    _ module: Int, left: Int, right: Int?, isSelected: Bool, style: Style, in area: Area,
    into frame: inout Frame
  ) {
    guard let demand = demands[module] else { return }
    var style = style
    style.attributes.insert(.underline)
    var marks: [Unicode.Scalar] = []
    if demand.isPinned { marks.append(Self.pinMark) }
    if demand.cap != nil { marks.append(Self.capMark) }
    // The chosen cell keeps its bracket.
    let room = max(0, left - area.x - (isSelected && area.width > 4 ? 1 : 0))
    for (place, mark) in marks.prefix(room).reversed().enumerated() {
      frame[left - 1 - place, area.y] = Cell(mark, style: style)
    }
    guard room == 0, let right, right < area.x + area.width, let mark = marks.first else { return }
    frame[right, area.y] = Cell(mark, style: style)
  }

  private func text(of module: Int) -> String {
    let text = values.text(module, glyphs: theme.glyphs)
    guard model.metric == .rank, let planted, planted.indices.contains(module),
      state.ranks.indices.contains(module)
    else { return text }
    return text + "/\(planted[module])"
  }
}
