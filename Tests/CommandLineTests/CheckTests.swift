import Foundation
import Testing

/// `ranktop check`: the plan before the run.
struct CheckTests {
  private func check(_ words: String...) throws -> Program.Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ranktop-check-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try Program.run(["check"] + words, in: folder)
  }

  @Test func `phases, decisions and budget are those of the run`() throws {
    let result = try check(
      "--allocator", "adalora", "--rank", "4", "--steps", "684", "--layers", "6", "--warmup", "100",
      "--final", "200", "--interval", "10")
    #expect(result.code == 0)
    #expect(result.output.contains("warm-up    step 1 ... 100 (100 steps)"))
    #expect(result.output.contains("final      step 485 ... 684 (200 steps)"))
    #expect(result.output.contains("budget     216 -> 144 components"))
    #expect(result.output.contains("the last at 484"))
  }

  @Test func `what cannot work is said and fails`() throws {
    let result = try check("--allocator", "dora", "--steps", "684", "--budget", "99999")
    #expect(result.code == 1)
    #expect(result.output.contains("cannot work: "))
    let short = try check("--allocator", "adalora", "--steps", "2", "--warmup", "5")
    #expect(short.code == 1)
    let wrong = try check("--allocator", "adalora", "--steps", "0")
    #expect(wrong.code == 64 && wrong.errors.contains("choose 1 ... 1000000000"))
  }

  @Test func `a single decision is worth a warning, and JSON has it`() throws {
    let result = try check(
      "--allocator", "adalora", "--steps", "100", "--warmup", "40", "--final", "40", "--interval",
      "20", "--json")
    #expect(result.code == 0)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect((object?["warnings"] as? [String])?.first?.contains("single decision") == true)
    #expect((object?["problems"] as? [String]) == [])
  }
}
