import Testing
import Training

/// Against figures worked out by hand, and those of scikit-learn 1.9.1 and SciPy 1.17.1, quoted in full.
@Suite struct MetricsTests {
  private func expectClose(_ found: Double, _ wanted: Double) {
    #expect(abs(found - wanted) < 1e-12, "\(found), expected \(wanted)")
  }

  @Test func `two classes`() {
    // 4 true positives, 1 false one, 3 true negatives, 2 false ones.
    let labels: [Int32] = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1]
    let predicted: [Int32] = [1, 0, 0, 1, 1, 0, 1, 0, 0, 1]
    expectClose(Metrics.accuracy(predicted, labels), 7.0 / 10)
    expectClose(Metrics.f1(predicted, labels, classCount: 2), 8.0 / 11)
    expectClose(
      Metrics.matthewsCorrelation(predicted, labels, classCount: 2),
      (4 * 3 - 1 * 2) / (5.0 * 6 * 4 * 5).squareRoot())
    // accuracy_score, f1_score, matthews_corrcoef
    expectClose(Metrics.accuracy(predicted, labels), 0.7)
    expectClose(Metrics.f1(predicted, labels, classCount: 2), 0.7272727272727273)
    expectClose(
      Metrics.matthewsCorrelation(predicted, labels, classCount: 2), 0.408248290463863)
  }

  @Test func `four classes`() {
    let labels: [Int32] = [0, 2, 1, 3, 0, 1, 2, 2, 3, 0, 1, 2, 0, 3, 1]
    let predicted: [Int32] = [0, 2, 2, 3, 0, 1, 1, 2, 0, 0, 1, 2, 3, 3, 2]
    // accuracy_score, f1_score(average="macro"), matthews_corrcoef
    expectClose(Metrics.accuracy(predicted, labels), 0.6666666666666666)
    expectClose(Metrics.f1(predicted, labels, classCount: 4), 0.6636904761904762)
    expectClose(
      Metrics.matthewsCorrelation(predicted, labels, classCount: 4), 0.5568962117896654)
  }

  @Test func `a class that is never predicted, and one that is nowhere`() {
    let labels: [Int32] = [0, 1, 2, 0, 1, 2, 0]
    let predicted: [Int32] = [0, 1, 1, 0, 0, 1, 0]
    // f1_score(average="macro", labels=[0, 1, 2, 3], zero_division=0)
    expectClose(Metrics.accuracy(predicted, labels), 0.5714285714285714)
    expectClose(Metrics.f1(predicted, labels, classCount: 4), 0.3142857142857143)
    expectClose(
      Metrics.matthewsCorrelation(predicted, labels, classCount: 4), 0.36084391824351614)
  }

  @Test func `perfect, inverted and constant predictions`() {
    let labels: [Int32] = [0, 1, 1, 0]
    #expect(Metrics.f1(labels, labels, classCount: 2) == 1)
    #expect(Metrics.matthewsCorrelation(labels, labels, classCount: 2) == 1)
    let inverted = labels.map { 1 - $0 }
    #expect(Metrics.accuracy(inverted, labels) == 0)
    #expect(Metrics.f1(inverted, labels, classCount: 2) == 0)
    #expect(Metrics.matthewsCorrelation(inverted, labels, classCount: 2) == -1)
    #expect(Metrics.matthewsCorrelation([0, 0, 0, 0], labels, classCount: 2) == 0)
    #expect(Metrics.accuracy([], []).isNaN)
  }

  @Test func `correlations with ties`() {
    let x: [Float] = [2.5, 0, 2, 8, -1.5, 2, 4.25, 2]
    let y: [Float] = [3, -0.5, 2, 7, 0.25, 2, 4.25, 1]
    // pearsonr, spearmanr
    expectClose(Metrics.pearson(x, y), 0.9556502344690118)
    expectClose(Metrics.spearman(x, y), 0.9572173526639411)
    // Ranks 1 2 3 against 1 3 2: 1 - 6 * 2 / (3 * 8).
    expectClose(Metrics.spearman([1, 5, 9], [10, 30, 20]), 0.5)
    // Any rising function keeps the ranks.
    expectClose(Metrics.spearman([1, 2, 3, 4], [1, 10, 100, 1e6]), 1)
    expectClose(Metrics.pearson([1, 2, 3], [-2, -4, -6]), -1)
  }

  @Test func `a correlation that does not exist is no number`() {
    #expect(Metrics.pearson([1, 1, 1], [1, 2, 3]).isNaN)
    #expect(Metrics.spearman([1, 2, 3], [4, 4, 4]).isNaN)
    #expect(Metrics.pearson([1, .nan, 3], [1, 2, 3]).isNaN)
    #expect(Metrics.spearman([1, .nan, 3], [1, 2, 3]).isNaN)
    #expect(Metrics.pearson([1, .infinity, 3], [1, 2, 3]).isNaN)
  }
}
