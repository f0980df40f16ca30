import Screen

/// Where everything stands on a screen: a pure function of the size and the shape of the grid.
///
/// What does not fit is left out: first hints and strips, then panes. The header and one pane live
/// longest; a pane with the focus is always shown as long as any is.
public struct Layout: Sendable, Hashable {
  /// What the layout must know of the model.
  public struct Shape: Sendable, Hashable {
    /// Rows of the heatmap.
    public var layers: Int
    /// Columns of the heatmap.
    public var kinds: Int
    /// Modules.
    public var modules: Int
    /// Columns that a heatmap's cell wants.
    public var cellWidth: Int

    /// Creates a shape.
    public init(layers: Int, kinds: Int, modules: Int, cellWidth: Int = 5) {
      self.layers = layers
      self.kinds = kinds
      self.modules = modules
      self.cellWidth = cellWidth
    }
  }

  /// One row each; empty when left out.
  public private(set) var header, budget, schedule, verdict, footer: Area
  /// Panes shown.
  public private(set) var panes: [Pane: Area] = [:]
  /// How panes are set apart.
  public private(set) var border: Border

  /// Lays out a screen.
  ///
  /// - Parameters:
  ///   - isAlone: Whether the pane with the focus is shown alone, as every view but the overview does.
  ///   - isExpanded: Whether it also has the rows of budget, schedule and verdict.
  public init(
    width: Int, height: Int, shape: Shape, focus: Pane, isAlone: Bool = false,
    isExpanded: Bool = false
  ) {
    let screen = Area(x: 0, y: 0, width: width, height: height)
    let hasBudget = height >= 8 && !(isAlone && isExpanded)
    let hasSchedule = height >= 12 && width >= 32 && !(isAlone && isExpanded)
    let hasVerdict = height >= 5
    let hasFooter = height >= 8
    let parts = screen.rows(
      .cells(1), .cells(hasBudget ? 1 : 0), .cells(hasSchedule ? 1 : 0), .share(1),
      .cells(hasVerdict ? 1 : 0), .cells(hasFooter ? 1 : 0))
    header = parts[0]
    budget = parts[1]
    schedule = parts[2]
    verdict = parts[4]
    footer = parts[5]
    let body = parts[3]
    border = body.height >= 45 && width >= 90 ? .box : body.height >= 10 ? .rule : .none
    if body.isEmpty { return }
    if isAlone || isExpanded {
      panes[focus] = body
    } else if body.height < 10 || (width < 72 && body.height < shape.layers + 8) {
      placeAlone(body, shape: shape, focus: focus)
    } else if width < 72 {
      placeStack(body, shape: shape, focus: focus)
    } else {
      placeWide(body, shape: shape, focus: focus)
    }
  }

  private var frameRows: Int { border == .box ? 2 : border == .rule ? 1 : 0 }
  private var frameColumns: Int { border == .box ? 4 : border == .rule ? 2 : 0 }

  /// Columns that the heatmap would like, its sums and its frame included.
  private func heatmapWidth(_ shape: Shape) -> Int {
    4 + max(1, shape.kinds) * shape.cellWidth + 6 + frameColumns
  }

  private func heatmapHeight(_ shape: Shape) -> Int { max(1, shape.layers) + 1 + frameRows }

  /// One pane, and the loss beside the heatmap where there is room.
  private mutating func placeAlone(_ body: Area, shape: Shape, focus: Pane) {
    let wanted = heatmapWidth(shape)
    guard body.width >= 72, body.width - wanted >= 24, body.height >= 4 else {
      panes[focus] = body
      return
    }
    let columns = body.columns(.cells(wanted), .cells(1), .share(1))
    panes[.heatmap] = columns[0]
    panes[focus == .heatmap ? .loss : focus] = columns[2]
  }

