import Foundation
import TestSupport
import Testing

/// `ranktop config`, as a user runs it.
struct ConfigTests {
  @Test func `the example that is printed is good`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let example = try Program.run(["config", "example"], in: folder)
    #expect(example.code == 0 && example.output.contains("\npause = \"space\""))
    let file = folder.appendingPathComponent("config.toml")
    try Data(example.output.utf8).write(to: file)
    let result = try Program.run(["config", "check", "config.toml"], in: folder)
    #expect(result.code == 0 && result.output == "config.toml: good\n", "\(result.errors)")
  }

  @Test func `every mistake is named with its line`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("config.toml")
    try Data("[keys]\npausee = \"x\"\n\n[screen]\nmouse = 1\n".utf8).write(to: file)
    let result = try Program.run(["config", "check", "config.toml"], in: folder)
    #expect(result.code == 1)
    #expect(
      result.complaints == [
        "config.toml, line 2: no action pausee: did you mean pause?",
        "Error: config.toml, line 5: mouse is true or false, not 1",
      ])
    let missing = try Program.run(["config", "check", "none.toml"], in: folder)
    #expect(missing.code != 0 && missing.errors.contains("none.toml"))
  }
}
