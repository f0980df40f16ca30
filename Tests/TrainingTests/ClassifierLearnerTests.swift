import Allocation
import LanguageModels
import RunEvents
import Tensors
import TestSupport
import Testing
import Training

/// The classifier over the tiny golden BERT.
@Suite(.timeLimit(.minutes(1))) struct ClassifierLearnerTests {
  /// Sequences whose second token tells the label.
  private func data(_ count: Int, isRegression: Bool = false) -> EncodedDataset {
    var generator = SeededGenerator(seed: 4)
    var (ids, offsets): ([Int32], [Int]) = ([], [0])
    var marks: [Int32] = []
    for _ in 0..<count {
      let mark = Int32(generator.next() % 3)
      marks.append(mark)
      ids += [2, 20 + mark]
      for _ in 0..<(3 + generator.next() % 14) { ids.append(Int32(30 + generator.next() % 90)) }
      ids.append(3)
      offsets.append(ids.count)
    }
    return EncodedDataset(
      ids: ids, typeIDs: Array(repeating: 0, count: ids.count), offsets: offsets,
      labels: isRegression ? .values(marks.map { Float($0) - 1 }) : .classes(marks))
  }

  private func learner(
    _ kind: AllocatorKind = .lora, threads: Int = 1, isRegression: Bool = false
  ) throws -> ClassifierLearner {
    try OpenBLAS.open()
    let checkpoint = try ClassifierCheckpoint(
      ModelFolder(contentsOf: Golden.shipped.appendingPathComponent("models/bert")))
    let head = try checkpoint.head(outputs: isRegression ? 1 : 3)
    let adapters = AdapterSet(
      sites: checkpoint.configuration.sites(Set(LinearKind.allCases)), rank: 4, scale: 2,
      headCount: head.parameterCount)
    adapters.start(kind.recipe, seed: 1)
    #expect(try checkpoint.startHead(head, in: adapters, seed: 1) == !isRegression)
    let data = data(40, isRegression: isRegression)
    return ClassifierLearner(
      model: ClassifierModel(encoder: try checkpoint.encoder(adapters), head: head), train: data,
      evaluation: data, order: BatchOrder(count: data.count, batchSize: 8, seed: 1), seed: 1,
      threads: threads)
  }

  @Test(arguments: AllocatorKind.allCases)
  func `a few steps reduce the loss`(kind: AllocatorKind) throws {
    var options = AllocatorOptions()
    options.rank = 3
    options.orthogonalityWeight = 0.01
    let script = RunScript()
    let learner = try learner(kind)
    // IVON's rates are in another unit: its largest step is the rate times 1e-3.
    let rate: Float = kind.recipe.optimizer == .ivon ? 20 : 2e-2
    _ = try script.train(learner, kind, steps: 60, rate: rate, allocation: options)
    let evaluations = script.events.evaluations
    #expect(evaluations.map(\.step) == [30, 60])
    let start = script.events.steps[..<5].reduce(0) { $0 + $1.loss } / 5
    #expect(start > 0.8)
    #expect(evaluations[1].loss < 0.6 * start, "\(start) to \(evaluations[1].loss)")
    let metrics = evaluations[1].metrics
    #expect(Set(metrics.keys) == ["accuracy", "f1", "mcc"])
    #expect(metrics["accuracy"]! > 0.7)
  }

  @Test func `a regression learns too`() throws {
    let script = RunScript()
    _ = try script.train(try learner(isRegression: true), .lora, steps: 60, rate: 2e-2)
    let last = try #require(script.events.evaluations.last)
    let start = script.events.steps[..<5].reduce(0) { $0 + $1.loss } / 5
    #expect(last.loss < 0.6 * start, "\(start) to \(last.loss)")
    #expect(Set(last.metrics.keys) == ["pearson", "spearman"])
    #expect(last.metrics["pearson"]! > 0.6)
  }

  /// One backward pass, dropout on.
  private func pass(threads: Int) throws -> (loss: Double, gradient: [Float]) {
    let learner = try learner(.adalora, threads: threads)
    // Open gates, so that every gradient is in play.
    for index in learner.adapters.adapters.indices {
      learner.adapters.gates(index, in: learner.adapters.parameters)
        .update(repeating: 1, count: 4)
    }
    learner.adapters.refreshCoefficients()
    learner.publish()
    #expect(learner.prepare(step: 1, workers: threads) > 40)
    let sum = FloatBuffer(count: learner.adapters.parameters.count)
    var loss = 0.0
    for worker in 0..<threads {
      loss += learner.accumulate(step: 1, worker: worker, gradient: sum)
    }
    learner.adapters.completeGradient(sum)
    return (loss, sum.array)
  }

  @Test(arguments: [2, 3, 8])
  func `threads change nothing but the order of sums`(threads: Int) throws {
    let one = try pass(threads: 1)
    let many = try pass(threads: threads)
    #expect(abs(one.loss - many.loss) < 1e-5)
    let norm = one.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let difference = zip(one.gradient, many.gradient).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }.squareRoot()
    #expect(norm > 0 && difference < 1e-5 * norm, "\(difference) of \(norm)")
  }

  @Test func `whole runs on one thread and on two agree`() throws {
    let losses = try [1, 2].map { threads in
      let script = RunScript()
      _ = try script.train(
        try learner(threads: threads), .lora, steps: 12, threads: threads, rate: 1e-3)
      return script.events.steps.map(\.loss) + script.events.evaluations.map(\.loss)
    }
    #expect(losses[0].count == 14)
    for (a, b) in zip(losses[0], losses[1]) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func `evaluation is the same however it is divided, and has no dropout`() throws {
    let learner = try learner(threads: 3)
    learner.publish()
    let evaluations = [1, 2, 3, 1].map { count in
      let workers = Workers(count: count)
      defer { workers.close() }
      return learner.evaluate(step: count, workers: workers)!
    }
    for evaluation in evaluations {
      #expect(abs(evaluation.loss - evaluations[0].loss) < 1e-5)
      #expect(evaluation.metrics == evaluations[0].metrics)
    }
    #expect(evaluations[3].loss == evaluations[0].loss)
  }
}
