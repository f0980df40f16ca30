import Screen

/// The heatmap with the whole screen: modules, or the components of one.
struct HeatmapPage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    HeatmapView(model: model, theme: theme).draw(into: &frame, in: area, style: style)
  }
}
