import Screen

/// The timeline with the whole screen.
struct TimelinePage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    TimelineView(state: model.state, theme: theme).draw(into: &frame, in: area, style: style)
  }
}
