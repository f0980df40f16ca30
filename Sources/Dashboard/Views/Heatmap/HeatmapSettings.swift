/// What the person at the keys has set about the heatmap and the components of a module.
struct HeatmapSettings: Sendable, Hashable {
  /// What the cells show.
  var metric = Metric.rank
  /// Module whose components are shown; nil for the modules.
  var opened: Int?
}

/// Keys of the heatmap.
enum HeatmapCommand: Sendable, Hashable {
  case nextMetric
}

extension DashboardModel {
  /// What the heatmap shows.
  public var metric: Metric { heatmap.metric }

  mutating func perform(_ command: HeatmapCommand) {
    switch command {
    case .nextMetric:
      switch metric {
      case .rank: heatmap.metric = .importance
      case .importance: heatmap.metric = state.gates == nil ? .rank : .gate
      case .gate: heatmap.metric = .rank
      }
    }
  }
}
