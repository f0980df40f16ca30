extension KeyTable {
  /// Keys of the compare.
  static let compare: [KeyBinding] = []
}
