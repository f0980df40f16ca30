import Foundation
import Testing

/// SwiftPM does not stop a transitive import, so the sources are read and compared with the table.
@Suite struct LayeringTests {
  /// What each module may import beside the system's modules, as in Sources/README.md.
  static let allowed: [String: Set<String>] = [
    "RunEvents": [],
    "Allocation": ["RunEvents"],
    "Tensors": ["COpenBLAS", "CKernels"],
    "LanguageModels": ["Tensors"],
    "Training": ["RunEvents", "Allocation", "Tensors", "LanguageModels"],
    "RunStore": ["RunEvents", "GRDB"],
    "Screen": [],
    "Terminal": ["Screen", "CNcurses"],
    "Dashboard": ["RunEvents", "Screen"],
    "ranktop": [
      "RunEvents", "Allocation", "Tensors", "LanguageModels", "Training", "RunStore", "Screen",
      "Terminal", "Dashboard", "ArgumentParser",
    ],
  ]
  static let system: Set<String> = ["Foundation", "Glibc", "Darwin", "Dispatch", "Synchronization"]
  static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func files(_ folder: String, _ ending: String) throws -> [URL] {
    let root = top.appendingPathComponent(folder)
    let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == ending }
  }

  @Test(arguments: allowed.keys.sorted())
  func `a module imports only what stands before it`(_ module: String) throws {
    let files = try Self.files("Sources/\(module)", "swift")
    try #require(!files.isEmpty)
    let permitted = Self.allowed[module, default: []].union(Self.system)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place < 3, place + 1 < words.count,
          words[..<place].allSatisfy({
            ["internal", "public", "package", "@preconcurrency"].contains($0)
          })
        else { continue }
        let name = String(words[place + 1].split(separator: ".")[0])
        #expect(permitted.contains(name), "\(file.lastPathComponent) imports \(name)")
      }
    }
  }

  @Test func `every folder of Sources is in the table`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.top.appendingPathComponent("Sources").path)
    let swift = Set(folders).subtracting(["COpenBLAS", "CKernels", "CNcurses", "README.md"])
    #expect(swift == Set(Self.allowed.keys))
  }

  @Test func `no source file hides a second subject`() throws {
    for file in try Self.files("Sources", "swift") {
      let lines = try String(contentsOf: file, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 400, "\(file.lastPathComponent) has \(lines.count) lines")
    }
  }

  @Test func `the top level holds what it should`() throws {
    let entries = try FileManager.default.contentsOfDirectory(atPath: Self.top.path)
    let visible = Set(entries.filter { !$0.hasPrefix(".") })
    let expected: Set = ["Package.swift", "README.md", "Sources", "Tests", "demos"]
    // What using the program leaves behind is not the repository's.
    #expect(visible.subtracting(["Package.resolved", "runs"]) == expected)
  }
}
