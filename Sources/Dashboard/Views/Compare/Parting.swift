import RunEvents

/// Where two runs part, and how far they are apart from there on.
///
/// Runs are compared where both decided at the same step; a run that decides more often or elsewhere
/// differs by its schedule, which is told apart from what is decided. Where the schedules share no step,
/// ranks are compared after every decision of either run.
public struct Parting: Sendable, Hashable {
  /// One module that differs.
  public struct Module: Sendable, Hashable {
    /// Its short name.
    public var label: String
    /// Its ranks in the two runs.
    public var ranks: [Int]
    /// Slots that are alive in one of the two only.
    public var slots: Int
  }

  /// How the runs stand after a step at which they are compared.
  public struct Stage: Sendable, Hashable {
    /// The step.
    public var step: Int
    /// Numbers of the decisions at this step; nil for a run without one.
    public var numbers: [Int?]
    /// Modules that differ.
    public var modules: Int
    /// Sum of the differences of ranks, without their signs.
    public var ranks: Int
    /// Slots that are alive in one run only.
    public var slots: Int
  }

  /// Steps at which the runs decide, as far as both go.
  public struct Schedules: Sendable, Hashable {
    /// Steps at which both decide, only the first one, only the second one.
    public var both = 0, onlyFirst = 0, onlySecond = 0

    /// Whether both decide at the same steps.
    public var areAlike: Bool { onlyFirst + onlySecond == 0 }
  }

  /// Why there is nothing to tell, or what is.
  public enum Outcome: Sendable, Hashable {
    /// No module is in both runs.
    case nothingInCommon
    /// They have different components alive before any decision.
    case different
    /// No difference where they are compared, up to this step, the last that both reach.
    case together(through: Int)
    /// They part at the first of the stages.
    case apart
  }

  /// What came out.
  public var outcome: Outcome
  /// When the runs decide.
  public var schedules = Schedules()
  /// The parting and the steps after it at which they are compared, a few.
  public var stages: [Stage] = []
  /// The modules that differ at the parting.
  public var modules: [Module] = []
  /// The first step at which ranks differ, the parting or a later one; nil where they never do.
  public var rankStep: Int?
  /// The modules whose ranks differ there.
  public var rankModules: [Module] = []
  /// The first step at which ranks differ, also where only one run decided; nil where they never do.
  public var unlikeStep: Int?

  /// Most stages told.
  static let stageCapacity = 8

  /// Compares two runs decision by decision.
  ///
  /// - Complexity: O(components + changed components).
  public init(_ a: ComparedRun, _ b: ComparedRun) {
    let pairs = ModulePairs(a.state.manifest?.modules ?? [], b.state.manifest?.modules ?? [])
    guard pairs.common > 0 else {
      outcome = .nothingInCommon
      return
    }
    let end = min(a.state.history.lastStep, b.state.history.lastStep)
    outcome = .together(through: end)
    schedules = Schedules(a.decisions, b.decisions, through: end)
    var walk = PartingWalk(a, b, pairs)
    look(at: walk, step: 0, numbers: [nil, nil])
    if !stages.isEmpty { outcome = .different }
    unlikeStep = rankStep
    var (i, j) = (0, 0)
    while i < a.decisions.count || j < b.decisions.count {
      let next = [
        i < a.decisions.count ? a.decisions[i].step : .max,
        j < b.decisions.count ? b.decisions[j].step : .max,
      ].min()!
      if next > end || (stages.count >= Self.stageCapacity && rankStep != nil) { break }
      var numbers: [Int?] = [nil, nil]
      while i < a.decisions.count, a.decisions[i].step <= next {
        walk.apply(a.decisions[i], side: 0)
        numbers[0] = a.decisions[i].number
        i += 1
      }
      while j < b.decisions.count, b.decisions[j].step <= next {
        walk.apply(b.decisions[j], side: 1)
        numbers[1] = b.decisions[j].number
        j += 1
      }
      walk.settle()
      if unlikeStep == nil, walk.hasOtherRanks { unlikeStep = next }
      if schedules.both > 0 && numbers.contains(nil) { continue }
      look(at: walk, step: next, numbers: numbers)
    }
  }