  private mutating func placeStack(_ body: Area, shape: Shape, focus: Pane) {
    var order: [Pane] = [.heatmap, .loss, .decisions, .timeline]
    if focus != .heatmap {
      order.removeAll { $0 == focus }
      order.insert(focus, at: 1)
    }
    var rows = min(heatmapHeight(shape), body.height)
    var chosen: [(Pane, Int)] = [(.heatmap, rows)]
    for pane in order.dropFirst() {
      let wanted = pane == .decisions ? 4 : 6
      guard rows + wanted <= body.height else { break }
      chosen.append((pane, wanted))
      rows += wanted
    }
    let last = chosen.count - 1
    if chosen[last].0 != .heatmap { chosen[last].1 += body.height - rows }
    var y = body.y
    for pane in Pane.overview {
      guard let (_, height) = chosen.first(where: { $0.0 == pane }) else { continue }
      panes[pane] = Area(x: body.x, y: y, width: body.width, height: height)
      y += height
    }
  }

  private mutating func placeWide(_ body: Area, shape: Shape, focus: Pane) {
    let gap = border == .box ? 0 : 2
    let width = min(heatmapWidth(shape), body.width * 3 / 5)
    let columns = body.columns(.cells(width), .cells(gap), .share(1))
    if heatmapHeight(shape) > body.height * 11 / 20 {
      panes[.heatmap] = columns[0]
      placeBeside(columns[2], shape: shape, focus: focus)
      return
    }
    let heights = self.heights(body.height, shape: shape)
    panes[.heatmap] = columns[0].rows(.cells(heights.top), .share(1))[0]
    panes[.loss] = columns[2].rows(.cells(heights.top), .share(1))[0]
    let rest = body.inset(top: heights.top)
    guard heights.decisions > 0 else {
      panes[focus == .decisions ? .decisions : .timeline] = rest
      return
    }
    let parts = rest.rows(.cells(heights.timeline), .share(1))
    panes[.timeline] = parts[0]
    panes[.decisions] = parts[1]
  }

  /// Rows of the upper panes, of the timeline and of the decisions; the last are 0 where only one of
  /// the two fits.
  private func heights(_ total: Int, shape: Shape) -> (top: Int, timeline: Int, decisions: Int) {
    var top = max(heatmapHeight(shape), 7 + frameRows)
    let least = 2 + frameRows
    let rest = total - top
    if rest < 2 * least + 2 { return (top, rest, 0) }
    // One row of marks; the axis below it is drawn where there is room for it.
    let overhead = 1 + frameRows
    let rows = Layout.timelineRows(shape: shape, room: rest - least - overhead)
    var spare = rest - least - overhead - rows
    let axis = min(spare, 1)
    spare -= axis
    // What is left over goes to the decisions first, then makes the loss taller.
    let taller = max(0, min(spare - 6, 16 - top))
    top += taller
    return (top, rows + overhead + axis, least + spare - taller)
  }

  /// Loss, timeline and decisions in a column to the right of a tall heatmap.
  private mutating func placeBeside(_ rest: Area, shape: Shape, focus: Pane) {
    let least = 4 + frameRows
    switch rest.height {
    case ..<(2 * least): panes[focus == .heatmap ? .loss : focus] = rest
    case ..<(3 * least + 2):
      let parts = rest.rows(.share(3), .share(2))
      panes[focus == .timeline ? .timeline : .loss] = parts[0]
      panes[.decisions] = parts[1]
    default:
      let parts = rest.rows(.share(6), .share(8), .share(5))
      panes[.loss] = parts[0]
      panes[.timeline] = parts[1]
      panes[.decisions] = parts[2]
    }
  }

  /// Rows that show the modules of a timeline best: one a module, two modules a row, one a layer, or
  /// all there are.
  static func timelineRows(shape: Shape, room: Int) -> Int {
    // A row for each module only where the other panes keep plenty of rows.
    if shape.modules + 12 <= room { return max(1, shape.modules) }
    let choices = [(shape.modules + 1) / 2, shape.layers, (shape.layers + 1) / 2]
    return max(1, choices.first { $0 <= room } ?? room)
  }
}
