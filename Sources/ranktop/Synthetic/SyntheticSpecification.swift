/// Shape of a run that is made up instead of trained: `layers=80,kinds=7,slots=64,steps=1000000`.
struct SyntheticSpecification: Sendable, Hashable {
  var layers = 12
  var kinds = 7
  var slots = 16
  var steps = 10_000
  /// Modules in all: `layers * kinds` unless fewer are asked for.
  var modules = 84
  var decisions = 100
  /// Steps between two records of statistics.
  var statistics = 10
  var seed: UInt64 = 1

  /// Why a text is no specification, for a person.
  struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String
  }

  /// Most component slots in a run: a decision of so many takes 20 MB.
  private static let mostSlots = 1 << 22

  /// Reads `name=value,...`; what is left out takes its default.
  init(_ text: String) throws(Mistake) {
    var values: [String: Int] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2, let range = Self.ranges[String(pair[0])] else {
        throw Mistake(
          description: "'\(part)': give name=value with a name of "
            + Self.ranges.keys.sorted().joined(separator: ", "))
      }
      let name = String(pair[0])
      guard let value = Int(pair[1].filter { $0 != "_" }), range.contains(value) else {
        throw Mistake(
          description: "'\(part)': choose \(range.lowerBound) ... \(range.upperBound)")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw Mistake(description: "\(name) is given twice")
      }
    }
    layers = values["layers"] ?? layers
    kinds = values["kinds"] ?? kinds
    slots = values["slots"] ?? slots
    steps = values["steps"] ?? steps
    modules = values["modules"] ?? layers * kinds
    decisions = values["decisions"] ?? min(10_000, max(1, steps / 100))
    statistics = values["statistics"] ?? (steps > 20_000 ? 100 : 10)
    seed = UInt64(values["seed"] ?? 1)
    try check()
  }

  private func check() throws(Mistake) {
    guard modules <= layers * kinds else {
      throw Mistake(
        description: "modules=\(modules): \(layers) layers of \(kinds) kinds are only "
          + "\(layers * kinds); take layers=\((modules + kinds - 1) / kinds)")
    }
    guard modules * slots <= Self.mostSlots else {
      throw Mistake(
        description: "\(modules) modules of \(slots) slots are \(modules * slots) components: "
          + "at most \(Self.mostSlots) can be")
    }
    guard decisions <= mostDecisions else {
      throw Mistake(
        description: "decisions=\(decisions): in \(steps) steps there is room for "
          + "\(mostDecisions)")
    }
    guard statistics <= steps else {
      throw Mistake(description: "statistics=\(statistics): the run has only \(steps) steps")
    }
  }

  /// A tenth of the steps comes before the first decision, a fifth after the last.
  private var mostDecisions: Int { max(1, steps * 7 / 10) }
  /// Steps between two decisions.
  var interval: Int { max(1, mostDecisions / decisions) }
  /// Last step of the warm-up; a multiple of the interval.
  var warmup: Int { steps / 10 / interval * interval }
  /// Step of the last decision; a multiple of the interval.
  var lastDecision: Int { warmup + decisions * interval }

  private static let ranges: [String: ClosedRange<Int>] = [
    "layers": 1...1000, "kinds": 1...32, "slots": 1...4096, "steps": 20...100_000_000,
    "modules": 1...32_000, "decisions": 1...10_000_000, "statistics": 1...100_000_000,
    "seed": 0...Int.max,
  ]
}
