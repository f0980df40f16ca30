extension KeyTable {
  /// Keys of the log.
  static let log: [KeyBinding] = []
}
