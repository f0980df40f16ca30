import Foundation
import Tensors

/// Takes the adapters and the head out of a PEFT LoRA folder, saved by ranktop or by PEFT.
public struct AdapterImport: Sendable {
  private let folder: AdapterFolder
  private let ranks: [String: Int]
  private static let prefix = "base_model.model."

  /// Looks at an adapter folder.
  ///
  /// - Throws: `CheckpointError` when it is no plain LoRA of a sequence classifier.
  public init(_ folder: AdapterFolder) throws(CheckpointError) {
    self.folder = folder
    let configuration = folder.configuration
    func refuse(_ what: String) -> CheckpointError {
      CheckpointError(.unsupported, "\(folder.url.path): \(what)")
    }
    guard configuration.peftType.uppercased() == "LORA" else {
      throw refuse(
        "peft_type \(configuration.peftType) is not supported; save the adapter as LORA.")
    }
    guard !configuration.usesWeightDecomposition else {
      throw refuse("use_dora (weight decomposition) is not supported; merge the adapter first.")
    }
    guard configuration.bias == "none" else {
      throw refuse("trained biases (bias: \(configuration.bias)) are not supported.")
    }
    guard !configuration.fanInFanOut else {
      throw refuse("fan_in_fan_out is not supported: it belongs to GPT-2's layers.")
    }
    var ranks: [String: Int] = [:]
    for name in folder.tensors.names where name.hasSuffix(".lora_A.weight") {
      let shape = try folder.tensors.shape(of: name)
      guard shape.count == 2 else { throw refuse("\(name) has the shape \(shape), not two sides.") }
      ranks[String(name.dropFirst(Self.prefix.count).dropLast(".lora_A.weight".count))] = shape[0]
    }
    self.ranks = ranks
  }

  /// Number of logits of the saved head.
  public func outputs(_ family: EncoderFamily) throws(CheckpointError) -> Int {
    let name = family == .bert ? "classifier.bias" : "classifier.out_proj.bias"
    let found = try tensorName(name)
    return try folder.tensors.shape(of: found).first ?? 0
  }

  /// Adapters with the folder's factors, gates and scale as PEFT computes them, and its head.
  public func adapters(
    for configuration: EncoderConfiguration, head: ClassifierHead
  ) throws(CheckpointError) -> AdapterSet {
    let all = configuration.sites(Set(LinearKind.allCases))
    let sites = all.filter { ranks[$0.name] != nil }
    let known = Set(all.map(\.name))
    if let stranger = ranks.keys.sorted().first(where: { !known.contains($0) }) {
      throw CheckpointError(
        .unsupported,
        "\(folder.url.path) adapts \(stranger), which is none of the model's linear layers "
          + "(\(all.first?.name ?? "") …). Check that the adapter belongs to this model.")
    }
    let most = ranks.values.max() ?? 1
    let adapters = AdapterSet(
      sites: sites, rank: max(1, most), scale: 1, headCount: head.parameterCount)
    for index in sites.indices { try fill(index, adapters) }
    for tensor in head.tensors {
      let values = try read(try tensorName(tensor.name), tensor.shape)
      (adapters.parameters.base + adapters.head.lowerBound + tensor.offset)
        .update(from: values, count: values.count)
    }
    return adapters
  }

  private func fill(_ index: Int, _ adapters: AdapterSet) throws(CheckpointError) {
    let site = adapters.adapters[index].site
    let rank = ranks[site.name] ?? 0
    let name = "\(Self.prefix)\(site.name)"
    let a = try read("\(name).lora_A.weight", [rank, site.inputs])
    let b = try read("\(name).lora_B.weight", [site.outputs, rank])
    let up = adapters.up(index, in: adapters.parameters)
    let gates = adapters.gates(index, in: adapters.parameters)
    adapters.down(index, in: adapters.parameters).base.update(from: a, count: a.count)
    for slot in 0..<rank {
      gates[slot] = scale(of: site.name, rank: rank)
      for row in 0..<site.outputs { up[slot, row] = b[row * rank + slot] }
    }
  }

  /// PEFT's `alpha / rank`, or `alpha / sqrt(rank)` with `use_rslora`.
  private func scale(of name: String, rank: Int) -> Float {
    let configuration = folder.configuration
    // Of several that fit the most exact one.
    let key = configuration.alphaPattern.keys
      .filter { name == $0 || name.hasSuffix(".\($0)") }.max { $0.count < $1.count }
    let alpha = key.flatMap { configuration.alphaPattern[$0] } ?? configuration.alpha
    let divisor = configuration.usesRankStabilizedScale ? Double(rank).squareRoot() : Double(rank)
    return Float(alpha / divisor)
  }

  /// A head's tensor under the names that PEFT's versions have given it.
  private func tensorName(_ name: String) throws(CheckpointError) -> String {
    let inside = name.replacing("classifier.", with: "classifier.modules_to_save.default.")
    let candidates = [Self.prefix + name, Self.prefix + inside]
    guard let found = candidates.first(where: folder.tensors.contains) else {
      throw CheckpointError(
        .missingTensor,
        "\(folder.url.path) has no \(candidates[0]): the adapter was saved without its classifier. "
          + "Train it with task_type SEQ_CLS, or modules_to_save: [\"classifier\"].")
    }
    return found
  }

  private func read(_ name: String, _ shape: [Int]) throws(CheckpointError) -> [Float] {
    let found = try folder.tensors.shape(of: name)
    guard found == shape else {
      throw CheckpointError(
        .malformed,
        "\(folder.url.path): \(name) has the shape \(found), the model asks for \(shape). "
          + "Check that the adapter belongs to this model.")
    }
    return try folder.tensors.floats(name)
  }
}
