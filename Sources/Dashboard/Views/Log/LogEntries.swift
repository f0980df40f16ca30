import RunEvents
import Screen

/// What the log lists, the newest first: all that is known, also what happened after the time cursor.
struct LogEntries {
  private let model: DashboardModel
  /// Everything, before any filter.
  let all: [RunLog.Entry]
  /// Entries of each kind, before any filter.
  let counts: [LogSettings.Kind: Int]

  init(model: DashboardModel) {
    self.model = model
    var entries = DecisionsView(model: model, theme: Theme(depth: .none)).asked
    if model.isBehind {
      let step = model.state.step
      entries += model.head.log.newestFirst.filter { ($0.step ?? 0) > step }
    }
    entries += model.state.log.newestFirst
    all = entries
    var counts: [LogSettings.Kind: Int] = [:]
    for entry in entries { counts[entry.kind, default: 0] += 1 }
    self.counts = counts
  }

  /// Those that the filters leave.
  var shown: [RunLog.Entry] {
    var entries = all
    if let kind = model.log.kind { entries = entries.filter { $0.kind == kind } }
    guard let filter = model.log.filter?.lowercased() else { return entries }
    return entries.filter { words($0).lowercased().contains(filter) }
  }

  /// What is searched of an entry.
  private func words(_ entry: RunLog.Entry) -> String {
    let grid = model.state.grid
    switch entry {
    case .decision(let decision):
      let changes = decision.changes.map { grid.label($0.module) }.joined(separator: " ")
      return "#\(decision.number) @\(decision.step) \(decision.allocator) \(decision.reason) "
        + "\(changes)\(decision.isFinal ? " final" : "")"
    case .intervention(let record):
      var words = "@\(record.step ?? 0) \(record.intervention.text) by \(record.author)"
      if case .rejected(let why) = record.outcome { words += " refused: \(why)" }
      return words
    case .alarm(let alarm): return "@\(alarm.step) \(alarm.kind) \(alarm.message)"
    case .note(let note): return "@\(note.step) \(note.text(grid))"
    }
  }
}

extension RunLog.Entry {
  var kind: LogSettings.Kind {
    switch self {
    case .decision: .decisions
    case .intervention: .requests
    case .alarm: .alarms
    case .note: .notes
    }
  }

  /// What is told only of the chosen entry, or of an alarm: cause, consequence, what to do.
  func details(_ grid: ModuleGrid) -> String? {
    switch self {
    case .decision(let decision):
      let changes = decision.changes.map { change in
        grid.label(change.module) + (change.pruned > 0 ? " -\(change.pruned)" : "")
          + (change.grown > 0 ? " +\(change.grown)" : "")
      }
      return ([decision.reason] + (changes.isEmpty ? [] : [changes.joined(separator: ", ")]))
        .filter { !$0.isEmpty }.joined(separator: ": ")
    case .intervention(let record):
      guard case .rejected(let why) = record.outcome else { return nil }
      return "refused: \(why)"
    case .alarm(let alarm): return alarm.message
    case .note(let note): return note.text(grid)
    }
  }
}
