/// What the person at the keys has set about the log.
struct LogSettings: Sendable, Hashable {
  /// Kinds of entries.
  enum Kind: Sendable, Hashable, CaseIterable {
    case decisions, requests, alarms, notes
  }

  /// The only kind shown; nil for all.
  var kind: Kind?
  /// Words that an entry must contain.
  var filter: String?
  /// Row of the chosen entry, from the newest; nil for none.
  var chosen: Int?
}

/// Keys of the log.
enum LogCommand: Sendable, Hashable {
  case nextKind, previousKind, open
}

extension DashboardModel {
  mutating func perform(_ command: LogCommand) -> [Action] {
    switch command {
    case .nextKind: changeKind(by: 1)
    case .previousKind: changeKind(by: -1)
    case .open: return openLogEntry()
    }
    return []
  }

  private mutating func changeKind(by count: Int) {
    let kinds: [LogSettings.Kind?] = [nil] + LogSettings.Kind.allCases
    let index = kinds.firstIndex(of: log.kind) ?? 0
    log.kind = kinds[(index + count + kinds.count) % kinds.count]
    log.chosen = nil
  }

  /// Goes to where the chosen entry happened; a decision is also looked at.
  private mutating func openLogEntry() -> [Action] {
    let entries = LogEntries(model: self).shown
    guard let chosen = log.chosen, entries.indices.contains(chosen) else {
      moveInLog(by: 0)
      return []
    }
    guard let step = entries[chosen].step else { return [] }
    if case .decision = entries[chosen] { show(.decision) }
    return [.move(.to(step))]
  }

  mutating func moveInLog(by rows: Int) {
    let count = LogEntries(model: self).shown.count
    guard count > 0 else {
      log.chosen = nil
      return
    }
    log.chosen = log.chosen.map { min(max(0, $0 + rows), count - 1) } ?? 0
  }
}
