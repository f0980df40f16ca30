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
      let new =
        text[..<start.upperBound] + "\n" + KeyTable.markdown + "\n" + text[end.lowerBound...]
      try Data(new.utf8).write(to: file)
      return
    }
    #expect(text[start.upperBound..<end.lowerBound] == "\n" + KeyTable.markdown + "\n")
  }
}
