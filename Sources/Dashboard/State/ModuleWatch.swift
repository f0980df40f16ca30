import RunEvents

/// What the statistics of all records say together about modules in which nothing happens.
struct ModuleWatch: Sendable, Hashable {
  /// Records so far.
  var records = 0
  /// Whether a module ever had a gradient.
  var hasGradient: [Bool] = []
  /// Whether any module's update ever changed.
  var hasMoved = false
  /// Records in a row, up to the last, whose importance was zero in every module.
  var recordsWithZeroImportance = 0
  /// Records in a row, up to the last, whose importance was not finite in every module.
  var recordsWithoutImportance = 0
  private var firstUpdateNorm: [Float] = []

  init(moduleCount: Int = 0) {
    hasGradient = Array(repeating: false, count: moduleCount)
  }

  mutating func take(_ statistics: ModuleStatistics) {
    let count = hasGradient.count
    guard count > 0, statistics.gradientNorm.count == count, statistics.importance.count == count,
      statistics.updateNorm.count == count
    else { return }
    records += 1
    for module in 0..<count where statistics.gradientNorm[module] != 0 {
      hasGradient[module] = true
    }
    if firstUpdateNorm.isEmpty { firstUpdateNorm = statistics.updateNorm }
    if !hasMoved {
      hasMoved = zip(statistics.updateNorm, firstUpdateNorm).contains { $0 != $1 }
    }
    let isZero = statistics.importance.allSatisfy { $0 == 0 }
    recordsWithZeroImportance = isZero ? recordsWithZeroImportance + 1 : 0
    let isMissing = statistics.importance.allSatisfy { !$0.isFinite }
    recordsWithoutImportance = isMissing ? recordsWithoutImportance + 1 : 0
  }

  /// Modules that no gradient ever reached.
  var modulesWithoutGradient: [Int] { hasGradient.indices.filter { !hasGradient[$0] } }
}
