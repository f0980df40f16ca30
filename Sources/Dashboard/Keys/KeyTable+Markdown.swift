extension KeyTable {
  /// The keys of the views as a table in Markdown, for README: what they do, where, and in which runs.
  ///
  /// What counts only in a prompt, a menu or the help is left out: it is said there.
  public static var markdown: String {
    var rows = ["| key | what it does | where | run |", "| --- | --- | --- | --- |"]
    for binding in bindings where !binding.contexts.isDisjoint(with: .views) {
      let names =
        binding.label.hasPrefix("page ")
        ? [binding.label[...]] : binding.label.split(separator: " ")
      let keys = names.map { "`\($0)`" }.joined(separator: " ")
      rows.append(
        "| \(keys) | \(binding.help) | \(place(binding.panes)) | \(runs(binding.contexts)) |")
    }
    return rows.joined(separator: "\n").replacing("`|`", with: "`\\|`") + "\n"
  }

  private static func place(_ panes: [Pane]) -> String {
    panes.isEmpty ? "everywhere" : panes.map(\.title).joined(separator: ", ")
  }

  private static func runs(_ contexts: KeyContexts) -> String {
    switch contexts.intersection(.views) {
    case .views: "any"
    case .following: "live"
    case .live: "live, steered"
    case .replay: "recorded"
    default: "not steered"
    }
  }
}

extension Pane {
  /// Its name for a person.
  var title: String {
    switch self {
    case .heatmap: "heatmap"
    case .loss: "loss"
    case .timeline: "timeline"
    case .decisions: "decisions"
    case .components: "components"
    case .inspector: "decision"
    case .compare: "compare"
    case .log: "log"
    }
  }
}
