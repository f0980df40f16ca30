import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite struct FingerprintTests {
  /// Values that the reference implementation gives.
  @Test(arguments: [
    ("", "ef46db3751d8e999"), ("a", "d24ec4f1a98c6e5b"), ("abc", "44bc2cf5ad770999"),
    ("Nobody inspects the spammish repetition", "fbcea83c8a378bf1"),
  ])
  func `fingerprints are those of XXH64`(text: String, digits: String) {
    #expect(Fingerprint.text(of: Data(text.utf8)) == digits)
  }

  @Test func `files count one by one`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (a, b) = (folder.appendingPathComponent("a"), folder.appendingPathComponent("b"))
    try Data("abc".utf8).write(to: a)
    try Data().write(to: b)
    #expect(try Fingerprint.text(of: [a, b]) == "44bc2cf5ad770999ef46db3751d8e999")
    #expect(throws: CheckpointError.self) {
      try Fingerprint.text(of: [folder.appendingPathComponent("c")])
    }
  }

  @Test func `a safetensors file in memory is the file`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let entries = [
      Safetensors.Entry(name: "b", shape: [2, 2], values: [1, -0.0, .infinity, 4]),
      Safetensors.Entry(name: "a", shape: [0], values: []),
    ]
    let data = Safetensors.data(entries, metadata: ["note": "é\""])
    let file = folder.appendingPathComponent("t.safetensors")
    try Safetensors.write(entries, to: file, metadata: ["note": "é\""])
    #expect(try Data(contentsOf: file) == data)
    let read = try Safetensors(data: data, name: "t")
    #expect(read.metadata == ["note": "é\""] && read.names == ["a", "b"])
    #expect(try read.floats("b").map(\.bitPattern) == entries[0].values.map(\.bitPattern))
    let error = #expect(throws: CheckpointError.self) {
      try Safetensors(data: data.dropLast(), name: "t")
    }
    #expect(error?.code == .truncated)
  }
}
