import Screen

/// Ranks of the second run minus those of the first, module by module.
struct RankDifferenceView {
  let first: ComparedRun
  let second: ComparedRun
  let signs: [Character]
  let step: Int?
  let firstRow: Int
  let theme: Theme
  private let pairs: ModulePairs
  private let ranks: [[UInt16]]

  init(
    first: ComparedRun, second: ComparedRun, signs: [Character], step: Int?, firstRow: Int,
    theme: Theme
  ) {
    self.first = first
    self.second = second
    self.signs = signs
    self.step = step
    self.firstRow = firstRow
    self.theme = theme
    pairs = ModulePairs(
      first.state.manifest?.modules ?? [], second.state.manifest?.modules ?? [])
    ranks = [first, second].map { $0.figures(at: step).ranks }
  }

  private static let labelWidth = 4
  private var cellWidth: Int {
    max(4, (pairs.grid.kinds.map(\.cellCount).max() ?? 0) + 1)
  }

  /// Columns it would like.
  var width: Int {
    max(40, Self.labelWidth + pairs.grid.kinds.count * cellWidth + 7)
  }

  /// Rows of all layers with their headings.
  var height: Int { pairs.grid.layers.count + 2 }

  /// Name of the module whose cell is at a place, or of the first one of the row; nil where there is none.
  func module(x: Int, y: Int, in area: Area) -> String? {
    let first = firstLayer(in: area)
    let layer = first + y - area.y - 2
    guard area.contains(x: x, y: y), layer >= first, layer < pairs.grid.layers.count else {
      return nil
    }
    let column = (x - area.x - Self.labelWidth) / cellWidth
    let isCell = x >= area.x + Self.labelWidth && column < columns(in: area).count
    let module =
      isCell
      ? pairs.grid.module(row: layer, column: column) : pairs.grid.modules(row: layer).first
    return module.map { pairs.pairs[$0].name }
  }

  /// Columns that have room, and whether the sums do.
  private func columns(in area: Area) -> (count: Int, hasSums: Bool) {
    let room = area.width - Self.labelWidth
    let hasSums = room >= cellWidth + 6
    return (
      min(pairs.grid.kinds.count, max(0, (room - (hasSums ? 6 : 0)) / cellWidth)), hasSums
    )
  }

  /// The layer in the first row below the headings.
  private func firstLayer(in area: Area) -> Int {
    min(firstRow, max(0, pairs.grid.layers.count - (area.height - 2)))
  }

  func draw(into frame: inout Frame, in area: Area) {
    guard area.height > 0, area.width > 0 else { return }
    frame.write(heading, in: area.row(0), ellipsis: theme.glyphs.ellipsis)
    guard area.height > 2 else { return }
    let grid = pairs.grid
    let (columns, hasSums) = columns(in: area)
    var y = area.y + 1
    for column in 0..<columns {
      write(
        grid.kinds[column], x: area.x + Self.labelWidth + column * cellWidth, y: y,
        style: theme.label, in: area, into: &frame)
    }
    if hasSums {
      frame.write(
        "sum".padded(to: 6, .right), x: area.x + Self.labelWidth + columns * cellWidth, y: y,
        style: theme.label, in: area)
    }
    y += 1
    let visible = area.y + area.height - y
    let first = firstLayer(in: area)
    for layer in first..<min(grid.layers.count, first + visible) {
      frame.write("L\(grid.layers[layer])", x: area.x, y: y, style: theme.label, in: area)
      for column in 0..<columns {
        guard let module = grid.module(row: layer, column: column) else { continue }
        let (text, style) = cell(module)
        write(
          text, x: area.x + Self.labelWidth + column * cellWidth, y: y, style: style, in: area,
          into: &frame)
      }
      if hasSums {
        let sum = grid.modules(row: layer).compactMap { difference($0) }.reduce(0, +)
        frame.write(
          signed(sum).padded(to: 6, .right), x: area.x + Self.labelWidth + columns * cellWidth,
          y: y, style: style(sum), in: area)
      }
      y += 1
    }
  }

  private func write(
    _ text: String, x: Int, y: Int, style: Style, in area: Area, into frame: inout Frame
  ) {
    frame.write(
      String(text.prefix(cellWidth - 1)).padded(to: cellWidth, .right), x: x, y: y, style: style,
      in: area)
  }

  private func difference(_ module: Int) -> Int? { pairs.difference(module, ranks[0], ranks[1]) }

  private func cell(_ module: Int) -> (String, Style) {
    let pair = pairs.pairs[module]
    if pair.second == nil { return (String(signs[0]), theme.label) }
    if pair.first == nil { return (String(signs[1]), theme.label) }
    guard let difference = difference(module) else { return ("?", theme.label) }
    return (signed(difference), style(difference))
  }

  private func style(_ difference: Int) -> Style {
    difference == 0 ? theme.label : difference > 0 ? theme.good : theme.warning
  }

  private func signed(_ value: Int) -> String {
    if value == 0 { return String(Character(theme.glyphs.zero)) }
    return value > 0 ? "+\(value)" : "\(Character(theme.glyphs.minus))\(-value)"
  }

  /// What the numbers are, how many modules differ, and where there is more.
  private var heading: Line {
    var line = Line(
      "rank \(signs[1]) \(Character(theme.glyphs.minus)) \(signs[0])", style: theme.title)
    let differences = pairs.pairs.indices.compactMap { difference($0) }
    line.append(
      "  \(differences.count { $0 != 0 }) of \(pairs.common) differ", style: theme.text)
    if pairs.onlyFirst > 0 {
      line.append("  \(pairs.onlyFirst) only in \(signs[0])", style: theme.warning)
    }
    if pairs.onlySecond > 0 {
      line.append("  \(pairs.onlySecond) only in \(signs[1])", style: theme.warning)
    }
    return line
  }
}
