extension KeyTable {
  /// Keys of the heatmap.
  static let heatmap: [KeyBinding] = [
    bind(
      [.character("m")], "m", .views, "m metric", .heatmap(.nextMetric),
      help: "show another number in the heatmap")
  ]
}
