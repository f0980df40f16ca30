import Foundation

/// The rank of every module of a PEFT adapter, from its configuration and, where they are there, from the
/// header of its weights.
public struct AdapterRanks: Sendable {
  /// One adapted module.
  public struct Module: Sendable, Hashable {
    /// Name in the base model.
    public var name: String
    /// Components that are kept.
    public var rank: Int
    /// Components there were: the length of AdaLoRA's mask, else the rank.
    public var slots: Int
  }

  /// What `adapter_config.json` says.
  public let configuration: PEFTAdapterConfiguration
  /// The modules by name, numbers in names in their order.
  public let modules: [Module]
  /// Whether the weights were read: only they name every module.
  public let hasWeights: Bool

  /// Components that are kept, in all modules.
  public var alive: Int { modules.reduce(0) { $0 + $1.rank } }

  /// Reads an adapter folder, or the configuration alone.
  ///
  /// - Parameter url: A folder with `adapter_config.json`, or such a file under any name.
  /// - Throws: ``CheckpointError``.
  public init(contentsOf url: URL) throws(CheckpointError) {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    let folder = isThere && isFolder.boolValue ? url : url.deletingLastPathComponent()
    let file =
      folder == url || isFolder.boolValue ? url.appendingPathComponent("adapter_config.json") : url
    configuration = try AdapterFolder.configuration(at: file)
    let weights = folder.appendingPathComponent("adapter_model.safetensors")
    // A configuration under another name does not belong to the weights that lie beside it.
    let belongs = file.lastPathComponent == "adapter_config.json"
    hasWeights = belongs && FileManager.default.fileExists(atPath: weights.path)
    var found: [String: Module] = [:]
    for (key, rank) in configuration.rankPattern {
      let name = Self.moduleName(key)
      if case .mask(let mask) = rank {
        found[name] = Module(name: name, rank: rank.value, slots: mask.count)
      } else if !hasWeights {
        found[name] = Module(name: name, rank: rank.value, slots: max(0, rank.value))
      }
    }
    if hasWeights {
      let tensors = try Safetensors(contentsOf: weights)
      for name in tensors.names {
        guard let module = Self.adaptedModule(name), found[module] == nil else { continue }
        let shape = try tensors.shape(of: name)
        let rank = shape.first ?? 0
        found[module] = Module(name: module, rank: rank, slots: rank)
      }
    }
    modules = found.values.sorted { Self.precedes($0.name, $1.name) }
  }

  /// The module of a tensor that has a row for each component: LoRA's and AdaLoRA's A.
  private static func adaptedModule(_ tensor: String) -> String? {
    for end in [".lora_A.weight", ".lora_A.default.weight", ".lora_A", ".lora_A.default"]
    where tensor.hasSuffix(end) {
      return moduleName(String(tensor.dropLast(end.count)))
    }
    return nil
  }

  /// A module's name without what PEFT puts before it and AdaLoRA behind it.
  private static func moduleName(_ key: String) -> String {
    var name = key
    for start in ["base_model.model."] where name.hasPrefix(start) {
      name = String(name.dropFirst(start.count))
    }
    for end in [".lora_E.default", ".lora_E", ".lora_A", ".lora_B"] where name.hasSuffix(end) {
      name = String(name.dropLast(end.count))
    }
    return name
  }

  /// Layer 2 comes before layer 10.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    let (left, right) = (a.split(separator: "."), b.split(separator: "."))
    for (x, y) in zip(left, right) where x != y {
      if let i = Int(x), let j = Int(y) { return i < j }
      return x < y
    }
    return left.count < right.count
  }
}

extension AdapterRanks.Module {
  /// The first number in its name, the layer; 0 where there is none.
  public var layer: Int {
    name.split(separator: ".").lazy.compactMap { Int($0) }.first.map { max(0, $0) } ?? 0
  }

  /// What comes after the layer's number: `self_attn.q_proj`.
  var tail: String {
    let parts = name.split(separator: ".")
    guard let index = parts.firstIndex(where: { Int($0) != nil }), index + 1 < parts.count else {
      return name
    }
    return parts[(index + 1)...].joined(separator: ".")
  }
}

extension AdapterRanks {
  /// The kind of each module: the last part of its name where that is enough, else what follows the layer.
  public var kinds: [String] {
    func last(_ tail: String) -> String { String(tail.split(separator: ".").last ?? "") }
    var tails: [String: Set<String>] = [:]
    for module in modules { tails[last(module.tail), default: []].insert(module.tail) }
    return modules.map { (tails[last($0.tail)]?.count ?? 0) > 1 ? $0.tail : last($0.tail) }
  }
}
