import Allocation
import LanguageModels
import RunEvents
import TestSupport
import Tensors
import Testing
import Training

/// Runs of DiffoRA: search, selection, what becomes of the gates.
@Suite(.timeLimit(.minutes(1))) struct ModuleSearchTests {
  /// 12 modules of 4 slots, half of which stay; theta moves after steps 5 and 10, the search ends at 12.
  private func run(
    stopAfter: Int = 40, rate: Float = 1e-2, _ change: (inout AllocatorOptions) -> Void = { _ in }
  ) throws -> (events: [RunEvent], adapters: AdapterSet) {
    let learner = ToyLearner(rank: 4)
    learner.adapters.start(AllocatorKind.diffora.recipe, seed: 1)
    var generator = SeededGenerator(seed: 3)
    for index in learner.adapters.adapters.indices {
      let up = learner.adapters.up(index, in: learner.adapters.parameters)
      for entry in 0..<(up.rows * up.columns) { up.base[entry] = 0.1 * generator.normal() }
    }
    var options = AllocatorOptions()
    options.rank = 2
    options.warmup = .steps(12)
    options.final = .steps(28)
    options[.outerInterval] = 5
    options[.thetaRate] = 0.3
    change(&options)
    let script = RunScript([.init(after: stopAfter, ask: .stop)])
    _ = try script.train(learner, .diffora, steps: 40, rate: rate, allocation: options)
    learner.adapters.refreshCoefficients()
    return (script.events, learner.adapters)
  }

  private func gates(_ events: [RunEvent]) -> [ModuleGates] {
    events.compactMap { if case .gates(let gates) = $0 { gates } else { nil } }
  }

  @Test func `the search relaxes, one decision selects, its gates are published as 0 and 1`() throws
  {
    let (events, adapters) = try run()
    let gates = gates(events)
    #expect(gates.map(\.step) == [5, 10, 12, 15, 20, 25, 30, 35, 40])
    for moment in gates.prefix(2) {
      #expect(!moment.isBinary && moment.gates.allSatisfy { $0 > 0 && $0 < 1 && $0 != 0.5 })
    }
    let decision = try #require(events.decisions.first)
    #expect(events.decisions.count == 1 && decision.step == 12 && decision.isFinal)
    #expect(decision.alive.count { $0 } == 24 && decision.pruned.count == 24)
    let selected = (0..<12).map { decision.alive[$0 * 4] }
    for moment in gates.dropFirst(2) {
      #expect(moment.isBinary && moment.gates == selected.map { $0 ? 1 : 0 })
    }
    // The three highest of each layer of six, and nothing of the others is left open.
    for layer in [0..<6, 6..<12] {
      let ranked = layer.sorted { gates[1].gates[$0] > gates[1].gates[$1] }
      #expect(Set(layer.filter { selected[$0] }) == Set(ranked.prefix(3)))
    }
    #expect(adapters.openGates == decision.alive)
    #expect(decision.reason.contains("6 of 12 modules selected by theta, the best of each layer"))
    #expect(events.steps.last?.alive == 24 && events.steps.last?.budget == 24)
    #expect(events.plans.first?.phases.map(\.name) == ["search", "final"])
  }

  /// No weight moves at rate 0, so the gates alone could change the function.
  @Test func `fold keeps the selected modules' function bit for bit, snap sets their gates to 1`()
    throws
  {
    let before = try run(stopAfter: 11, rate: 0).adapters
    let (events, folded) = try run(stopAfter: 12, rate: 0)
    let alive = try #require(events.decisions.first?.alive)
    let old = before.coefficients.array
    #expect(old.allSatisfy { $0 != 0 && $0 != 0.5 && $0 != 1 })
    for (index, coefficient) in folded.coefficients.array.enumerated() {
      #expect(coefficient == (alive[index] ? old[index] : 0))
    }
    let snapped = try run(stopAfter: 12, rate: 0) { $0[.inherit] = 1 }.adapters
    for (index, coefficient) in snapped.coefficients.array.enumerated() {
      #expect(coefficient == (alive[index] ? 1 : 0))
    }
  }

  @Test(arguments: [0, 1]) func `second order and softmax run and repeat`(order: Int) throws {
    let change = { (options: inout AllocatorOptions) in
      options[.order] = Double(order)
      options[.relaxation] = 1
    }
    let (first, second) = (try run(change), try run(change))
    #expect(first.events.withoutTimes == second.events.withoutTimes)
    #expect(first.adapters.parameters.array == second.adapters.parameters.array)
    for moment in gates(first.events).prefix(2) {
      let sum = moment.gates[..<6].reduce(0, +)
      #expect(abs(sum - 6) < 1e-5 && !moment.isBinary)
    }
  }

  @Test func `the orders of the outer gradient differ in the search and nowhere before`() throws {
    let first = gates(try run { $0[.thetaRate] = 0.01 }.events)
    let second = gates(
      try run {
        $0[.thetaRate] = 0.01
        $0[.order] = 1
      }.events)
    // Adam's first step is hardly more than the gradient's sign.
    #expect(zip(first[0].gates, second[0].gates).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(first[1].gates != second[1].gates)
  }

  @Test func `a switch away in the search folds the gates in`() throws {
    let learner = ToyLearner(rank: 4)
    learner.adapters.start(AllocatorKind.diffora.recipe, seed: 1)
    var options = AllocatorOptions()
    options.rank = 2
    let script = RunScript([.init(after: 9, ask: .allocator("lora"))])
    _ = try script.train(learner, .diffora, steps: 30, allocation: options)
    #expect(learner.adapters.moduleGates.allSatisfy { $0 == 1 })
    for index in 0..<12 {
      #expect(learner.adapters.gateValues(index).allSatisfy { $0 > 0.4 && $0 < 0.6 && $0 != 0.5 })
    }
  }
}

