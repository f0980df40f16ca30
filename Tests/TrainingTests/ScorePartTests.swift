import Allocation
import Foundation
import RunEvents
import Testing
import Training

/// What the scores of recorded decisions are made of.
@Suite(.timeLimit(.minutes(1))) struct ScorePartTests {
  private static let own: [AllocatorKind: [String]] = [
    .adalora: ["sensitivity of c", "sensitivity of B", "sensitivity of A"],
    .bayesian: ["signal to noise of c", "signal to noise of B", "signal to noise of A"],
    .dora: ["share"], .alora: ["S(M)", "S(M\\r)", "S(M_r)"], .sora: [],
    .diffora: ["module gate"], .incre: ["sensitivity", "uncertainty"],
  ]

  @Test(arguments: WatchedRun.deciding)
  func `the parts give the score`(kind: AllocatorKind) throws {
    let own = try #require(Self.own[kind])
    for decision in try WatchedRun(kind).events.decisions {
      #expect(decision.parts.map(\.name) == own + ["norm", "gate"])
      #expect(decision.parts.allSatisfy { $0.values.count == decision.scores.count })
      let values = decision.parts.map(\.values)
      for (index, score) in decision.scores.enumerated() where !score.isNaN {
        let part = values.map { $0[index] }
        switch kind {
        case .adalora, .bayesian:
          #expect(abs(part[0] + part[1] + part[2] - score) <= 1e-5 * abs(score))
        case .alora: #expect(abs(part[0] - part[1] + part[2] - score) < 1e-4)
        case .incre: #expect(part[0] * part[1] == score)
        case .sora: #expect(abs(part[1]) == score)
        case .diffora: #expect(abs(part[0] - 1 / (1 + exp(-score))) < 1e-6)
        default: #expect((0...1.5).contains(part[0]), "a share of the module's norm")
        }
      }
    }
  }

  /// The last decision of the smoothed method is explained by all steps' shares.
  @Test func `shares are those that are smoothed`() throws {
    let decisions = try WatchedRun(.dora).events.decisions
    for (a, b) in zip(decisions, decisions.dropFirst()) where b.step == a.step + 1 {
      for (index, share) in b.parts[0].values.enumerated() {
        #expect(abs(0.9 * a.scores[index] + 0.1 * share - b.scores[index]) < 1e-6)
      }
    }
  }
}
