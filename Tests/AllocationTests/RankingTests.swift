import Allocation
import Testing

@Suite struct RankingTests {
  private func cut(_ k: Int, _ scores: [Float], among: [Bool]? = nil, official: Bool = false)
    -> [Int]
  {
    let selection = Ranking.lowest(k, of: scores, among: among, officialTies: official)
    let indices = selection.isCut.indices.filter { selection.isCut[$0] }
    #expect(selection.count == indices.count)
    return indices
  }

  @Test func `the lowest go, whatever their sign or size`() {
    let scores: [Float] = [
      3, -1, .infinity, 0.5, -.infinity, .leastNonzeroMagnitude, -2e30, .greatestFiniteMagnitude,
    ]
    let order = [4, 6, 1, 5, 3, 0, 7, 2]
    for k in 0...scores.count { #expect(cut(k, scores) == order.prefix(k).sorted()) }
  }

  @Test func `equal scores go by flat index`() {
    let scores: [Float] = [1, 0.5, 1, 0.5, 0.5, 2]
    #expect(cut(2, scores) == [1, 3])
    #expect(cut(4, scores) == [0, 1, 3, 4])
    let selection = Ranking.lowest(2, of: scores)
    #expect(selection.threshold == 0.5)
    #expect(selection.tiesKept == 1)
  }

  @Test func `official ties cut everything at or below the threshold`() {
    let scores: [Float] = [1, 0.5, 1, 0.5, 0.5, 2]
    #expect(cut(1, scores, official: true) == [1, 3, 4])
    #expect(cut(4, scores, official: true) == [0, 1, 2, 3, 4])
    #expect(cut(3, [0, -0.0, 0], official: true) == [0, 1, 2])
    #expect(cut(1, [0, -0.0, 0], official: true) == [0, 1, 2])
  }

  @Test(arguments: [false, true])
  func `cutting none cuts none and has no threshold`(official: Bool) {
    for scores in [[], [0, 0], [Float.nan, 1]] as [[Float]] {
      let selection = Ranking.lowest(0, of: scores, officialTies: official)
      #expect(selection.count == 0 && selection.threshold == nil)
      #expect(selection.isCut == scores.map { _ in false })
    }
  }

  @Test func `what is not a number goes first and is counted`() {
    let scores: [Float] = [0.2, .nan, -.infinity, -.nan, 0.1]
    #expect(cut(1, scores) == [1])
    #expect(cut(3, scores) == [1, 2, 3])
    #expect(Ranking.lowest(2, of: scores).threshold == nil)
    #expect(Ranking.lowest(4, of: scores).threshold == 0.1)
    #expect(Ranking.lowest(1, of: scores).notANumber == 2)
  }

  @Test func `only candidates are cut`() {
    let scores: [Float] = [.nan, 0.1, 0.1, 0.3]
    let candidates = [false, false, true, true]
    #expect(cut(1, scores, among: candidates) == [2])
    #expect(cut(2, scores, among: candidates) == [2, 3])
    #expect(cut(1, scores, among: candidates, official: true) == [2])
    #expect(Ranking.lowest(1, of: scores, among: candidates).notANumber == 0)
  }

  @Test func `a selection agrees with a stable sort`() {
    var random = RandomNumbers(state: 1)
    for round in 0..<200 {
      let count = Int.random(in: 1...300, using: &random)
      let levels: Float = round % 2 == 0 ? 7 : 1e6  // few levels: many ties
      let scores = random.floats(count).map { ($0 * levels).rounded() / levels - 0.5 }
      let candidates = random.floats(count).map { $0 < 0.7 }
      let order = scores.indices.filter { candidates[$0] }
        .sorted { (scores[$0], $0) < (scores[$1], $1) }
      let k = Int.random(in: 0...order.count, using: &random)
      #expect(cut(k, scores, among: candidates) == order.prefix(k).sorted())
      if k > 0 {
        let limit = scores[order[k - 1]]
        #expect(Ranking.lowest(k, of: scores, among: candidates).threshold == limit)
        #expect(
          cut(k, scores, among: candidates, official: true)
            == order.filter { scores[$0] <= limit }.sorted())
      }
    }
  }
}
