import Screen

/// Everything that happened, in words.
struct LogPage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    DecisionsView(model: model, theme: theme).draw(into: &frame, in: area, style: style)
  }
}
