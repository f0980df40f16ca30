import RunEvents

extension SyntheticRun {
  /// The manifest: modules named and shaped like those of a decoder with gated feed-forward layers.
  static func manifest(
    _ specification: SyntheticSpecification, name: String, startedAt: Double
  ) -> Manifest {
    let (hidden, inner) = (4096, 11_008)
    let kinds = [
      ("q", "self_attn.q_proj", hidden, hidden), ("k", "self_attn.k_proj", hidden, hidden),
      ("v", "self_attn.v_proj", hidden, hidden), ("o", "self_attn.o_proj", hidden, hidden),
      ("gate", "mlp.gate_proj", hidden, inner), ("up", "mlp.up_proj", hidden, inner),
      ("down", "mlp.down_proj", inner, hidden),
    ]
    let modules = (0..<specification.modules).map { index in
      let (layer, kind) = (index / specification.kinds, index % specification.kinds)
      let (short, long, inputs, outputs) =
        kind < kinds.count ? kinds[kind] : ("x\(kind)", "extra_\(kind)", hidden, hidden)
      return AdaptedModule(
        name: "model.layers.\(layer).\(long)", layer: layer, kind: short, inputs: inputs,
        outputs: outputs, capacity: specification.slots)
    }
    let slots = specification.modules * specification.slots
    return Manifest(
      name: name, model: "synthetic", architecture: "decoder", task: "synthetic",
      data: ["train": "made up"], labels: [], mainMetric: "accuracy", allocator: "adalora",
      hyperparameters: [
        "layers": "\(specification.layers)", "kinds": "\(specification.kinds)",
        "slots": "\(specification.slots)", "decisions": "\(specification.decisions)",
        "statistics": "\(specification.statistics)", "official-ties": "false",
      ],
      seed: specification.seed, totalSteps: specification.steps,
      stepsPerEpoch: max(1, specification.steps / 3), initialBudget: slots,
      targetBudget: max(1, slots / 2), modules: modules, plantedRanks: nil,
      environment: ["ranktop": Version.text, "host": "nowhere"], startedAt: startedAt)
  }
}
