extension KeyTable {
  /// Keys of the inspector.
  static let inspector: [KeyBinding] = []
}
