import Screen

/// What names or words must contain, while it is being typed; the list follows each key.
struct FilterPrompt: Sendable, Hashable {
  /// What is filtered.
  enum Subject: Sendable, Hashable {
    case modules, log
  }

  /// Most characters taken.
  static let capacity = 80

  var subject: Subject
  var text = ""
  /// Why it is no pattern; what matched before stays.
  var problem: String?
}

/// Keys of a filter.
enum FilterCommand: Sendable, Hashable {
  case open, accept, clear, eraseLine
}

extension DashboardModel {
  mutating func perform(_ command: FilterCommand) {
    switch command {
    case .open:
      let subject: FilterPrompt.Subject = [.log, .decisions].contains(focus) ? .log : .modules
      show(subject == .log ? .log : .heatmap)
      overlay = .filter(
        FilterPrompt(
          subject: subject, text: (subject == .log ? log.filter : heatmap.filter?.text) ?? ""))
    case .accept: overlay = .none
    case .clear:
      guard case .filter(let prompt) = overlay else { return }
      overlay = .none
      if prompt.subject == .log { log.filter = nil } else { heatmap.filter = nil }
    case .eraseLine:
      guard case .filter(var prompt) = overlay else { return }
      prompt.text = ""
      follow(prompt)
    }
  }

  mutating func edit(_ prompt: FilterPrompt, erases: Bool, key: Key) {
    var prompt = prompt
    if erases {
      prompt.text = String(prompt.text.dropLast())
    } else if case .character(let character) = key, prompt.text.count < FilterPrompt.capacity {
      prompt.text.append(character)
    }
    follow(prompt)
  }

  /// Takes over what is typed, as far as it is a pattern.
  private mutating func follow(_ prompt: FilterPrompt) {
    var prompt = prompt
    prompt.problem = nil
    switch prompt.subject {
    case .log:
      log.filter = prompt.text.isEmpty ? nil : prompt.text
      log.chosen = nil
    case .modules where prompt.text.isEmpty: heatmap.filter = nil
    case .modules:
      let modules = head.manifest?.modules ?? []
      do throws(ModuleFilter.Problem) {
        heatmap.filter = try ModuleFilter(
          prompt.text, names: modules.map(\.name),
          labels: modules.indices.map { head.grid.label($0) })
      } catch {
        prompt.problem = error.text
      }
    }
    overlay = .filter(prompt)
  }

  /// What a filter finds, in words.
  func matches(of prompt: FilterPrompt) -> String {
    switch prompt.subject {
    case .log where prompt.text.isEmpty: return "words to look for, then enter"
    case .log:
      let count = LogEntries(model: self).shown.count
      return count == 1 ? "1 entry" : "\(count) entries"
    case .modules where prompt.text.isEmpty:
      return "a regular expression on names, e.g. layer.3|q$, then enter"
    case .modules:
      let count = heatmap.filter?.matches.count { $0 } ?? 0
      return count == 0 ? "matches no module" : "\(count) of \(head.grid.count) modules"
    }
  }

  /// Takes the filter of the present view away.
  ///
  /// - Returns: Whether there was one.
  mutating func takeBackFilter() -> Bool {
    switch view {
    case .heatmap where heatmap.filter != nil:
      heatmap.filter = nil
      return true
    case .log where log.filter != nil || log.kind != nil:
      log.filter = nil
      log.kind = nil
      return true
    default: return false
    }
  }
}

extension KeyTable {
  /// Filters of the heatmap and of the log.
  static let filtering: [KeyBinding] = [
    bind(
      "filter", "/", .views, "filter", .filter(.open), panes: [.heatmap, .log, .decisions],
      help: "filter the modules by a regular expression, the log by words"),
    bind(nil, "enter", .filterPrompt, "keep", .filter(.accept), help: "keep the filter"),
    bind(nil, "ctrl-u", .filterPrompt, nil, .filter(.eraseLine), help: "all that is typed"),
    bind(
      nil, "esc", .filterPrompt, "clear", .filter(.clear), also: [.control("c")],
      help: "take the filter away"),
  ]
}
