import Screen

/// Several runs side by side.
struct ComparePage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    _ = style.open("compare", in: area, into: &frame)
  }
}
