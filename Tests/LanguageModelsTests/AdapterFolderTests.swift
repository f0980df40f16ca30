import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

/// Adapters saved in PEFT's form and read again.
@Suite struct AdapterFolderTests {
  let files: ModelFiles
  init() throws { files = try ModelFiles() }

  private var folder: URL { files.url("adapter") }

  /// The golden case with its factors, a head of its own, and gates as a test wants them.
  private func model(
    _ family: EncoderFamily, gates: (_ module: Int, _ slot: Int) -> Float
  ) throws -> GoldenModel {
    let model = try GoldenModel(family)
    try model.setFactors()
    for index in model.adapters.adapters.indices {
      let row = model.adapters.gates(index, in: model.adapters.parameters)
      for slot in 0..<4 { row[slot] = gates(index, slot) }
    }
    var generator = SeededGenerator(seed: 6)
    for index in model.adapters.head {
      model.adapters.parameters.base[index] += 0.3 * generator.normal()
    }
    return model
  }

  private func save(_ model: GoldenModel, force: Bool = false) throws {
    try AdapterExport(
      adapters: model.adapters, head: model.head, base: "org/base",
      notes: AdapterNotes(labels: ["a", "b", "c"], task: "classification", maxLength: 40)
    ).write(to: folder, force: force)
  }

  private func load(_ model: GoldenModel) throws -> GoldenModel {
    let source = try AdapterImport(AdapterFolder(contentsOf: folder))
    #expect(try source.outputs(model.family) == 3)
    let adapters = try source.adapters(for: model.configuration, head: model.head)
    return try model.with(adapters: adapters)
  }

  private func expectSame(_ model: GoldenModel) throws {
    let (wanted, found) = (model.run().logits, try load(model).run().logits)
    #expect(wanted.count == found.count && !wanted.isEmpty)
    for (a, b) in zip(wanted, found) { #expect(abs(a - b) < 1e-5) }
  }

  @Test(arguments: EncoderFamily.allCases)
  func `gates, scale and dead components are folded in`(_ family: EncoderFamily) throws {
    // Module 3 has rank 0, others lack a slot here and there.
    let model = try model(family) { module, slot in
      module == 3 || (module + slot) % 3 == 0 ? 0 : 0.4 + 0.3 * Float(slot) - 0.07 * Float(module)
    }
    let plain = try GoldenModel(family).run().logits
    #expect(zip(plain, model.run().logits).contains { abs($0 - $1) > 1e-2 })
    try save(model)
    try expectSame(model)

    let saved = try AdapterFolder(contentsOf: folder)
    let sites = model.adapters.adapters.map(\.site.name)
    #expect(saved.configuration.targetModules == .names((sites[..<3] + sites[4...]).sorted()))
    #expect(saved.configuration.peftType == "LORA" && saved.configuration.taskType == "SEQ_CLS")
    #expect(saved.configuration.modulesToSave == ["classifier"])
    #expect(saved.configuration.baseModel == "org/base")
    for (index, name) in sites.enumerated() where index != 3 {
      let rank = (0..<4).count { (index + $0) % 3 != 0 }
      #expect(saved.configuration.rankPattern[name] == .count(rank))
      #expect(saved.configuration.alphaPattern[name] == Double(rank))
      let a = try saved.tensors.shape(of: "base_model.model.\(name).lora_A.weight")
      #expect(a == [rank, model.adapters.adapters[index].site.inputs])
    }
    #expect(!saved.tensors.contains("base_model.model.\(sites[3]).lora_A.weight"))
    #expect(try AdapterNotes.read(from: folder)?.labels == ["a", "b", "c"])
  }

  @Test func `gates of whole modules are folded in, a closed one leaves its module out`() throws {
    let model = try model(.bert) { module, slot in 0.4 + 0.3 * Float(slot) - 0.07 * Float(module) }
    let open = model.run().logits
    for index in model.adapters.adapters.indices {
      model.adapters.moduleGates[index] = index == 2 ? 0 : 0.3 + 0.1 * Float(index % 4)
    }
    try save(model)
    model.adapters.refreshCoefficients()
    #expect(zip(open, model.run().logits).contains { abs($0 - $1) > 1e-2 })
    try expectSame(model)
    let ranks = try AdapterFolder(contentsOf: folder).configuration.rankPattern
    #expect(ranks.count == model.adapters.adapters.count - 1)
    #expect(ranks[model.adapters.adapters[2].site.name] == nil)
  }

  @Test(arguments: EncoderFamily.allCases)
  func `an adapter without any component gives the frozen model`(_ family: EncoderFamily) throws {
    let model = try model(family) { _, _ in 0 }
    try save(model)
    try expectSame(model)
    let saved = try AdapterFolder(contentsOf: folder).configuration
    #expect(saved.rankPattern.count == 1, "PEFT needs one module at least")
  }

  @Test func `one component in one module survives alone`() throws {
    let model = try model(.bert) { module, slot in module == 5 && slot == 2 ? 1.7 : 0 }
    try save(model)
    try expectSame(model)
    let saved = try AdapterFolder(contentsOf: folder).configuration
    #expect(saved.rankPattern == [model.adapters.adapters[5].site.name: .count(1)])
  }

  // MARK: Nothing is overwritten

  @Test func `an existing folder stays unless forced, and then only an adapter's`() throws {
    let first = try model(.bert) { _, _ in 1 }
    try save(first)
    let before = try Data(contentsOf: folder.appendingPathComponent("adapter_model.safetensors"))
    let second = try model(.bert) { _, _ in -0.5 }
    expectCheckpointError(.exists, ["adapter exists"]) { try save(second) }
    #expect(
      try Data(contentsOf: folder.appendingPathComponent("adapter_model.safetensors")) == before)
    try expectSame(first)

    try save(second, force: true)
    try expectSame(second)
    // Nothing half written is left beside it.
    #expect(try FileManager.default.contentsOfDirectory(atPath: files.folder.path) == ["adapter"])
  }

  @Test func `a folder that is no adapter is never replaced`() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let thesis = try files.write("adapter/thesis.tex", "years of work")
    let model = try model(.bert) { _, _ in 1 }
    expectCheckpointError(.exists, ["no adapter folder"]) { try save(model, force: true) }
    #expect(try String(contentsOf: thesis, encoding: .utf8) == "years of work")
    try FileManager.default.removeItem(at: thesis)
    expectCheckpointError(.exists) { try save(model) }
    try save(model, force: true)
    try expectSame(model)
  }

  @Test func `a place that cannot be written is said, and nothing is left`() throws {
    try files.write("file", "x")
    let model = try model(.bert) { _, _ in 1 }
    let export = AdapterExport(
      adapters: model.adapters, head: model.head, base: "b",
      notes: AdapterNotes(labels: [], task: "regression", maxLength: 4))
    for place in ["file/adapter", "nowhere/adapter"] {
      expectCheckpointError(.unwritable, [place]) {
        try export.write(to: files.url(place), force: true)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: files.folder.path) == ["file"])
  }
}
