import Allocation
import Foundation
import LanguageModels
import RunEvents
import Tensors
import Testing
import Training

@Suite struct TrainingRunTests {
  /// What must repeat: everything but the time it took.
  private func essence(_ run: PlantedRun) -> [String] {
    run.reports.map { "\($0.step) \($0.loss) \($0.regularizer) \($0.gradientNorm) \($0.alive)" }
      + run.decisions.map { "\($0.step) \($0.scores) \($0.alive)" }
  }

  @Test(arguments: AllocatorKind.allCases)
  func `one seed gives one run, bit for bit`(_ kind: AllocatorKind) throws {
    let (first, second, other) = (PlantedRun(), PlantedRun(), PlantedRun())
    let stop = try first.train(kind)
    #expect(stop.reason == .finished)
    _ = try second.train(kind)
    _ = try other.train(kind, seed: 2)
    #expect(essence(first) == essence(second))
    #expect(essence(first) != essence(other))
    #expect(first.reports.last!.loss < 0.5 * first.reports[0].loss)
  }

  @Test(arguments: [AllocatorKind.adalora, .dora])
  func `an adaptive run ends on exactly its budget`(_ kind: AllocatorKind) throws {
    let run = PlantedRun()
    _ = try run.train(kind)
    #expect(run.reports[0].alive == 96)
    #expect(run.reports.last?.alive == 48)
    #expect(run.decisions.last?.alive.count { $0 } == 48)
    #expect(run.decisions.last?.isFinal == true)
    #expect(run.decisions.map(\.number) == Array(1...run.decisions.count))
    // The final mask is held to the end.
    guard
      case .statistics(let last)? = run.events.last(where: {
        if case .statistics = $0 { true } else { false }
      })
    else {
      Issue.record("no statistics")
      return
    }
    #expect(last.ranks.reduce(0) { $0 + Int($1) } == 48)
  }

  @Test func `the number of threads changes nothing but rounding`() throws {
    let (one, two) = (PlantedRun(), PlantedRun())
    _ = try one.train(.lora, steps: 10, threads: 1)
    _ = try two.train(.lora, steps: 10, threads: 2)
    for (a, b) in zip(one.reports, two.reports) {
      #expect(abs(a.loss - b.loss) < 1e-4 * a.loss)
    }
  }

  @Test(arguments: AllocatorKind.allCases, AllocatorKind.allCases)
  func `a live switch leaves output and ranks as they are`(
    _ from: AllocatorKind, _ to: AllocatorKind
  ) throws {
    // 42 of 60 steps: past the adaptive methods' last decision, so nothing is soft any more.
    let (plain, switched) = (PlantedRun(), PlantedRun())
    _ = try plain.train(from)
    _ = try switched.train(from, ask: [(42, .allocator(to.rawValue))])
    #expect(switched.interventions.map(\.outcome) == [.applied])
    #expect(switched.interventions.first?.step == 42)
    let at = 42  // the step after the switch, index 42
    #expect(switched.reports[at].loss == plain.reports[at].loss)
    #expect(switched.reports[at].alive == plain.reports[at].alive)
    #expect(switched.reports[..<at].map(\.loss) == plain.reports[..<at].map(\.loss))
    let later = switched.decisions.filter { $0.step > 42 }
    #expect(later.allSatisfy { $0.allocator == to.rawValue })
    #expect(switched.reports.allSatisfy { $0.loss.isFinite })
  }

  @Test(arguments: [AllocatorKind.adalora, .dora], [5, 20, 40])
  func `a new budget holds from a later decision on`(_ kind: AllocatorKind, _ step: Int) throws {
    let run = PlantedRun()
    _ = try run.train(kind, ask: [(step, .budget(30))])
    #expect(run.interventions.first?.outcome == .applied)
    #expect(run.reports.last?.alive == 30)
    #expect(run.decisions.last?.alive.count { $0 } == 30)
  }

  @Test func `a budget can rise again`() throws {
    let run = PlantedRun()
    _ = try run.train(.adalora, ask: [(40, .budget(60))])
    #expect(run.reports.last?.alive == 60)
    #expect((run.decisions.last?.grown.count ?? 0) == 12)
  }

  @Test func `what cannot be done is refused in words`() throws {
    let run = PlantedRun()
    _ = try run.train(
      .lora, steps: 10, ask: [(2, .budget(30)), (3, .allocator("nothing")), (4, .budget(0))])
    let refused = run.interventions.compactMap { record -> String? in
      if case .rejected(let reason) = record.outcome { reason } else { nil }
    }
    #expect(refused.count == 3)
    #expect(refused[1].contains("adalora"))
    #expect(run.reports.count == 10)
  }

  @Test func `pause, resume and stop`() throws {
    let run = PlantedRun()
    let stop = try run.train(
      .lora, ask: [(3, .pause), (3, .resume), (5, .stop)])
    #expect(stop.reason == .stopped)
    #expect(stop.step == 5 && run.reports.count == 5)
    #expect(run.interventions.map(\.intervention) == [.pause, .resume, .stop])
  }

  @Test func `a loss that is not finite ends the run and spares the parameters`() throws {
    let run = PlantedRun()
    let broken = Box()
    let stop = try run.train(
      .dora,
      learner: { planted in
        broken.learner = BrokenLearner(planted, at: 7)
        return broken.learner!
      })
    #expect(stop.reason == .lossNotFinite)
    #expect(stop.step == 7)
    #expect(run.reports.last?.loss.isNaN == true)
    #expect(broken.learner?.adapters.parameters.array.allSatisfy { $0.isFinite } == true)
  }

  @Test func `an outlet that fails ends the run with its error`() {
    let run = PlantedRun()
    #expect(throws: CocoaError.self) { _ = try run.train(.lora, fails: 4) }
    #expect(run.reports.count == 3)
  }
}

private final class Box: @unchecked Sendable {
  var learner: BrokenLearner?
}

/// A learner whose loss is no number at one step.
private final class BrokenLearner: Learner, @unchecked Sendable {
  private let inner: any Learner
  private let step: Int

  init(_ inner: any Learner, at step: Int) {
    self.inner = inner
    self.step = step
  }

  var adapters: AdapterSet { inner.adapters }
  var headTensors: [ClassifierHead.Tensor] { inner.headTensors }
  func publish() { inner.publish() }
  func prepare(step: Int, workers: Int) -> Int { inner.prepare(step: step, workers: workers) }
  func accumulate(step: Int, worker: Int, gradient: FloatBuffer) -> Double {
    let loss = inner.accumulate(step: step, worker: worker, gradient: gradient)
    return step == self.step ? .nan : loss
  }
  func evaluate(step: Int, workers: Workers) -> Evaluation? { nil }
}
