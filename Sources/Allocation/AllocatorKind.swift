import RunEvents

/// One of the allocators there are: its name, what it prescribes, how it is made.
///
/// Each allocator declares its kind in its own file and is registered in ``allCases``: nothing else
/// knows it by name.
public struct AllocatorKind: Sendable {
  /// Name on the command line and in the run file.
  public let rawValue: String
  /// What it does, in a few words for a person.
  public let summary: String
  /// What it prescribes for the adapters at the start of a run.
  public let recipe: AdapterRecipe
  /// Its own parameters.
  public let parameters: [AllocatorParameter]
  /// Peak learning rate where none is given: our choice, from runs on held-out parts of training sets.
  public let defaultRate: Float
  /// Peak learning rate in the embedded demonstration: our choice too.
  public let demonstrationRate: Float
  /// Alpha where none is given, for a mean rank.
  public let defaultAlpha: @Sendable (_ rank: Int) -> Float
  /// Share of the run before the first decision where nothing is set; DoRA's for most.
  public let warmup: PhaseLength
  /// Share of the run after the last decision where nothing is set; DoRA's for most.
  public let final: PhaseLength
  /// Parameter that says which share of the start rank is left at the end; nil for a fixed one.
  public let startShare: AllocatorParameter?
  /// The allocator itself.
  public let type: any Allocator.Type

  /// Declares an allocator.
  ///
  /// By default alpha is four ranks (our choice), and a run divides as DoRA's: 15 % before the first
  /// decision, near AdaLoRA's published runs too, and 50 % after the last one.
  public init(
    _ name: String, summary: String, recipe: AdapterRecipe, parameters: [AllocatorParameter] = [],
    defaultRate: Float, demonstrationRate: Float = 1e-2,
    defaultAlpha: @escaping @Sendable (Int) -> Float = { Float(4 * $0) },
    warmup: PhaseLength = .fraction(0.15), final: PhaseLength = .fraction(0.5),
    startShare: AllocatorParameter? = nil, type: any Allocator.Type
  ) {
    rawValue = name
    self.summary = summary
    self.recipe = recipe
    self.parameters = parameters
    self.defaultRate = defaultRate
    self.demonstrationRate = demonstrationRate
    self.defaultAlpha = defaultAlpha
    self.warmup = warmup
    self.final = final
    self.startShare = startShare
    self.type = type
  }

  /// Rank of a module at the start.
  public func startRank(for options: AllocatorOptions) -> Int {
    if let rank = options.initialRank { return rank }
    guard let startShare else { return recipe.startRank(for: options.rank) }
    let dust = 1e-9  // so that 7 / 0.7 is 10, not 11
    return max(1, Int((Double(options.rank) / options[startShare] - dust).rounded(.up)))
  }

  /// Finds an allocator by its name, or nil.
  public init?(rawValue: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  /// Finds an allocator by its name.
  ///
  /// - Throws: ``AllocationError/unknownAllocator(_:)``, whose text lists the names.
  public init(named name: String) throws(AllocationError) {
    guard let kind = Self(rawValue: name) else { throw .unknownAllocator(name) }
    self = kind
  }
}

extension AllocatorKind: Hashable, CaseIterable, CustomStringConvertible {
  /// The register: every allocator, in the order in which menus show them.
  public static let allCases: [AllocatorKind] = [
    .lora, .adalora, .dora, .alora, .diffora, .sora, .bayesian, .incre,
  ]

  /// By name.
  public static func == (a: Self, b: Self) -> Bool { a.rawValue == b.rawValue }
  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
  /// The name.
  public var description: String { rawValue }

  /// Kinds that declare a parameter of this name.
  public static func owning(parameter name: String) -> [AllocatorKind] {
    allCases.filter { $0.parameters.contains { $0.name == name } }
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
  ///   - name: Name of an ``AllocatorKind``.
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
    try make(
      name: name,
      start: RunStart(
        layout: layout, totalSteps: totalSteps, startStep: startStep, alive: alive),
      options: options)
  }

  /// Makes the allocator that takes over at a start; see
  /// ``make(name:layout:options:totalSteps:startStep:alive:)``.
  public static func make(
    name: String, start: RunStart, options: AllocatorOptions
  ) throws(AllocationError) -> any Allocator {
    try AllocatorKind(named: name).type.init(start: start, options: options)
  }
}
