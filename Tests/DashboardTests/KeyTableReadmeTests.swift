import Dashboard
import Foundation
import Testing

/// README tells the keys that there are.
struct KeyTableReadmeTests {
  /// `RECORD_SNAPSHOTS=1` writes the table between its marks.
  @Test func `README has the key table`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("README.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "<!-- keys -->\n"))
    let end = try #require(text.range(of: "<!-- end of keys -->"))
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      let new = text[..<start.upperBound] + "\n" + table + "\n" + text[end.lowerBound...]
      try Data(new.utf8).write(to: file)
      return
    }
    #expect(text[start.upperBound..<end.lowerBound] == "\n" + table + "\n")
  }

  /// The keys of the views in Markdown; what counts only in a prompt, a menu or the help is said there.
  private var table: String {
    let rows = KeyTable.standard.bindings.filter { !$0.contexts.isDisjoint(with: .views) }.map {
      binding in
      let keys = binding.label.split(separator: " ").map { "`\($0)`" }.joined(separator: " ")
      let panes = binding.panes.map { $0 == .inspector ? "decision" : "\($0)" }
      let place = panes.isEmpty ? "everywhere" : panes.joined(separator: ", ")
      return "| \(keys) | \(binding.help) | \(place) | \(runs(binding.contexts)) |\n"
    }
    return "| key | what it does | where | run |\n| --- | --- | --- | --- |\n" + rows.joined()
  }

  private func runs(_ contexts: KeyContexts) -> String {
    switch contexts.intersection(.views) {
    case .views: "any"
    case [.live, .readOnly]: "live"
    case .live: "live, steered"
    case .replay: "recorded"
    default: "not steered"
    }
  }
}
