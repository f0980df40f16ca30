/// What the person at the keys has set about the heatmap and the components of a module.
struct HeatmapSettings: Sendable, Hashable {
  /// How modules are arranged.
  enum Order: Sendable, Hashable, CaseIterable {
    /// Layers down, kinds across.
    case grid
    /// A list, layer by layer, kind by kind, or the highest value first.
    case layer, kind, value
  }

  /// What the cells show.
  var metric = Metric.rank
  /// Module whose components are shown; nil for the modules.
  var opened: Int?
  /// How the modules are arranged.
  var order = Order.grid
  /// Whether the list is upside down.
  var isReversed = false
  /// Modules that are shown; nil for all.
  var filter: ModuleFilter?
  /// Decisions over which changes are counted.
  var decisions = 10
  /// Row of the chosen component.
  var componentRow = 0
  /// Whether components are listed by score.
  var sortsByScore = false

  /// Decisions that changes may be counted over.
  static let decisionCounts = [1, 2, 5, 10, 20, 50, 100, 200]
}

/// Keys of the heatmap.
enum HeatmapCommand: Sendable, Hashable {
  case nextMetric, previousMetric, nextOrder, reverse, moreDecisions, fewerDecisions
  case sortComponents
}

extension DashboardModel {
  /// What the heatmap shows.
  public var metric: Metric { heatmap.metric }

  mutating func perform(_ command: HeatmapCommand) {
    switch command {
    case .nextMetric: changeMetric(by: 1)
    case .previousMetric: changeMetric(by: -1)
    case .nextOrder:
      show(.heatmap)
      let orders = HeatmapSettings.Order.allCases
      let index = orders.firstIndex(of: heatmap.order) ?? 0
      heatmap.order = orders[(index + 1) % orders.count]
    case .reverse:
      show(.heatmap)
      heatmap.isReversed.toggle()
    case .moreDecisions:
      heatmap.metric = .changes
      heatmap.decisions =
        HeatmapSettings.decisionCounts.first { $0 > heatmap.decisions } ?? heatmap.decisions
    case .fewerDecisions:
      heatmap.metric = .changes
      heatmap.decisions =
        HeatmapSettings.decisionCounts.last { $0 < heatmap.decisions } ?? heatmap.decisions
    case .sortComponents:
      heatmap.sortsByScore.toggle()
      heatmap.componentRow = 0
    }
  }

  /// Gates are passed over where there are none.
  private mutating func changeMetric(by count: Int) {
    let metrics = Metric.allCases.filter { $0 != .gate || state.gates != nil }
    let index = metrics.firstIndex(of: heatmap.metric) ?? 0
    heatmap.metric = metrics[(index + count + metrics.count) % metrics.count]
  }

  /// The number that the heatmap shows of every module.
  var moduleValues: ModuleValues {
    ModuleValues(heatmap.metric, state: state, decisions: heatmap.decisions)
  }
}
