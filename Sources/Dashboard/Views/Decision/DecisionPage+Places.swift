import Screen

extension DecisionPage {
  /// The component whose row is at a place of the screen; nil where there is none.
  ///
  /// The rows are read off the picture itself, so that what is clicked is what is seen: a run of rows about the
  /// place must name the candidates as the list has them one after the other.
  func component(atRow y: Int, in area: Area, style: PaneStyle, screen: Area) -> Int? {
    guard let list = model.inspector.list, y >= area.y, y < area.y + area.height else { return nil }
    var frame = Frame(width: screen.width, height: screen.height)
    draw(into: &frame, in: area, style: style)
    let inside = PaneStyle.inside(area, border: style.border)
    let rows = frame.rows.map { row in
      String(row.dropFirst(inside.x).prefix(inside.width))
    }
    guard rows.indices.contains(y) else { return nil }
    let isAscending = model.inspector.isAscending
    func names(_ line: Int, _ row: Int) -> Bool {
      guard rows.indices.contains(row),
        let component = list.component(line: line, isAscending: isAscending)
      else { return false }
      let name = model.state.grid.name(component: component).fitted(to: 10)
      return rows[row].split(separator: " ").prefix(2).contains { $0 == name }
    }
    var best: (component: Int, agreeing: Int)?
    for line in 0..<list.lineCount where names(line, y) {
      var agreeing = 1
      for direction in [-1, 1] {
        var away = direction
        while names(line + away, y + away) {
          agreeing += 1
          away += direction
        }
      }
      if agreeing > best?.agreeing ?? 0,
        let component = list.component(line: line, isAscending: isAscending)
      {
        best = (component, agreeing)
      }
    }
    return best?.component
  }
}
