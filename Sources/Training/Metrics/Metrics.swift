/// Metrics of predictions against labels, as scikit-learn and SciPy define them.
public enum Metrics {
  /// Share of equal entries; NaN for none.
  public static func accuracy(_ predicted: [Int32], _ labels: [Int32]) -> Double {
    precondition(
      predicted.count == labels.count, "\(predicted.count) predictions, \(labels.count) labels")
    let right = zip(predicted, labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
    return labels.isEmpty ? .nan : Double(right) / Double(labels.count)
  }

  /// F1 of class 1 for two classes, else the mean of all classes' F1 (macro).
  ///
  /// A class that is neither predicted nor there counts as 0, as scikit-learn's `zero_division=0` with all labels given.
  public static func f1(_ predicted: [Int32], _ labels: [Int32], classCount: Int) -> Double {
    let table = confusion(predicted, labels, classCount)
    func score(_ index: Int) -> Double {
      let hits = table[index * classCount + index]
      let actual = (0..<classCount).reduce(0) { $0 + table[index * classCount + $1] }
      let guessed = (0..<classCount).reduce(0) { $0 + table[$1 * classCount + index] }
      return actual + guessed == 0 ? 0 : 2 * Double(hits) / Double(actual + guessed)
    }
    if classCount == 2 { return score(1) }
    return (0..<classCount).reduce(0) { $0 + score($1) } / Double(max(1, classCount))
  }

  /// Matthews correlation for any number of classes (Gorodkin 2004); 0 where either side is constant.
  public static func matthewsCorrelation(
    _ predicted: [Int32], _ labels: [Int32], classCount: Int
  ) -> Double {
    let table = confusion(predicted, labels, classCount)
    let total = Double(labels.count)
    var hits = 0.0
    var (cross, actualSquares, guessedSquares) = (0.0, 0.0, 0.0)
    for index in 0..<classCount {
      hits += Double(table[index * classCount + index])
      let actual = Double((0..<classCount).reduce(0) { $0 + table[index * classCount + $1] })
      let guessed = Double((0..<classCount).reduce(0) { $0 + table[$1 * classCount + index] })
      cross += actual * guessed
      actualSquares += actual * actual
      guessedSquares += guessed * guessed
    }
    let spread = (total * total - guessedSquares) * (total * total - actualSquares)
    return spread <= 0 ? 0 : (hits * total - cross) / spread.squareRoot()
  }

  /// Pearson correlation; NaN where either side is constant or not finite.
  public static func pearson(_ x: [Float], _ y: [Float]) -> Double {
    precondition(x.count == y.count, "\(x.count) predictions, \(y.count) labels")
    return correlation(x.map(Double.init), y.map(Double.init))
  }

  /// Spearman correlation: Pearson's of the ranks, ties sharing their mean rank; NaN where a side is constant.
  public static func spearman(_ x: [Float], _ y: [Float]) -> Double {
    precondition(x.count == y.count, "\(x.count) predictions, \(y.count) labels")
    guard x.allSatisfy({ !$0.isNaN }), y.allSatisfy({ !$0.isNaN }) else { return .nan }
    return correlation(ranks(x), ranks(y))
  }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    let meanX = x.reduce(0, +) / count
    let meanY = y.reduce(0, +) / count
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    return xx > 0 && yy > 0 ? max(-1, min(1, xy / (xx.squareRoot() * yy.squareRoot()))) : .nan
  }

  private static func ranks(_ values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count && values[order[end + 1]] == values[order[start]] { end += 1 }
      let mean = Double(start + end) / 2 + 1
      for place in start...end { ranks[order[place]] = mean }
      start = end + 1
    }
    return ranks
  }

  /// Counts, `[label, prediction]`.
  private static func confusion(_ predicted: [Int32], _ labels: [Int32], _ classCount: Int)
    -> [Int]
  {
    precondition(
      predicted.count == labels.count, "\(predicted.count) predictions, \(labels.count) labels")
    var table = [Int](repeating: 0, count: classCount * classCount)
    for (guess, label) in zip(predicted, labels) {
      table[Int(label) * classCount + Int(guess)] += 1
    }
    return table
  }
}
