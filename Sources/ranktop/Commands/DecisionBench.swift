import Allocation
import Foundation
import RunEvents
import Tensors

/// Times decisions at the size of a large model: 80 layers of 7 modules with 64 slots each.
struct DecisionBench {
  /// Figures of one allocator.
  struct Figures: Encodable {
    var allocator: String
    var decisions: Int
    var medianMilliseconds: Double
    var worstMilliseconds: Double
    /// An update in a step without a decision.
    var quietMilliseconds: Double
  }

  private static let layers = 80
  private static let kinds = 7
  private static let slots = 64

  /// Components of that model.
  static var components: Int { layers * kinds * slots }

  /// Times every allocator that decides, over a run of a few hundred steps on random statistics.
  static func measure() throws -> [Figures] {
    try AllocatorKind.allCases.compactMap(measure)
  }

  private static func measure(_ kind: AllocatorKind) throws -> Figures? {
    let modules = layers * kinds
    let layout = ComponentLayout(capacities: [Int](repeating: slots, count: modules))
    let startRank =
      kind.recipe.fixedStartRank ?? (kind.recipe.startRank(for: 2) > 2 ? slots : slots / 2)
    let steps = 400
    let start = RunStart(
      layout: layout, totalSteps: steps,
      alive: (0..<layout.count).map { $0 % slots < startRank },
      layers: (0..<modules).map { $0 / kinds })
    var options = AllocatorOptions()
    options.rank = slots / 2
    var allocator = try Allocators.make(name: kind.rawValue, start: start, options: options)
    var statistics = randomStatistics(layout)
    var deciding: [Double] = []
    var quiet: [Double] = []
    for step in 1...steps {
      statistics.step = step
      let began = ContinuousClock.now
      let decision = allocator.update(statistics)
      let milliseconds = (ContinuousClock.now - began).seconds * 1000
      if decision == nil { quiet.append(milliseconds) } else { deciding.append(milliseconds) }
    }
    if deciding.isEmpty { return nil }
    (deciding, quiet) = (deciding.sorted(), quiet.sorted())
    return Figures(
      allocator: kind.rawValue, decisions: deciding.count,
      medianMilliseconds: deciding[deciding.count / 2], worstMilliseconds: deciding.last ?? 0,
      quietMilliseconds: quiet.isEmpty ? 0 : quiet[quiet.count / 2])
  }

  /// Every statistic that any allocator reads.
  private static func randomStatistics(_ layout: ComponentLayout) -> Statistics {
    var generator = SeededGenerator(seed: 1)
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in generator.uniform() } }
    var statistics = Statistics(
      step: 1, componentNorms: draw(layout.count), moduleNorms: draw(layout.moduleCount),
      sensitivity: draw(layout.count))
    statistics.gates = draw(layout.count)
    statistics.posterior = draw(layout.count)
    statistics.updateSensitivity = draw(layout.moduleCount)
    statistics.gateGradients = draw(layout.moduleCount)
    statistics.ablation = AblationRound(full: 0, importance: draw(layout.count))
    return statistics
  }

  /// The figures as a person reads them.
  static func text(_ figures: [Figures]) -> String {
    func text(_ value: Double) -> String { String(format: "%.2f", value) }
    let lines = figures.map { figure in
      "\(figure.allocator): a decision \(text(figure.medianMilliseconds)) ms "
        + "(worst of \(figure.decisions) \(text(figure.worstMilliseconds))), "
        + "a step without one \(text(figure.quietMilliseconds)) ms"
    }
    return (["\(components) components, statistics given:"] + lines).joined(separator: "\n")
  }
}
