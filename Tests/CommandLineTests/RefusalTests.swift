import Foundation
import TestSupport
import Testing

/// Bad input: one clear line, an exit code that is not 0, nothing left behind.
@Suite struct RefusalTests {
  /// A case: what is changed in a good set-up, and a word that the complaint must hold.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var word: String
    var arguments: [String] = []
    var spoil: @Sendable (TinyModel) throws -> Void = { _ in }
  }

  private static func write(_ text: String, _ file: URL) throws {
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  static let cases: [Case] = [
    Case(testDescription: "no model", word: "nowhere", arguments: ["--model", "nowhere"]),
    Case(testDescription: "hub name", word: "hf download", arguments: ["--model", "org/name"]),
    Case(testDescription: "no tokenizer", word: "tokenizer.json") {
      try FileManager.default.removeItem(at: $0.model.appendingPathComponent("tokenizer.json"))
    },
    Case(testDescription: "truncated tensors", word: "model.safetensors") {
      let file = $0.model.appendingPathComponent("model.safetensors")
      try Data(contentsOf: file).prefix(20_000).write(to: file)
    },
    Case(testDescription: "lying header", word: "model.safetensors") {
      let file = $0.model.appendingPathComponent("model.safetensors")
      var data = try Data(contentsOf: file)
      data[7] = 0x7F
      try data.write(to: file)
    },
    Case(testDescription: "wrong shapes", word: "shape") {
      let file = $0.model.appendingPathComponent("config.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      try write(
        text.replacingOccurrences(
          of: "\"intermediate_size\": 48", with: "\"intermediate_size\": 64"), file)
    },
    Case(testDescription: "unsupported architecture", word: "gpt2") {
      let file = $0.model.appendingPathComponent("config.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      try write(
        text.replacingOccurrences(of: "\"model_type\": \"bert\"", with: "\"model_type\": \"gpt2\""),
        file)
    },
    Case(testDescription: "no data", word: "does not exist", arguments: ["--train", "none.tsv"]),
    Case(testDescription: "empty data", word: "empty") { try write("", $0.train) },
    Case(testDescription: "header only", word: "no rows") { try write("label\ttext\n", $0.train) },
    Case(testDescription: "missing column", word: "\"sentence\"") {
      try write("label\tsentence\nc0\tw1\nc1\tw2\n", $0.train)
    },
    Case(testDescription: "one class", word: "two classes") {
      try write("label\ttext\nc0\tw1\nc0\tw2\n", $0.train)
    },
    Case(testDescription: "unseen label", word: "line 3") {
      try write("label\ttext\nc0\tw1\nc9\tw2\n", $0.eval)
    },
    Case(testDescription: "not UTF-8", word: "line 2") {
      try (Data("label\ttext\nc0\t".utf8) + Data([0xFF, 0xFE, 0x0A])).write(to: $0.train)
    },
    Case(
      testDescription: "label no number", word: "line 3", arguments: ["--task", "regression"],
      spoil: { try write("label\ttext\n1.5\tw1\nmany\tw2\n", $0.train) }),
    Case(testDescription: "field count", word: "fields") {
      try write("label\ttext\nc0\tw1\tw2\nc1\tw2\n", $0.train)
    },
    Case(testDescription: "rank 0", word: "--rank 0", arguments: ["--rank", "0"]),
    Case(testDescription: "rank too large", word: "narrowest", arguments: ["--rank", "200"]),
    Case(
      testDescription: "budget too small", word: "--budget 0", arguments: ["--budget", "0"]),
    Case(
      testDescription: "budget too large", word: "budget",
      arguments: ["--allocator", "dora", "--budget", "5000"]),
    Case(
      testDescription: "schedule does not fit", word: "--warmup",
      arguments: ["--allocator", "adalora", "--warmup", "60%", "--final", "60%"]),
    Case(
      testDescription: "too few examples to validate on", word: "validation 0.01",
      arguments: ["--allocator", "diffora", "--set", "validation=0.01"]),
    Case(
      testDescription: "unknown allocator", word: "adalora", arguments: ["--allocator", "magic"]),
  ]

  @Test(arguments: cases)
  func `bad input is refused in one clear line`(_ bad: Case) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    try bad.spoil(tiny)
    // The last of two equal options counts, so a case overrides the good ones.
    var options = [
      "--model": tiny.model.path, "--train": tiny.train.path, "--eval": tiny.eval.path,
    ]
    for index in stride(from: 0, to: bad.arguments.count, by: 2) {
      options[bad.arguments[index]] = bad.arguments[index + 1]
    }
    let result = try Program.run(
      ["train", "--headless", "--run", "r", "--steps", "50"]
        + options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }, in: tiny.folder)
    #expect(result.code != 0)
    #expect(result.errors.contains(bad.word), "\(result.errors)")
    #expect(!result.errors.contains("Fatal"))
    #expect(result.complaints.count == 1 && result.errors.hasPrefix("Error: "), "\(result.errors)")
    let left = try FileManager.default.contentsOfDirectory(atPath: tiny.folder.path)
    #expect(left.allSatisfy { !$0.hasPrefix("r.") }, "left behind: \(left)")
  }

  @Test func `a file that is no run is refused by every command that reads one`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.write("not a run", folder.appendingPathComponent("x.ranktop"))
    for command in ["show", "watch", "replay"] {
      for file in ["x.ranktop", "missing.ranktop"] {
        let result = try Program.run([command, file], in: folder)
        #expect(result.code != 0)
        #expect(result.complaints.count == 1, "\(result.errors)")
        #expect(result.errors.contains(file))
      }
    }
  }

  @Test(arguments: [
    "train", "demo", "watch", "replay", "show", "evaluate", "export", "bench", "sweep",
  ])
  func `every command explains itself with an example`(_ command: String) throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try Program.run([command, "--help"], in: folder)
    #expect(result.code == 0)
    #expect(result.output.contains("Example:") && result.output.contains("ranktop \(command)"))
  }

  @Test func `a loss that is not finite ends with code 3 and a complete run file`() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let result = try Program.run(
      [
        "train", "--model", tiny.model.path, "--train", tiny.train.path, "--eval", tiny.eval.path,
        "--lr", "1e30", "--clip", "0", "--lr-warmup", "0", "--steps", "50", "--headless", "--run",
        "r",
      ], in: tiny.folder)
    #expect(result.code == 3, "\(result.errors)")
    let shown = try Program.run(["show", "r.ranktop", "--json"], in: tiny.folder)
    #expect(shown.output.contains("loss-not-finite"))
  }
}
