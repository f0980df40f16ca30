import Foundation
import RunEvents
import RunStore
import TestSupport
import Testing

@Suite struct RecordedRunTests {
  /// A run whose decisions are so large that few of them fit a page.
  private func events(decisions: Int) -> [RunEvent] {
    let capacity = 200_000
    let module = AdaptedModule(
      name: "layer.0.q", layer: 0, kind: "q", inputs: 8, outputs: 8, capacity: capacity)
    let manifest = Manifest(
      name: "large", model: "m", architecture: "bert", task: "classification", data: [:],
      labels: [], mainMetric: "accuracy", allocator: "adalora", hyperparameters: [:], seed: 1,
      totalSteps: decisions, stepsPerEpoch: decisions, initialBudget: capacity,
      targetBudget: 1, modules: [module], plantedRanks: nil, environment: [:], startedAt: 0)
    let alive = Array(repeating: true, count: capacity)
    let scores = Array(repeating: Float(0.5), count: capacity)
    return [.started(manifest)]
      + (1...decisions).flatMap { step -> [RunEvent] in
        [
          .step(
            StepReport(
              step: step, loss: 1, regularizer: 0, learningRate: 1, gradientNorm: 1, tokens: 1,
              seconds: 1, elapsed: Double(step), budget: 1, alive: 1, wait: 0)),
          .decision(
            Decision(
              number: step, step: step, allocator: "adalora", budget: 1, threshold: nil,
              scores: scores, alive: alive, pruned: [], grown: [], isFinal: false,
              reason: "nothing to do")),
        ]
      }
  }

  @Test func `a run is read to its end and anywhere, however few events fit a page`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let recorder = try RunRecorder(creating: folder.appendingPathComponent("large.ranktop"))
    for event in events(decisions: 14) { try recorder.record([event]) }
    try recorder.finish()
    for (step, options) in [(14, []), (9, ["--step", "9"])] {
      let result = try Program.run(
        ["export", "large.ranktop", "--output", "\(step).svg"] + options, in: folder)
      #expect(result.code == 0, "\(result.errors)")
      let picture = try String(
        contentsOf: folder.appendingPathComponent("\(step).svg"), encoding: .utf8)
      #expect(picture.contains(">#\(step)<") && picture.contains(">\(step)/14<"))
      #expect(!picture.contains(">missing<"))
    }
  }
}
