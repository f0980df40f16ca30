/// What the person at the keys has set about the log.
struct LogSettings: Sendable, Hashable {
}

/// Keys of the log.
enum LogCommand: Sendable, Hashable {
  case nextKind
}

extension DashboardModel {
  mutating func perform(_ command: LogCommand) {}
}