/// What of the training data the search keeps for validation.
@Suite struct ValidationSplitTests {
  @Test(arguments: [(4, 0.5), (7, 0.3), (40, 0.3), (1000, 0.1), (1000, 0.77)])
  func `a split is complete, disjoint, of its share, and the seed's`(count: Int, share: Double) {
    let split = ValidationSplit(count: count, share: share, seed: 3)
    #expect(split.validation.count == Int((Double(count) * share).rounded()))
    #expect((split.training + split.validation).sorted() == Array(0..<count))
    #expect(split == ValidationSplit(count: count, share: share, seed: 3))
    if count >= 40 { #expect(split != ValidationSplit(count: count, share: share, seed: 4)) }
  }

  @Test(arguments: [(3, 0.5), (2, 0.5), (10, 0.1), (10, 0.9), (100, 1)])
  func `a side of less than two is refused in words`(count: Int, share: Double) throws {
    let refusal = try #require(ValidationSplit.refusal(count: count, share: share))
    #expect(refusal.contains("the \(count) training examples") && refusal.contains("validation"))
  }

  @Test func `a run is checked before it exists`() throws {
    let modules = SmallAdapters.make(rank: 4).modules()
    func check(_ kind: AllocatorKind, switching: String? = nil, examples: Int?) throws {
      let script = switching.map {
        [ScriptedIntervention(step: 5, intervention: .allocator($0), author: "test")]
      }
      try TrainingRun.check(
        kind: kind, modules: modules,
        options: TrainingOptions(
          totalSteps: 40, stepsPerEpoch: 40, rate: 1, headRate: 1, evaluationInterval: 10,
          threads: 1, seed: 1),
        allocatorOptions: AllocatorOptions(), script: script ?? [], examples: examples)
    }
    try check(.diffora, examples: nil)
    try check(.diffora, examples: 6)
    try check(.lora, examples: 1)
    #expect(throws: AllocationError.self) { try check(.diffora, examples: 3) }
    #expect(throws: AllocationError.self) { try check(.lora, switching: "diffora", examples: 3) }
  }

  /// Every example has a length of its own, so the tokens of a batch of one tell which it is.
  @Test func `batches of the search never meet those of validation, and the rest has all`() throws {
    try OpenBLAS.open()
    let checkpoint = try ClassifierCheckpoint(
      ModelFolder(contentsOf: Golden.shipped.appendingPathComponent("models/bert")))
    let head = try checkpoint.head(outputs: 2)
    let adapters = AdapterSet(
      sites: checkpoint.configuration.sites([.query]), rank: 1, scale: 1,
      headCount: head.parameterCount)
    var (ids, offsets): ([Int32], [Int]) = ([], [0])
    for length in 3..<13 {
      ids += [Int32](repeating: 7, count: length)
      offsets.append(ids.count)
    }
    let data = EncodedDataset(
      ids: ids, typeIDs: ids.map { _ in 0 }, offsets: offsets,
      labels: .classes((0..<10).map { $0 % 2 }))
    let learner = ClassifierLearner(
      model: ClassifierModel(encoder: try checkpoint.encoder(adapters), head: head), train: data,
      evaluation: nil, order: BatchOrder(count: 10, batchSize: 1, seed: 1), seed: 1, threads: 1)
    let all = Set(3..<13)
    #expect(Set((1...10).map { learner.prepare(step: $0, workers: 1) }) == all)

    #expect(learner.holdOut(0.3) == nil)
    let training = Set((1...14).map { learner.prepare(step: $0, workers: 1) })
    let validation = Set((1...6).map { learner.prepareValidation(step: $0, workers: 1) })
    let split = ValidationSplit(count: 10, share: 0.3, seed: 1)
    #expect(training == Set(split.training.map { $0 + 3 }))
    #expect(validation == Set(split.validation.map { $0 + 3 }))

    #expect(learner.holdOut(0.05)?.contains("validation 0.05") == true)
    #expect(Set((1...7).map { learner.prepare(step: $0, workers: 1) }) == training)
    #expect(learner.holdOut(0) == nil)
    #expect(Set((1...10).map { learner.prepare(step: $0, workers: 1) }) == all)
  }
}