  /// Takes down how the runs stand at a step at which they are compared.
  private mutating func look(at walk: PartingWalk, step: Int, numbers: [Int?]) {
    if stages.isEmpty {
      guard walk.differing > 0 else { return }
      outcome = .apart
      modules = walk.modules
    }
    if rankStep == nil, walk.hasOtherRanks {
      rankStep = step
      rankModules = walk.modules.filter { $0.ranks[0] != $0.ranks[1] }
    }
    if stages.count < Self.stageCapacity {
      stages.append(walk.stage(step: step, numbers: numbers))
    }
  }
}

extension Parting.Schedules {
  /// Counts the steps at which one run or both decide, up to a step.
  init(_ a: [DecisionOutline], _ b: [DecisionOutline], through end: Int) {
    func steps(_ decisions: [DecisionOutline]) -> Set<Int> {
      Set(decisions.lazy.map(\.step).filter { $0 <= end })
    }
    let (first, second) = (steps(a), steps(b))
    both = first.intersection(second).count
    onlyFirst = first.count - both
    onlySecond = second.count - both
  }
}

/// The components of two runs as their decisions change them.
private struct PartingWalk {
  private let pairs: ModulePairs
  private let layouts: [ComponentLayout]
  private var alive: [[Bool]]
  private var touched: Set<Int> = []
  /// Slots that differ, a pair.
  private var slots: [Int]
  private var ranks: [[Int]]
  /// Pairs whose ranks differ.
  private var unlike = 0

  init(_ a: ComparedRun, _ b: ComparedRun, _ pairs: ModulePairs) {
    self.pairs = pairs
    layouts = [a, b].map { $0.state.grid.layout }
    alive = zip([a, b], layouts).map { run, layout in
      // A damaged mask counts as nothing alive.
      run.startAlive.count == layout.count
        ? run.startAlive : Array(repeating: false, count: layout.count)
    }
    slots = Array(repeating: 0, count: pairs.pairs.count)
    ranks = Array(repeating: [0, 0], count: pairs.pairs.count)
    touched = Set(pairs.pairs.indices)
    settle()
  }

  mutating func apply(_ decision: DecisionOutline, side: Int) {
    let layout = layouts[side]
    for (ids, isAlive) in [(decision.pruned, false), (decision.grown, true)] {
      for id in ids where (0..<layout.moduleCount).contains(id.module) {
        guard layout.range(of: id.module).contains(layout.index(of: id)), id.slot >= 0 else {
          continue
        }
        alive[side][layout.index(of: id)] = isAlive
        touched.insert(side == 0 ? pairs.ofFirst[id.module] : pairs.ofSecond[id.module])
      }
    }
  }

  /// Compares the modules that have changed.
  mutating func settle() {
    for index in touched {
      guard let a = pairs.pairs[index].first, let b = pairs.pairs[index].second,
        a < layouts[0].moduleCount, b < layouts[1].moduleCount
      else { continue }
      let (first, second) = (alive[0][layouts[0].range(of: a)], alive[1][layouts[1].range(of: b)])
      var count = 0
      for slot in 0..<max(first.count, second.count) {
        let here = slot < first.count && first[first.startIndex + slot]
        let there = slot < second.count && second[second.startIndex + slot]
        if here != there { count += 1 }
      }
      slots[index] = count
      if ranks[index][0] != ranks[index][1] { unlike -= 1 }
      ranks[index] = [first.count { $0 }, second.count { $0 }]
      if ranks[index][0] != ranks[index][1] { unlike += 1 }
    }
    touched = []
  }

  var differing: Int { slots.count { $0 > 0 } }

  var hasOtherRanks: Bool { unlike > 0 }

  var modules: [Parting.Module] {
    slots.indices.filter { slots[$0] > 0 }.map {
      Parting.Module(label: pairs.grid.label($0), ranks: ranks[$0], slots: slots[$0])
    }
  }

  func stage(step: Int, numbers: [Int?]) -> Parting.Stage {
    Parting.Stage(
      step: step, numbers: numbers, modules: differing,
      ranks: ranks.reduce(0) { $0 + abs($1[0] - $1[1]) }, slots: slots.reduce(0, +))
  }
}
