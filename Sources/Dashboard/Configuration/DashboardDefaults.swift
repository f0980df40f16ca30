/// What a dashboard begins with, where a person has said so in the configuration file.
public struct DashboardDefaults: Sendable, Hashable {
  /// The view on the screen.
  public var view = ViewKind.overview
  /// Seconds of training that a replay shows in one second.
  public var replaySpeed = 1.0
  var heatmap = HeatmapSettings()
  var inspector = InspectorSettings()
  var compare = CompareSettings()
  var log = LogSettings()

  /// What holds where nothing is said.
  public init() {}
}

extension DashboardModel {
  /// Begins as a person wants it; before the run is known.
  public mutating func begin(with defaults: DashboardDefaults) {
    heatmap = defaults.heatmap
    inspector = defaults.inspector
    compare = defaults.compare
    log = defaults.log
    playback.speed = defaults.replaySpeed
    show(defaults.view)
  }
}

/// One key under `[defaults]`: its name, its values and what they do.
struct DefaultOption: Sendable {
  let name: String
  /// Values to choose from, the one that holds without a file first.
  let choices: [Choice]

  /// A value and what it sets.
  struct Choice: Sendable {
    var value: TOMLValue
    var set: @Sendable (inout DashboardDefaults) -> Void
  }

  /// An option whose values are words.
  private init<Value: Sendable & Hashable>(
    _ name: String, _ setting: any WritableKeyPath<DashboardDefaults, Value> & Sendable,
    _ values: [(TOMLValue, Value)]
  ) {
    self.name = name
    let initial = DashboardDefaults()[keyPath: setting]
    let sorted = values.filter { $0.1 == initial } + values.filter { $0.1 != initial }
    choices = sorted.map { value, setTo in
      Choice(value: value) { $0[keyPath: setting] = setTo }
    }
  }

  /// All there are, in the order of the example.
  static let all: [DefaultOption] = [
    DefaultOption("view", \.view, ViewKind.allCases.map { (.string($0.title), $0) }),
    DefaultOption(
      "heatmap_metric", \.heatmap.metric, Metric.allCases.map { (.string($0.word), $0) }),
    DefaultOption(
      "heatmap_order", \.heatmap.order,
      HeatmapSettings.Order.allCases.map { (.string("\($0)"), $0) }),
    DefaultOption(
      "heatmap_reversed", \.heatmap.isReversed, [false, true].map { (.boolean($0), $0) }),
    DefaultOption(
      "heatmap_decisions", \.heatmap.decisions,
      HeatmapSettings.decisionCounts.map { (.number(Double($0)), $0) }),
    DefaultOption(
      "component_order", \.heatmap.sortsByScore,
      [(.string("slot"), false), (.string("score"), true)]
    ),
    DefaultOption(
      "decision_order", \.inspector.isAscending,
      [(.string("highest"), false), (.string("lowest"), true)]),
    DefaultOption(
      "decision_filter", \.inspector.filter,
      [
        (.string("all"), .all), (.string("changes"), .changes),
        (.string("threshold"), .aroundThreshold),
      ]),
    DefaultOption(
      "compare_axis", \.compare.axis, [(.string("steps"), .steps), (.string("tokens"), .tokens)]),
    DefaultOption(
      "log_kind", \.log.kind,
      [(.string("all"), nil)] + LogSettings.Kind.allCases.map { (.string("\($0)"), $0) }),
    DefaultOption(
      "replay_speed", \.replaySpeed, Playback.speeds.map { (.number($0), $0) }),
  ]

  /// The values in words, the one that holds without a file first.
  var listed: String { choices.map(\.value.text).joined(separator: ", ") }
}
