/// What the person at the keys has set about the comparison.
struct CompareSettings: Sendable, Hashable {
}

/// Keys of the comparison.
enum CompareCommand: Sendable, Hashable {
  case nextAxis
}

extension DashboardModel {
  mutating func perform(_ command: CompareCommand) {}
}
