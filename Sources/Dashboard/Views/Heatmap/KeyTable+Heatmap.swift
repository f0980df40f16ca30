extension KeyTable {
  /// Keys of the heatmap.
  static let heatmap: [KeyBinding] = [
    bind(
      [.character("m")], "m", .views, "m metric", .heatmap(.nextMetric),
      help: "show another number in the heatmap"),
    bind(
      [.character("M")], "M", .views, nil, .heatmap(.previousMetric),
      help: "the number before in the heatmap"),
    bind(
      [.character("o")], "o", .views, "o order", .heatmap(.nextOrder), panes: [.heatmap],
      help: "modules as a grid, or as a list by layer, by kind, by value"),
    bind(
      [.character("O")], "O", .views, nil, .heatmap(.reverse), panes: [.heatmap],
      help: "the list of modules upside down"),
    bind(
      [.character(")")], ")", .views, nil, .heatmap(.moreDecisions), panes: [.heatmap],
      help: "count changes over more decisions"),
    bind(
      [.character("(")], "(", .views, nil, .heatmap(.fewerDecisions), panes: [.heatmap],
      help: "count changes over fewer decisions"),
    bind(
      [.character("o")], "o", .views, "o order", .heatmap(.sortComponents), panes: [.components],
      help: "components by slot, or by score"),
  ]
}
