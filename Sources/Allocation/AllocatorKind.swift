import RunEvents

/// The allocators there are; the raw value is the name on the command line and in the run file.
public enum AllocatorKind: String, Sendable, Hashable, CaseIterable {
  /// Fixed rank.
  case lora
  /// Gradient sensitivity, budget falling fast at first (Zhang et al. 2023).
  case adalora
  /// Share of the update's norm, budget falling fast at last (Mao et al. 2024).
  case dora

  /// Finds an allocator by its name.
  ///
  /// - Throws: ``AllocationError/unknownAllocator(_:)``, whose text lists the names.
  public init(named name: String) throws(AllocationError) {
    guard let kind = Self(rawValue: name) else { throw .unknownAllocator(name) }
    self = kind
  }

  /// What it does, in a few words for a person.
  public var summary: String {
    switch self {
    case .lora: "fixed rank in every module (LoRA)"
    case .adalora: "prunes by gradient sensitivity, most at first (AdaLoRA)"
    case .dora: "prunes by share of the update's norm, most at last (DoRA)"
    }
  }

  /// What it prescribes for the adapters at the start of a run.
  ///
  /// Sources: PEFT's `LoraLayer` and `AdaLoraLayer`; the code of Mao et al., arXiv:2405.17357.
  public var recipe: AdapterRecipe {
    switch self {
    case .lora:
      AdapterRecipe(
        initialGate: 1, trainsGate: false, weightDecayOnGate: false, factorStart: .loraDefault,
        startRankFactor: 1, scaleOffset: 0)
    case .adalora:
      AdapterRecipe(
        initialGate: 0, trainsGate: true, weightDecayOnGate: true,
        factorStart: .gaussian(standardDeviation: 0.02), startRankFactor: 1.5, scaleOffset: 1e-5)
    case .dora:
      AdapterRecipe(
        initialGate: 0, trainsGate: true, weightDecayOnGate: true,
        factorStart: .kaimingUniform(a: 0), startRankFactor: 1.5, scaleOffset: 0)
    }
  }
}

/// Makes allocators by name.
public enum Allocators {
  /// Makes the allocator for a run, or for the rest of one.
  ///
  /// In mid-run (a live switch) the schedule runs over the remaining steps with the same shares, the
  /// initial budget is what is alive, and importance starts empty: all three are our choice, for no
  /// paper switches. Components that are dead at the switch are no candidates and are held at 0
  /// (``Allocator/excluded``) until a target exceeds what was alive.
  ///
  /// - Parameters:
  ///   - name: One of ``AllocatorKind``'s raw values.
  ///   - layout: Component slots of the network.
  ///   - options: What a person set.
  ///   - totalSteps: Optimiser steps of the whole run.
  ///   - startStep: Last step finished; 0 at the start of a run.
  ///   - alive: Components alive now, flat; nil at the start of a run, when every slot is.
  /// - Throws: ``AllocationError`` when there is no such name or the schedule does not fit.
  public static func make(
    name: String, layout: ComponentLayout, options: AllocatorOptions, totalSteps: Int,
    startStep: Int = 0, alive: [Bool]? = nil
  ) throws(AllocationError) -> any Allocator {
    let kind = try AllocatorKind(named: name)
    let start = RunStart(
      layout: layout, totalSteps: totalSteps, startStep: startStep, alive: alive)
    switch kind {
    case .lora: return try LoRAAllocator(start: start, options: options)
    case .adalora: return try AdaLoRAAllocator(start: start, options: options)
    case .dora: return try DoRAAllocator(start: start, options: options)
    }
  }
}
