import Foundation
import TestSupport
import Testing

/// `export`, `compare`, `show` of adapters, `--once` and `--plain`, as a user runs them in a pipe.
struct PictureTests {
  /// Works in a folder of its own, over made-up runs of 9 modules by 4 slots and 600 steps.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = try temporaryFolder("pictures")
    defer { try? FileManager.default.removeItem(at: folder) }
    for seed in 1...2 {
      try run(
        folder, "demo", "--synthetic", "layers=3,kinds=3,slots=4,steps=600,seed=\(seed)",
        "--output", "run\(seed).ranktop")
    }
    try body(folder)
  }

  @discardableResult
  private func run(_ folder: URL, _ arguments: String...) throws -> String {
    let result = try Program.run(arguments, in: folder)
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    return result.output
  }

  /// A run written to standard output in some form.
  private func exported(
    _ name: String, as format: String, through step: Int? = nil, in folder: URL
  ) throws -> String {
    let until = step.map { ["--step", "\($0)"] } ?? []
    let result = try Program.run(
      ["export", name, "--format", format, "--output", "-"] + until, in: folder)
    #expect(result.code == 0, "\(result.errors)")
    return result.output
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `the numbers of every form are the same`() throws {
    try inFolder { folder in
      let json = try object(exported("run1.ranktop", as: "json", through: 300, in: folder))
      let modules = try #require(json["modules"] as? [[String: Any]])
      let ranks = modules.map { $0["rank"] as? Int ?? -1 }
      #expect(modules.count == 9 && json["step"] as? Int == 300)
      #expect(ranks.reduce(0, +) == json["alive"] as? Int)

      let table = try exported("run1.ranktop", as: "csv", through: 300, in: folder)
      let rows = table.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
      #expect(rows.suffix(9).map { Int($0[4]) } == ranks)

      let pattern = try object(
        exported("run1.ranktop", as: "peft-rank-pattern", through: 300, in: folder))
      let byName = try #require(pattern["rank_pattern"] as? [String: Int])
      let names = modules.map { $0["name"] as? String ?? "" }
      #expect(names.map { byName[$0] ?? 0 } == ranks)
      #expect(
        Set(pattern["exclude_modules"] as? [String] ?? [])
          == Set(zip(names, ranks).filter { $0.1 == 0 }.map(\.0)))
    }
  }

  @Test func `pictures are files, and none is overwritten unasked`() throws {
    try inFolder { folder in
      try run(folder, "export", "run1.ranktop", "--output", "a.svg", "--step", "300")
      let svg = try String(contentsOf: folder.appendingPathComponent("a.svg"), encoding: .utf8)
      #expect(svg.hasPrefix("<svg") && svg.contains("300/600"))
      try run(folder, "export", "run1.ranktop", "--output", "a.png", "--view", "timeline")
      let png = try Data(contentsOf: folder.appendingPathComponent("a.png"))
      #expect(Array(png.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
      let again = try Program.run(["export", "run2.ranktop", "--output", "a.svg"], in: folder)
      #expect(again.code == 1 && again.errors.contains("--force"))
      #expect(
        try String(contentsOf: folder.appendingPathComponent("a.svg"), encoding: .utf8) == svg)
    }
  }

  @Test func `once prints one frame, plain tells the run in words`() throws {
    try inFolder { folder in
      let frame = try run(folder, "replay", "run1.ranktop", "--once", "--step", "300")
      #expect(frame.contains("step 300/600") && frame.split(separator: "\n").count <= 40)
      let words = try run(folder, "replay", "run1.ranktop", "--plain")
      let summary = try object(run(folder, "show", "run1.ranktop", "--json"))
      let details = try #require(summary["details"] as? [String: Any])
      let decisions = try #require(details["decisions"] as? [Any]).count
      let told = words.split(separator: "\n").count { $0.contains(": decision ") }
      #expect(decisions > 0 && told == decisions)
      #expect(words.contains("step 600: the run has finished"))
      for text in [frame, words] { #expect(!text.contains("\u{1B}")) }
    }
  }

  @Test func `runs are compared by what each ends with`() throws {
    try inFolder { folder in
      let comparison = try object(
        run(folder, "compare", "run1.ranktop", "run2.ranktop", "--json"))
      let pairs = try #require(comparison["pairs"] as? [[String: Any]])
      let ranks = try #require(pairs.first?["ranks"] as? [String: [Int]])
      #expect(pairs.count == 1 && ranks.count == 9)
      for (side, name) in ["run1", "run2"].enumerated() {
        let json = try object(exported("\(name).ranktop", as: "json", in: folder))
        for module in try #require(json["modules"] as? [[String: Any]]) {
          let module = (module["name"] as? String ?? "", module["rank"] as? Int ?? -1)
          #expect(ranks[module.0]?[side] == module.1, "\(module.0) of \(name)")
        }
      }
      let text = try run(folder, "compare", "run1.ranktop", "run2.ranktop")
      #expect(text.contains("of 9 differ"))
    }
  }

  @Test func `an adapter of PEFT's AdaLoRA is shown by its mask`() throws {
    try inFolder { folder in
      let adapter = folder.appendingPathComponent("adapter", isDirectory: true)
      try FileManager.default.createDirectory(at: adapter, withIntermediateDirectories: true)
      let name = "base_model.model.layers.1.self_attn"
      let configuration: [String: Any] = [
        "peft_type": "ADALORA", "r": 4, "init_r": 4, "target_r": 2,
        "rank_pattern": [
          "\(name).q_proj.lora_E": [true, false, true, true],
          "\(name).v_proj.lora_E": [false, false, true, false],
        ],
      ]
      try JSONSerialization.data(withJSONObject: configuration)
        .write(to: adapter.appendingPathComponent("adapter_config.json"))
      let shown = try object(run(folder, "show", "adapter", "--json"))
      #expect(shown["matrices"] as? Int == 2)
      #expect(shown["alive"] as? Int == 4 && shown["slots"] as? Int == 8)
      let modules = try #require(shown["modules"] as? [[String: Any]])
      #expect(modules.map { $0["rank"] as? Int } == [3, 1])
      #expect(try run(folder, "show", "adapter").contains("2 matrices, 4 alive of 8"))
    }
  }
}
