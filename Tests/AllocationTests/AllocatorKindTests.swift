import Allocation
import RunEvents
import Testing

@Suite struct AllocatorKindTests {
  @Test func `each method starts its adapters as published`() {
    let lora = AllocatorKind.lora.recipe
    #expect(lora.initialGate == 1 && !lora.trainsGate && !lora.weightDecayOnGate)
    #expect(lora.factorStart == .loraDefault)
    #expect([1, 4, 5].map(lora.startRank) == [1, 4, 5])
    #expect(lora.scale(alpha: 16, startRank: 8) == 2)

    let adalora = AllocatorKind.adalora.recipe
    #expect(adalora.initialGate == 0 && adalora.trainsGate)
    #expect(adalora.factorStart == .gaussian(standardDeviation: 0.02))
    #expect([1, 4, 5].map(adalora.startRank) == [2, 6, 8])
    #expect(adalora.scale(alpha: 12, startRank: 6) == 12 / (6 + 1e-5))

    let dora = AllocatorKind.dora.recipe
    #expect(dora.initialGate == 0 && dora.trainsGate && dora.weightDecayOnGate)
    #expect(dora.factorStart == .kaimingUniform(a: 0))
    #expect([1, 4, 5].map(dora.startRank) == [2, 6, 8])
    #expect(dora.scale(alpha: 12, startRank: 6) == 2)

    let sora = AllocatorKind.sora.recipe
    #expect(sora.initialGate == 0 && sora.gateDeviation == 1)
    #expect(sora.trainsGate && !sora.weightDecayOnGate)
    #expect(sora.factorStart == .loraDefault)
    #expect([1, 4, 5].map(sora.startRank) == [2, 6, 8])

    let bayesian = AllocatorKind.bayesian.recipe
    #expect(bayesian.optimizer == .ivon && adalora.optimizer == .adamW)
    #expect(bayesian.factorStart == adalora.factorStart && bayesian.initialGate == 0)

    let incre = AllocatorKind.incre.recipe
    #expect([1, 4, 8].map(incre.startRank) == [1, 1, 1])
    #expect(incre.capacity(for: 1, rank: 8) == 24 && dora.capacity(for: 6, rank: 4) == 6)
    #expect(incre.scale(alpha: 32, startRank: 1, rank: 8) == 32 / (8 + 1e-5))
  }

  @Test func `every name makes its allocator`() throws {
    let layout = ComponentLayout(capacities: [6, 6])
    for kind in AllocatorKind.allCases {
      let name = kind.rawValue
      var options = AllocatorOptions()
      options.rank = 6
      let allocator = try Allocators.make(
        name: name, layout: layout, options: options, totalSteps: 100)
      #expect(allocator.name == name && allocator.plan.allocator == name)
      #expect(allocator.alive == [Bool](repeating: true, count: 12))
      #expect(allocator.importance.isEmpty && allocator.excluded.isEmpty)
      #expect(!kind.summary.isEmpty)
    }
  }

  /// What a run of 100 steps over 3 modules of 6 slots refuses.
  @Test(arguments: [
    Refusal(
      "galora",
      "no allocator is called 'galora': choose one of lora, adalora, dora, alora, diffora, sora, "
        + "bayesian, incre"
    ) { _ in },
    Refusal("dora", "--budget 0: choose 1 ... 18 components") { $0.targetBudget = 0 },
    Refusal(
      "adalora",
      "--budget 19 is more than the 18 components the run starts with: lower --budget or raise "
        + "--rank"
    ) { $0.targetBudget = 19 },
    Refusal(
      "lora",
      "lora prunes nothing, so --budget 12 cannot be reached from 18 components: leave --budget "
        + "out, set --rank, or choose another --allocator"
    ) { $0.targetBudget = 12 },
    Refusal(
      "adalora",
      "a warm-up of 60 and a final phase of 40 leave no step of 100 for the budget: lower "
        + "--warmup or --final, or train longer"
    ) {
      $0.warmup = .steps(60)
      $0.final = .steps(40)
    },
    Refusal(
      "dora",
      "a warm-up of 15 and a final phase of 90 leave no step of 100 for the budget: lower "
        + "--warmup or --final, or train longer"
    ) { $0.final = .fraction(0.9) },
    Refusal(
      "dora",
      "--interval 36 is longer than the budget phase of 35 steps: lower --interval, --warmup or "
        + "--final"
    ) { $0.interval = 36 },
    Refusal("adalora", "--interval 0: choose 1 or more steps") { $0.interval = 0 },
    Refusal("lora", "--rank 0: choose 1 or more") { $0.rank = 0 },
    Refusal("dora", "--warmup 1.5: choose a share in 0 ..< 1 or a number of steps") {
      $0.warmup = .fraction(1.5)
    },
    Refusal("dora", "--final -1: choose a share in 0 ..< 1 or a number of steps") {
      $0.final = .steps(-1)
    },
    Refusal("adalora", "beta2 1.0: choose 0 ..< 1") { $0.beta2 = 1 },
    Refusal("dora", "smoothing nan: choose 0 ..< 1") { $0.smoothing = .nan },
    Refusal("dora", "epsilon 0.0: choose a positive number") { $0.epsilon = 0 },
    Refusal(
      "alora", "rounds 9.223372036854776e+18: choose a whole number from 1 on, at most 1000000000"
    ) { $0.values["rounds"] = 9.223372036854776e18 },
    Refusal(
      "dora",
      "--warmup 9223372036854775807: choose a share in 0 ..< 1 or a number of steps"
    ) { $0.warmup = .steps(.max) },
    Refusal("adalora", "orthogonality weight -1.0: choose 0 or more") {
      $0.orthogonalityWeight = -1
    },
  ])
  func `a schedule that cannot be is refused in words`(refusal: Refusal) throws {
    var options = AllocatorOptions()
    options.rank = 4
    refusal.change(&options)
    let error = #expect(throws: AllocationError.self) {
      try Allocators.make(
        name: refusal.name, layout: ComponentLayout(capacities: [6, 6, 6]), options: options,
        totalSteps: 100)
    }
    #expect(error?.description == refusal.text)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var change: @Sendable (inout AllocatorOptions) -> Void

    init(
      _ name: String, _ text: String, change: @escaping @Sendable (inout AllocatorOptions) -> Void
    ) {
      self.name = name
      self.text = text
      self.change = change
    }

    var testDescription: String { text }
  }
}
