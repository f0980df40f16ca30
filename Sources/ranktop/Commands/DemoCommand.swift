import Allocation
import ArgumentParser
import Foundation
import RunEvents
import Tensors
import Training

/// `ranktop demo`: the embedded teacher and student.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Watch an allocator find planted ranks: no download, about a minute.",
    discussion: """
      A small frozen transformer must learn what a teacher knows that has low-rank updates of known, uneven
      rank in some of its modules. The planted ranks stand beside the found ones.

      Example:
        ranktop demo --allocator dora --seed 2

      With --synthetic nothing is trained: a plausible run of any size is made up and recorded, to try the dashboard
      on it. Names: layers, kinds, slots, steps, modules, decisions, statistics (steps between two), seed.
        ranktop demo --synthetic layers=80,kinds=7,slots=64,steps=1000000 --output big
      """)

  @OptionGroup var arguments: RunArguments
  @OptionGroup var appearance: Appearance

  @Option(help: "Allocator: \(AllocatorKind.names).")
  var allocator = "adalora"

  @Option(help: "Optimiser steps.")
  var steps = 3000

  @Option(
    help: ArgumentHelp(
      "Make up a run instead of training one: layers=80,kinds=7,slots=64,steps=1000000.",
      valueName: "shape"))
  var synthetic: String?

  @Option(help: "With --synthetic: the file to write, as --run.")
  var output: String?

  @Option(help: "With --synthetic: record it live at so many steps a second.")
  var rate: Double?

  @OptionGroup var steering: SteeringArguments

  func validate() throws {
    if AllocatorKind(rawValue: allocator) == nil {
      throw ValidationError("--allocator \(allocator): choose one of \(AllocatorKind.names)")
    }
    if !(20...10_000_000).contains(steps) {
      throw ValidationError("--steps \(steps): choose 20 ... 10000000")
    }
    if let synthetic {
      do {
        _ = try SyntheticSpecification(synthetic)
      } catch {
        throw ValidationError("--synthetic \(error)")
      }
    } else if output != nil || rate != nil {
      throw ValidationError("--output and --rate go with --synthetic")
    }
    if output != nil, arguments.run != nil {
      throw ValidationError("--output and --run name the same: give one")
    }
    if let output, output.trimmingCharacters(in: .whitespaces).isEmpty {
      throw ValidationError("--output is empty: name a file, e.g. --output big")
    }
    if let rate, !(0.01...10_000).contains(rate) {
      throw ValidationError("--rate \(rate): choose 0.01 ... 10000 steps a second")
    }
  }

  func run() async throws {
    if let synthetic { return try await record(SyntheticSpecification(synthetic)) }
    let session = RunSession(
      arguments: arguments, appearance: appearance,
      file: try arguments.file(defaultName: "demo-\(allocator)"))
    if arguments.wantsDashboard(appearance) {
      try await session.trainBesideDashboard(command: Array(CommandLine.arguments.dropFirst()))
    } else {
      try await train(session)
    }
  }

  private func record(_ specification: SyntheticSpecification) async throws {
    var arguments = arguments
    arguments.run = output ?? arguments.run
    let file = try arguments.file(defaultName: "synthetic")
    try RunArguments.makeFolder(for: file, option: "--output")
    let result = try await SyntheticRecording(
      specification: specification, file: file, overwrites: arguments.force, rate: rate
    ).write(requests: StopRequests())
    print(
      "run file: \(file.relativePath), \(result.steps) steps of \(specification.modules) modules in "
        + String(
          format: "%.1f s, %.1f MB", result.seconds, Double(result.bytes) / 1_000_000))
  }

  private func train(_ session: RunSession) async throws {
    try OpenBLAS.open()
    let kind = try AllocatorKind(named: allocator)
    let task = PlantedTask(seed: arguments.seed)
    // What prunes begins with as many as any module may need, what moves or grows begins as its method says.
    let usualStart = kind.recipe.startRank(for: PlantedTask.meanRank)
    let startRank = usualStart > PlantedTask.meanRank ? PlantedTask.startRank : usualStart
    let slots = kind == .lora ? startRank : PlantedTask.startRank
    let learner = PlantedLearner(
      task: task, rank: slots,
      scale: kind.recipe.scale(alpha: Float(startRank), startRank: startRank),
      threads: arguments.threadCount)
    learner.adapters.start(kind.recipe, seed: arguments.seed)
    var allocation = AllocatorOptions()
    allocation.rank = PlantedTask.meanRank
    allocation.initialRank = startRank
    allocation.targetBudget = task.budget
    allocation.orthogonalityWeight = 0.005
    var options = TrainingOptions(
      totalSteps: steps, stepsPerEpoch: steps, rate: kind.demonstrationRate, headRate: 0,
      statisticsInterval: 10, evaluationInterval: max(1, steps / 10),
      threads: arguments.threadCount, seed: arguments.seed,
      // Every sequence is new.
      examples: steps * PlantedTask.batchSize)
    options.proposalTimeout = arguments.proposalTimeout
    let runOptions = options
    let manifest = ManifestBuilder(
      name: session.file.deletingPathExtension().lastPathComponent, model: "planted encoder",
      architecture: "bert", task: "planted", data: ["train": "random tokens"], labels: [],
      mainMetric: "explained", kind: kind, options: options, allocation: allocation,
      adapters: learner.adapters, startRank: startRank, plantedRanks: task.ranks
    ).manifest
    let (allocatorOptions, script) = (allocation, try steering.script())
    try TrainingRun.check(
      kind: kind, modules: manifest.modules, options: options, allocatorOptions: allocation,
      script: script)
    try await session.trainHere(manifest: manifest) { outlet in
      try TrainingRun(
        learner: learner, kind: kind, startRank: startRank, options: runOptions,
        allocatorOptions: allocatorOptions, script: script, outlet: outlet)
    } save: {
      // The student has no use beyond the demonstration.
      String?.none
    }
  }
}

extension AllocatorKind {
  /// All names, for help and messages.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
