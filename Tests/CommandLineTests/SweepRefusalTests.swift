import Foundation
import TestSupport
import Testing

/// A sweep that cannot be: one clear line, the right exit code, nothing left behind.
@Suite struct SweepRefusalTests {
  /// A case: words that are added to `sweep`, the exit code, and a word that the complaint must hold.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String { "\(arguments.joined(separator: " ")): \(word)" }
    var arguments: [String]
    var code: Int32
    var word: String

    init(_ arguments: String, _ code: Int32, _ word: String) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.code = code
      self.word = word
    }
  }

  static let demo: [Case] = [
    Case("--demo", 64, "--allocators"),
    Case("--demo --allocators lora,magic", 64, "adalora"),
    Case("--demo --allocators lora,dora,lora", 64, "twice"),
    Case("--demo --allocators lora,", 64, "empty"),
    Case("--demo --allocators lora --seeds 1,1", 64, "twice"),
    Case("--demo --allocators lora --seeds 1,x", 64, "\"x\""),
    Case("--demo --allocators lora --seeds=-1", 64, "\"-1\""),
    Case("--demo --allocators lora --ranks 2", 64, "--ranks"),
    Case("--demo --allocators lora --model M", 64, "--model"),
    Case("--demo --allocators lora --baseline dora", 64, "--baseline dora"),
    Case("--demo --allocators lora --jobs 0", 64, "--jobs 0"),
    Case("--demo --allocators lora --threads 0", 64, "--threads 0"),
    Case("--demo --allocators lora --steps 3", 64, "--steps 3"),
    Case("--demo --allocators lora --epochs 3", 64, "--epochs"),
    Case("--demo --allocators lora --seed 3", 64, "--seed"),
    Case("--demo --allocators lora -- --run=x", 64, "--run"),
    Case("--demo --allocators lora stray", 64, "stray"),
    Case("--demo --allocators lora --report", 1, "without --report"),
    Case("--demo --allocators lora --folder plain/runs", 1, "--folder"),
    Case("--demo --allocators lora --csv plain", 1, "--force"),
    Case("--allocators lora", 64, "--model"),
    Case("--allocators lora --model M --train T", 64, "--eval"),
  ]

  static let training: [Case] = [
    Case("--ranks 0", 64, "\"0\""), Case("--ranks 2,257", 64, "\"257\""),
    Case("--ranks 4,4", 64, "twice"), Case("--ranks 2.5", 64, "\"2.5\""),
    Case("--lr fast", 64, "--lr"), Case("--rank 3", 64, "--rank"),
    Case("--bogus 1", 64, "--bogus"), Case("--model nowhere", 1, "nowhere"),
    Case("--train none.tsv", 1, "none.tsv"), Case("--ranks 2,200", 1, "narrowest"),
    Case("--warmup 60% --final 60%", 1, "adalora at rank 2"),
  ]

  private func expectRefusal(_ bad: Case, _ result: Program.Result, in folder: URL) throws {
    #expect(result.code == bad.code, "\(result.errors)")
    #expect(result.complaints.count == 1 && result.errors.hasPrefix("Error: "), "\(result.errors)")
    #expect(result.errors.contains(bad.word), "\(result.errors)")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!left.contains("runs"), "left behind: \(left)")
  }

  @Test(arguments: demo) func `a demo sweep that cannot be`(_ bad: Case) throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let plain = folder.appendingPathComponent("plain")
    try Data("mine".utf8).write(to: plain)
    try expectRefusal(bad, try Program.run(["sweep"] + bad.arguments, in: folder), in: folder)
    #expect(try Data(contentsOf: plain) == Data("mine".utf8))
  }

  @Test(arguments: training) func `a sweep that cannot be trained`(_ bad: Case) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    var options = [
      "--allocators": "lora,adalora", "--model": tiny.model.path, "--train": tiny.train.path,
      "--eval": tiny.eval.path, "--ranks": "2", "--steps": "50",
    ]
    for index in stride(from: 0, to: bad.arguments.count, by: 2) {
      options[bad.arguments[index]] = bad.arguments[index + 1]
    }
    let words = options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    try expectRefusal(bad, try Program.run(["sweep"] + words, in: tiny.folder), in: tiny.folder)
  }

  @Test func `a file in a cell's place that is no run stays`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("demo-lora-s1.ranktop")
    try Data("mine".utf8).write(to: file)
    for more in [[], ["--force"]] {
      let result = try Program.run(
        ["sweep", "--demo", "--allocators", "lora", "--seeds", "1", "--folder", "."] + more,
        in: folder)
      #expect(result.code == 1 && result.complaints.count == 1, "\(result.errors)")
      #expect(result.errors.contains("demo-lora-s1.ranktop"))
      #expect(try Data(contentsOf: file) == Data("mine".utf8))
    }
  }
}
