import Screen

/// One decision, candidate by candidate: as recorded, worked out again, and as it might have been.
struct DecisionPage {
  let model: DashboardModel
  let theme: Theme

  func draw(into frame: inout Frame, in area: Area, style: PaneStyle) {
    _ = style.open("decision", in: area, into: &frame)
  }
}
