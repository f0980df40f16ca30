import RunEvents

extension DashboardModel {
  /// Whether the heatmap's view shows a module: all without a filter.
  func isShown(_ module: Int) -> Bool {
    guard let matches = heatmap.filter?.matches, matches.count == state.grid.count else {
      return true
    }
    return matches.indices.contains(module) && matches[module]
  }

  /// Rows and columns of the grid in which something is shown.
  var shownGrid: (rows: [Int], columns: [Int]) {
    let grid = state.grid
    guard view == .heatmap, let matches = heatmap.filter?.matches, matches.count == grid.count
    else { return (Array(grid.layers.indices), Array(grid.kinds.indices)) }
    var rows = Array(repeating: false, count: grid.layers.count)
    var columns = Array(repeating: false, count: grid.kinds.count)
    for row in rows.indices {
      for column in columns.indices {
        guard let module = grid.module(row: row, column: column), matches[module] else { continue }
        rows[row] = true
        columns[column] = true
      }
    }
    return (rows.indices.filter { rows[$0] }, columns.indices.filter { columns[$0] })
  }

  /// Modules in the order of the list, those that the filter leaves.
  func listedModules(_ values: ModuleValues) -> [Int] {
    let grid = state.grid
    var order: [Int]
    switch heatmap.order {
    case .grid, .layer: order = timelineOrder
    case .kind:
      order = grid.kinds.indices.flatMap { column in
        grid.layers.indices.compactMap { grid.module(row: $0, column: column) }
      }
    case .value:
      // The highest first, what has no value last, equal ones in manifest order.
      order = (0..<grid.count).sorted { a, b in
        let (x, y) = (values[a], values[b])
        if x.isNaN || y.isNaN { return x.isNaN == y.isNaN ? a < b : y.isNaN }
        return x != y ? x > y : a < b
      }
    }
    if heatmap.isReversed { order.reverse() }
    return heatmap.filter == nil ? order : order.filter(isShown)
  }

  /// Chooses another module in the heatmap's view.
  mutating func moveInHeatmap(rows: Int, columns: Int) {
    guard heatmap.order == .grid else {
      let order = listedModules(moduleValues)
      guard !order.isEmpty else { return }
      var index = 0
      if let chosen = selectedModule, let found = order.firstIndex(of: chosen) {
        index = min(max(0, found + rows), order.count - 1)
      }
      return choose(order[index])
    }
    let shown = shownGrid
    func moved(_ place: Int, by count: Int, in places: [Int]) -> Int {
      guard let here = places.firstIndex(where: { $0 >= place }) ?? places.indices.last else {
        return place
      }
      return places[min(max(0, here + count), places.count - 1)]
    }
    guard let row = shown.rows.first, let column = shown.columns.first else { return }
    guard var place = selection else {
      selection = Place(row: row, column: column)
      return
    }
    place.row = moved(place.row, by: rows, in: shown.rows)
    place.column = moved(place.column, by: columns, in: shown.columns)
    selection = place
  }

  // MARK: Components

  /// Shows the components of a module.
  mutating func open(module: Int) {
    heatmap.opened = module
    heatmap.componentRow = 0
    focus = .components
  }

  /// Another component down, another module across.
  mutating func moveInComponents(rows: Int, columns: Int) {
    guard let opened = heatmap.opened else { return }
    if columns != 0 {
      let order = timelineOrder.filter(isShown)
      guard let index = order.firstIndex(of: opened) ?? order.indices.first else { return }
      let module = order[min(max(0, index + columns), order.count - 1)]
      heatmap.opened = module
      choose(module)
    }
    let count =
      head.manifest?.modules.indices.contains(heatmap.opened ?? -1) == true
      ? head.manifest?.modules[heatmap.opened!].capacity ?? 0 : 0
    heatmap.componentRow = min(max(0, heatmap.componentRow + rows), max(0, count - 1))
  }

  /// Last step at which components can have changed.
  private var lastChange: Int {
    max(state.lastDecision?.step ?? 0, state.seams.last?.step ?? 0)
  }

  /// What is known of when components of a module came and went; nil where it is not looked up.
  func changes(of module: Int) -> [ComponentChange]? {
    if lastChange == 0 { return [] }
    guard let moduleChanges, moduleChanges.module == module, moduleChanges.step == lastChange else {
      return nil
    }
    return moduleChanges.changes
  }

  /// What the components of the opened module need of the records.
  var wantedChanges: [Want] {
    guard view == .heatmap, let opened = heatmap.opened, opened < state.grid.count,
      changes(of: opened) == nil
    else { return [] }
    return [.changes(of: opened, through: lastChange)]
  }
}
