extension KeyTable {
  /// Keys of the heatmap.
  static let heatmap: [KeyBinding] = [
    bind(
      "heatmap_metric", "m", .views, "metric", .heatmap(.nextMetric),
      help: "show another number in the heatmap"),
    bind(
      "previous_metric", "M", .views, nil, .heatmap(.previousMetric),
      help: "the number before in the heatmap"),
    bind(
      "heatmap_order", "o", .views, "order", .heatmap(.nextOrder), panes: [.heatmap],
      help: "modules as a grid, or as a list by layer, by kind, by value"),
    bind(
      "reverse_order", "O", .views, nil, .heatmap(.reverse), panes: [.heatmap],
      help: "the list of modules upside down"),
    bind(
      "more_decisions", ")", .views, nil, .heatmap(.moreDecisions), panes: [.heatmap],
      help: "count changes over more decisions"),
    bind(
      "fewer_decisions", "(", .views, nil, .heatmap(.fewerDecisions), panes: [.heatmap],
      help: "count changes over fewer decisions"),
    bind(
      "component_order", "o", .views, "order", .heatmap(.sortComponents), panes: [.components],
      help: "components by slot, or by score"),
  ]
}
