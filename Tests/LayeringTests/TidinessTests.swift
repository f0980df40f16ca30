import Foundation
import Testing

@Suite struct TidinessTests {
  @Test func `no source file hides a second subject`() throws {
    let files = try SourceTree.files("Sources", ["swift", "c", "h"])
    #expect(files.count > 100)
    for file in files {
      let lines =
        try String(contentsOf: file, encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(lines <= 400, "\(file.lastPathComponent) has \(lines) lines")
    }
  }

  @Test func `the map is short`() throws {
    let map = try String(
      contentsOf: SourceTree.top.appendingPathComponent("Sources/README.md"), encoding: .utf8)
    #expect(map.split(separator: "\n", omittingEmptySubsequences: false).count <= 150)
  }

  @Test func `the top level holds what it should`() throws {
    let entries = try FileManager.default.contentsOfDirectory(atPath: SourceTree.top.path)
    let visible = Set(entries.filter { !$0.hasPrefix(".") })
    let expected: Set = ["Package.swift", "README.md", "Sources", "Tests", "demos"]
    // What using the program leaves behind is not the repository's.
    #expect(visible.subtracting(["Package.resolved", "runs"]) == expected)
  }

  @Test func `the golden vectors stay small`() throws {
    let folder = SourceTree.top.appendingPathComponent("Tests/Fixtures")
    let files = FileManager.default.enumerator(
      at: folder, includingPropertiesForKeys: [.fileSizeKey])
    var bytes = 0
    while let file = files?.nextObject() as? URL {
      bytes += try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    }
    #expect(bytes > 1_000_000 && bytes < 4_000_000)
  }

  @Test func `no stray notes lie among the sources`() throws {
    for file in try SourceTree.files("Sources", ["md", "txt", "orig", "rej"]) {
      #expect(file.path.hasSuffix("Sources/README.md"), "\(file.path)")
    }
  }

  @Test(arguments: ["Sources", "Tests", "demos"])
  func `no path of one machine is written down`(folder: String) throws {
    let endings: Set = ["swift", "c", "h", "md", "sh", "py", "json", "txt"]
    // Put together here, so that this file does not hold them.
    let homes = ["/ro" + "ot/", "/wo" + "rk/", "/tmp/" + "wt-"]
    for file in try SourceTree.files(folder, endings) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for home in homes where text.contains(home) {
        Issue.record("\(file.lastPathComponent) holds \(home)")
      }
    }
  }
}
