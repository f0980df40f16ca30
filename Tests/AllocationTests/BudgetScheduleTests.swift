import Allocation
import RunEvents
import Testing

@Suite struct BudgetScheduleTests {
  private let layout = ComponentLayout(capacities: [Int](repeating: 12, count: 100))

  private func schedule(_ shape: BudgetSchedule.Shape) throws -> BudgetSchedule {
    try BudgetSchedule(
      fitting: shape, start: RunStart(layout: layout, totalSteps: 1000), options: .init())
  }

  // Both tables: 1200 -> 800 components in 1000 steps, warm-up 15 %, final 50 %, by the published code.

  @Test(
    arguments: zip(
      [0, 1, 150, 151, 160, 200, 250, 300, 350, 400, 450, 490, 499, 500, 501, 1000],
      [1200, 1200, 1200, 1196, 1166, 1051, 945, 874, 831, 809, 801, 800, 800, 800, 800, 800]))
  func `the front shape falls like AdaLoRA's`(step: Int, budget: Int) throws {
    #expect(try schedule(.front).budget(at: step) == budget)
  }

  @Test(
    arguments: zip(
      [0, 1, 149, 150, 160, 200, 250, 300, 350, 400, 450, 490, 499, 500, 501, 1000],
      [1200, 1200, 1200, 1199, 1199, 1199, 1191, 1169, 1126, 1055, 949, 834, 804, 800, 800, 800]))
  func `the back shape falls like DoRA's`(step: Int, budget: Int) throws {
    #expect(try schedule(.back).budget(at: step) == budget)
  }

  @Test func `the front shape decides on multiples of the interval after the warm-up`() {
    let schedule = BudgetSchedule(
      shape: .front, warmupEnd: 5, budgetEnd: 30, interval: 4, initial: 48, target: 24)
    #expect((0...40).filter(schedule.isDecision) == [8, 12, 16, 20, 24, 28, 30])
    #expect(schedule.nextOnGrid(after: 0) == 8)
    #expect(schedule.nextOnGrid(after: 8) == 12)
    #expect(schedule.nextOnGrid(after: 33) == 36)
  }

  @Test func `the back shape decides from the warm-up's end on`() {
    let schedule = BudgetSchedule(
      shape: .back, warmupEnd: 5, budgetEnd: 18, interval: 4, initial: 48, target: 24)
    #expect((0...40).filter(schedule.isDecision) == [5, 9, 13, 17, 18])
    #expect(schedule.nextOnGrid(after: 0) == 5)
    #expect(schedule.nextOnGrid(after: 5) == 9)
    #expect(schedule.nextOnGrid(after: 19) == 21)
  }

  @Test func `a fractional warm-up begins at the next whole step`() throws {
    // 684 steps: t_s = 102.6, a window of int(684 * 0.35) = 239 steps.
    let start = RunStart(layout: ComponentLayout(capacities: [216]), totalSteps: 684)
    var options = AllocatorOptions()
    options.targetBudget = 144
    let back = try BudgetSchedule(fitting: .back, start: start, options: options)
    #expect((back.warmupEnd, back.budgetEnd) == (103, 342))
    #expect([102, 103, 200, 300, 341, 342].map(back.budget) == [216, 215, 212, 176, 145, 144])
    let front = try BudgetSchedule(fitting: .front, start: start, options: options)
    #expect((front.warmupEnd, front.budgetEnd) == (103, 342))
    #expect([103, 104, 110, 200, 300].map(front.budget) == [216, 215, 209, 159, 144])
  }

  @Test func `rounding dust does not shift the window`() throws {
    var options = AllocatorOptions()
    options.warmup = .fraction(0.07)  // times 100 in floating point: 7.000000000000001
    options.final = .fraction(0.28)
    let start = RunStart(layout: layout, totalSteps: 100)
    let schedule = try BudgetSchedule(fitting: .back, start: start, options: options)
    #expect((schedule.warmupEnd, schedule.budgetEnd) == (7, 72))
  }

  @Test(arguments: [BudgetSchedule.Shape.front, .back], [1, 2, 10, 97])
  func `the budget never rises and ends at the target`(
    shape: BudgetSchedule.Shape, window: Int
  ) {
    for (initial, target) in [(216, 144), (5, 1), (7, 7), (35840, 20)] {
      let schedule = BudgetSchedule(
        shape: shape, warmupEnd: 10, budgetEnd: 10 + window, interval: 1, initial: initial,
        target: target)
      let budgets = (0...(12 + window)).map(schedule.budget)
      #expect(zip(budgets, budgets.dropFirst()).allSatisfy { $0 >= $1 })
      #expect(budgets.first == initial && budgets.last == target)
      #expect(budgets[10 + window] == target)
    }
  }

  @Test(arguments: [BudgetSchedule.Shape.front, .back])
  func `a target above the initial budget makes the curve rise`(shape: BudgetSchedule.Shape) {
    let schedule = BudgetSchedule(
      shape: shape, warmupEnd: 10, budgetEnd: 50, interval: 5, initial: 100, target: 160)
    let budgets = (0...60).map(schedule.budget)
    #expect(zip(budgets, budgets.dropFirst()).allSatisfy { $0 <= $1 })
    #expect((budgets[0], budgets[50], budgets[60]) == (100, 160, 160))
  }

  @Test func `without an interval a short window still has ten decisions`() throws {
    for (steps, interval) in [(1000, 10), (200, 7), (10, 1)] {
      let start = RunStart(layout: layout, totalSteps: steps)
      let schedule = try BudgetSchedule(fitting: .front, start: start, options: .init())
      #expect(schedule.interval == interval)
    }
  }

  @Test func `numbers of steps keep their share after a live switch`() throws {
    var options = AllocatorOptions()
    options.warmup = .steps(100)
    options.final = .steps(500)
    let alive = (0..<1200).map { $0 < 900 }
    let start = RunStart(layout: layout, totalSteps: 1000, startStep: 600, alive: alive)
    let schedule = try BudgetSchedule(fitting: .front, start: start, options: options)
    #expect((schedule.warmupEnd, schedule.budgetEnd) == (640, 800))
    #expect((schedule.initial, schedule.target) == (900, 800))
  }

  @Test(arguments: [
    ("15%", PhaseLength.fraction(0.15)), ("0.15", .fraction(0.15)), ("0", .steps(0)),
    ("100", .steps(100)), ("0.0", .fraction(0)), ("1", .steps(1)), ("1.0", nil), ("-3", nil),
    ("100%", nil), ("nan", nil), ("", nil), ("ten", nil),
  ])
  func `a phase length is read as a share or as steps`(text: String, expected: PhaseLength?) {
    #expect(PhaseLength(text) == expected)
  }
}
