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
    "Evidence": [],
    "ranktop": [
      "RunEvents", "Allocation", "Tensors", "LanguageModels", "Training", "RunStore", "Screen",
      "Terminal", "Dashboard", "Evidence", "ArgumentParser",
    ],
  ]
  static let cTargets: Set = ["COpenBLAS", "CKernels", "CNcurses"]
  static let system: Set = ["Foundation", "Glibc", "Darwin", "Dispatch", "Synchronization"]

  @Test(arguments: allowed.keys.sorted())
  func `a module imports only what stands before it`(_ module: String) throws {
    let files = try SourceTree.files("Sources/\(module)", ["swift"])
    try #require(!files.isEmpty)
    let permitted = Self.allowed[module, default: []].union(Self.system)
    for file in files {
      for found in Imports.of(try String(contentsOf: file, encoding: .utf8)) {
        #expect(permitted.contains(found.module), "\(file.lastPathComponent): \(found.line)")
      }
    }
  }

  /// The table in the other direction: nobody else has these.
  @Test(arguments: [
    ("GRDB", "RunStore"), ("COpenBLAS", "Tensors"), ("CKernels", "Tensors"),
    ("CNcurses", "Terminal"), ("ArgumentParser", "ranktop"),
  ])
  func `a foreign library has one importer`(library: String, importer: String) throws {
    var importers: Set<String> = []
    for file in try SourceTree.files("Sources", ["swift"]) {
      let text = try String(contentsOf: file, encoding: .utf8)
      if Imports.of(text).contains(where: { $0.module == library }) {
        importers.insert(try #require(SourceTree.module(of: file)))
      }
    }
    #expect(importers == [importer])
  }

  @Test func `GRDB does not show in the run file's interface`() throws {
    var count = 0
    for file in try SourceTree.files("Sources/RunStore", ["swift"]) {
      for found in Imports.of(try String(contentsOf: file, encoding: .utf8))
      where found.module == "GRDB" {
        count += 1
        #expect(found.line == "internal import GRDB", "\(file.lastPathComponent)")
      }
    }
    #expect(count > 0)
  }

  @Test func `the manifest gives no module more than the table`() throws {
    let text = try String(
      contentsOf: SourceTree.top.appendingPathComponent("Package.swift"), encoding: .utf8)
    for (module, allowed) in Self.allowed {
      // Each declaration ends before the next one begins.
      let start = try #require(
        text.range(of: "arget\\(\\s*name: \"\(module)\"", options: .regularExpression))
      let rest = text[start.upperBound...]
      let declaration = rest[..<(rest.range(of: "arget(")?.lowerBound ?? rest.endIndex)]
      for other in Set(Self.allowed.keys).union(Self.cTargets).subtracting(allowed)
      where other != module {
        #expect(!declaration.contains("\"\(other)\""), "\(module) depends on \(other)")
      }
    }
  }

  @Test func `every folder of Sources is in the table`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: SourceTree.top.appendingPathComponent("Sources").path)
    #expect(Set(folders) == Set(Self.allowed.keys).union(Self.cTargets).union(["README.md"]))
  }

  @Test func `imports are found however they are written`() {
    let text = """
      // import Comment
      import A
      @preconcurrency import B
      internal import C
      public import struct D.E
      @_implementationOnly  import F.G // why
        import H
      #if canImport(I)
      let text = "import J"
      importing(K)
      """
    #expect(Imports.of(text).map(\.module) == ["A", "B", "C", "D", "F", "H"])
  }
}
