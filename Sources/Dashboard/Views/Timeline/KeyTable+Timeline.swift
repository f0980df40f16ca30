extension KeyTable {
  /// Keys of the timeline.
  static let timeline: [KeyBinding] = []
}
