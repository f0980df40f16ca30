import Foundation
import Tensors

/// Saves a trained classifier's adapters and head as PEFT reads them.
///
/// Gates, those of whole modules too, and scale are folded into B and dead components are left out; `alpha_pattern` makes PEFT's own
/// scale 1. A module of rank 0 is left out of `target_modules`, for PEFT knows no rank 0; where every
/// module has rank 0 the last one keeps a component of zeros.
public struct AdapterExport: Sendable {
  private let adapters: AdapterSet
  private let head: ClassifierHead
  private let base: String
  private let notes: AdapterNotes

  /// Prepares an export.
  ///
  /// - Parameters:
  ///   - adapters: Adapters and the head's parameters.
  ///   - head: Names and shapes of the head's tensors.
  ///   - base: Folder or hub name of the model that the adapters belong to.
  ///   - notes: What PEFT does not keep.
  public init(adapters: AdapterSet, head: ClassifierHead, base: String, notes: AdapterNotes) {
    self.adapters = adapters
    self.head = head
    self.base = base
    self.notes = notes
  }

  /// Writes the folder; either all of it is there afterwards or nothing.
  ///
  /// - Throws: `CheckpointError` with `.exists` where there is something and `force` is false, or `.unwritable`.
  public func write(to folder: URL, force: Bool) throws(CheckpointError) {
    adapters.refreshCoefficients()
    var tensors: [Safetensors.Entry] = []
    var ranks: [String: Int] = [:]
    for index in adapters.adapters.indices {
      let live = liveSlots(index)
      let isLast = index == adapters.adapters.count - 1 && ranks.isEmpty
      guard !live.isEmpty || isLast else { continue }
      ranks[adapters.adapters[index].site.name] = max(1, live.count)
      tensors += entries(index, live.isEmpty ? [0] : live)
    }
    for tensor in head.tensors {
      let start = adapters.parameters.base + adapters.head.lowerBound + tensor.offset
      tensors.append(
        Safetensors.Entry(
          name: "base_model.model.\(tensor.name)", shape: tensor.shape,
          values: Array(UnsafeBufferPointer(start: start, count: tensor.count))))
    }
    let most = ranks.values.max() ?? 1
    let configuration = PEFTAdapterConfiguration(
      rank: most, alpha: Double(most), targetModules: .names(ranks.keys.sorted()),
      rankPattern: ranks.mapValues { .count($0) }, alphaPattern: ranks.mapValues { Double($0) },
      modulesToSave: ["classifier"], taskType: "SEQ_CLS", baseModel: base)
    try AdapterFolder.write(configuration, tensors: tensors, to: folder, force: force)
    try notes.write(to: folder)
  }

  /// Slots whose gate is open, in a module whose gate is.
  private func liveSlots(_ index: Int) -> [Int] {
    if adapters.moduleGates[index] == 0 { return [] }
    let gates = adapters.gates(index, in: adapters.parameters)
    return (0..<adapters.adapters[index].rank).filter { gates[$0] != 0 }
  }

  /// `lora_A [rank, in]` and `lora_B [out, rank]` of one module, gate and scale in B.
  private func entries(_ index: Int, _ slots: [Int]) -> [Safetensors.Entry] {
    let adapter = adapters.adapters[index]
    let a = adapters.down(index, in: adapters.parameters)
    let b = adapters.up(index, in: adapters.parameters)
    let coefficients = adapters.coefficients.base + adapter.component
    let name = "base_model.model.\(adapter.site.name)"
    return [
      Safetensors.Entry(
        name: "\(name).lora_A.weight", shape: [slots.count, a.columns],
        values: slots.flatMap { slot in (0..<a.columns).map { a[slot, $0] } }),
      Safetensors.Entry(
        name: "\(name).lora_B.weight", shape: [b.columns, slots.count],
        values: (0..<b.columns).flatMap { row in slots.map { coefficients[$0] * b[$0, row] } }),
    ]
  }
}

/// What `ranktop evaluate` must know beside PEFT's files: the classes in the order of the logits.
public struct AdapterNotes: Codable, Sendable, Hashable {
  /// Class names in the order of the logits; empty for regression.
  public var labels: [String]
  /// `classification` or `regression`.
  public var task: String
  /// Tokens kept of a text in training.
  public var maxLength: Int

  /// Creates notes.
  public init(labels: [String], task: String, maxLength: Int) {
    self.labels = labels
    self.task = task
    self.maxLength = maxLength
  }

  private static let name = "ranktop.json"

  /// Reads the notes of an adapter folder; nil where ranktop did not write it.
  public static func read(from folder: URL) throws(CheckpointError) -> AdapterNotes? {
    let file = folder.appendingPathComponent(name)
    guard let data = try? Data(contentsOf: file) else { return nil }
    do {
      return try JSONDecoder().decode(AdapterNotes.self, from: data)
    } catch {
      throw CheckpointError(
        .malformed, "\(file.path) is damaged: remove it and name the classes with --labels.")
    }
  }

  func write(to folder: URL) throws(CheckpointError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(self).write(to: folder.appendingPathComponent(Self.name))
    } catch {
      throw CheckpointError(.unwritable, "\(folder.path): \(error.localizedDescription)")
    }
  }
}
