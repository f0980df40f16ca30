import Allocation
import ArgumentParser
import Foundation
import LanguageModels
import RunEvents
import RunStore
import Tensors
import Training

/// `ranktop bench`: the speed of a training step against this machine's own sgemm rate.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure training steps, and OpenBLAS's sgemm on the same threads beside them.",
    discussion: """
      Steps are whole ones: forward, backward, clipping, AdamW, the allocator's statistics. Random tokens, all
      sequences of one length, adapters on all six linear layers. Medians are printed.

      With --ablation: a round of ALoRA's scores by ablation, against one forward pass for every mask.
      With --decisions: each allocator's decision over 560 modules x 64 slots.
      With --frames RUN: every view of the dashboard over a recorded run, 200x60, from state to cells.

      Example:
        ranktop bench --model MiniLM-L6 --batch-size 32 --length 128 --rank 8 --json
        ranktop bench --model MiniLM-L6 --ablation --rank 8
        ranktop bench --frames big.ranktop --step 500000
      """)

  @Option(help: "Model folder or hub name; not needed with --decisions, --frames.")
  var model: String?

  @Option(help: "Sequences in a batch.")
  var batchSize = 32

  @Option(help: "Tokens in a sequence. Default: 128; with --ablation 5 to 30, as questions have.")
  var length: Int?

  @Option(help: "Steps to measure, after two that are not; with --ablation rounds, after one.")
  var steps = 10

  @Flag(help: "Measure a round of scores by ablation instead of training steps.")
  var ablation = false

  @Flag(help: "Measure decisions at the size of a large model instead of training steps.")
  var decisions = false

  @Option(help: ArgumentHelp("Measure the dashboard's frames over a run.", valueName: "RUN"))
  var frames: String?

  @Option(help: "With --frames: where the time cursor stands. Default: the end.")
  var step: Int?

  @OptionGroup var allocation: AllocationArguments

  @OptionGroup var threading: ThreadArguments

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if step != nil && frames == nil { throw ValidationError("--step needs --frames RUN") }
    if let step, step < 0 { throw ValidationError("--step \(step): choose 0 or more") }
    if model == nil && !decisions && frames == nil {
      throw ValidationError("Missing expected argument '--model'")
    }
    if !(1...65_536).contains(batchSize) {
      throw ValidationError("--batch-size \(batchSize): choose 1 ... 65536")
    }
    if let length, length < 1 { throw ValidationError("--length \(length): choose 1 or more") }
    if !(1...100_000).contains(steps) {
      throw ValidationError("--steps \(steps): choose 1 ... 100000")
    }
  }

  func run() async throws {
    if decisions {
      let figures = try DecisionBench.measure()
      return json ? try show(object: figures) : print(DecisionBench.text(figures))
    }
    if let frames {
      let figures = try FrameBench.measure(RunReader(opening: URL(run: frames)), step: step)
      return json ? try show(object: figures) : print(FrameBench.text(figures))
    }
    try OpenBLAS.open()
    let checkpoint = try ClassifierCheckpoint(
      ModelFolder(resolving: model ?? ""), adapterDropout: allocation.loraDropout)
    let lengths =
      length == nil && ablation
      ? AblationBench.questionLengths(count: batchSize)
      : Array(repeating: length ?? 128, count: batchSize)
    guard let longest = lengths.max(), longest <= checkpoint.configuration.maxLength else {
      throw Failure(
        "--length \(lengths.max() ?? 0): the model serves at most "
          + "\(checkpoint.configuration.maxLength) tokens")
    }
    let count = threading.count
    let head = try checkpoint.head(outputs: 2)
    let adapters = AdapterSet(
      sites: checkpoint.configuration.sites(try allocation.kinds()), rank: allocation.slots,
      scale: allocation.scale, headCount: head.parameterCount)
    adapters.start(allocation.kind.recipe, seed: 1)
    try checkpoint.startHead(head, in: adapters, seed: 1)
    let encoder = try checkpoint.encoder(adapters)
    let classifier = ClassifierModel(encoder: encoder, head: head)

    if ablation {
      let bench = AblationBench(classifier: classifier, lengths: lengths, threads: count)
      let figures = bench.measure(rounds: steps)
      return json ? try show(object: figures) : print(AblationBench.text(figures))
    }
    let before = sgemmRate(threads: count)
    let seconds = try measure(classifier, length: longest, threads: count).sorted()
    let sgemm = max(before, sgemmRate(threads: count))
    let step = seconds[seconds.count / 2]
    let operations = encoder.trainingOperations(lengths: lengths)
    try show(
      Figures(
        tokensPerSecond: Double(batchSize * longest) / step, stepSeconds: step,
        gflops: operations / step / 1e9, sgemmGflops: sgemm,
        sgemmShare: operations / step / 1e9 / sgemm, threads: count, core: OpenBLAS.coreName))
  }

  private struct Figures: Encodable {
    var tokensPerSecond: Double
    var stepSeconds: Double
    var gflops: Double
    var sgemmGflops: Double
    var sgemmShare: Double
    var threads: Int
    var core: String
  }

  private func show(_ figures: Figures) throws {
    if json { return try show(object: figures) }
    func text(_ value: Double, _ digits: Int) -> String {
      String(format: "%.\(digits)f", value)
    }
    print(
      "\(text(figures.tokensPerSecond, 0)) tokens/s, \(text(figures.stepSeconds, 3)) s a step of "
        + "\(batchSize) x \(length ?? 128) tokens on \(figures.threads) threads")
    print(
      "\(text(figures.gflops, 0)) GFLOP/s, \(text(100 * figures.sgemmShare, 0)) % of this machine's "
        + "sgemm rate of \(text(figures.sgemmGflops, 0)) GFLOP/s (OpenBLAS, \(figures.core))")
  }

  private func show(object: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(object), as: UTF8.self))
  }

  /// Seconds of each measured step.
  private func measure(_ classifier: ClassifierModel, length: Int, threads: Int) throws -> [Double]
  {
    let tokens = batchSize * length
    var generator = SeededGenerator(seed: 1)
    let vocabulary = UInt64(classifier.encoder.configuration.vocabulary)
    let data = EncodedDataset(
      ids: (0..<tokens).map { _ in Int32(generator.next() % vocabulary) },
      typeIDs: Array(repeating: 0, count: tokens),
      offsets: Array(stride(from: 0, through: tokens, by: length)),
      labels: .classes((0..<batchSize).map { Int32($0 % 2) }))
    let learner = ClassifierLearner(
      model: classifier, train: data, evaluation: nil,
      order: BatchOrder(count: batchSize, batchSize: batchSize, seed: 1), seed: 1,
      threads: threads)
    let total = steps + 2
    let durations = Durations()
    let run = try TrainingRun(
      learner: learner, kind: allocation.kind, startRank: allocation.startRank,
      options: TrainingOptions(
        totalSteps: total, stepsPerEpoch: 1, rate: 1e-4, headRate: 1e-4,
        evaluationInterval: total + 1, threads: threads, seed: 1),
      allocatorOptions: allocation.options,
      outlet: TrainingRun.Outlet(
        publish: { event in
          if case .step(let report) = event, report.step > 2 { durations.append(report.seconds) }
          return 0
        }, interventions: { [] }))
    _ = try run.run()
    return durations.all
  }

  /// OpenBLAS's rate in GFLOP/s on `[2048, 384] x [384, 1536]` per thread, all threads at once: best of several.
  private func sgemmRate(threads: Int) -> Double {
    let (m, n, k, repeats) = (2048, 1536, 384, 8)
    let inputs = (0..<threads).map { _ in
      (FloatBuffer(count: m * k), FloatBuffer(count: n * k), FloatBuffer(count: m * n))
    }
    let workers = Workers(count: threads)
    defer { workers.close() }
    var best = 0.0
    for _ in 0..<6 {
      let start = ContinuousClock.now
      workers.run { worker in
        let (a, b, c) = inputs[worker]
        for _ in 0..<repeats {
          multiply(
            a.matrix(rows: m, columns: k), transposed: b.matrix(rows: n, columns: k),
            into: c.matrix(rows: m, columns: n))
        }
      }
      let seconds = (ContinuousClock.now - start).seconds
      best = max(best, 2.0 * Double(m * n * k * repeats * threads) / seconds / 1e9)
    }
    return best
  }
}

/// Collects step durations on the training thread.
private final class Durations: @unchecked Sendable {
  // Written and read by one thread: the run is synchronous.
  private(set) var all: [Double] = []
  func append(_ seconds: Double) { all.append(seconds) }
}
