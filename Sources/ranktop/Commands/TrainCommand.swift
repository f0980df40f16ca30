import Allocation
import ArgumentParser
import Foundation
import LanguageModels
import RunEvents
import Tensors
import Training

/// `ranktop train`: fine-tune a checkpoint on labelled texts.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Fine-tune a Hugging Face checkpoint and watch its ranks move.",
    discussion: """
      Data are TSV, CSV or JSONL files with the columns label, text and, for pairs, text_b.

      Example:
        ranktop train --model MiniLM-L6 --train train.tsv --eval test.tsv \\
          --allocator dora --rank 4 --epochs 4
      """)

  @Option(
    help: "Model folder (config.json, model.safetensors, tokenizer.json) or hub name org/name.")
  var model: String?

  @Option(help: "Training data.")
  var train: String?

  @Option(help: "Held-out data.")
  var eval: String?

  @OptionGroup var allocation: AllocationArguments
  @OptionGroup var steering: SteeringArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup var data: DataArguments
  @OptionGroup var checkpoints: CheckpointArguments
  @OptionGroup var arguments: RunArguments
  @OptionGroup var appearance: Appearance

  @Option(help: "Folder for the trained adapter. Default: beside the run file.")
  var output: String?

  func validate() throws {
    if !checkpoints.isTakenUp {
      for (option, value) in [("--model", model), ("--train", train)] where value == nil {
        throw ValidationError("Missing expected argument '\(option) <\(option.dropFirst(2))>'")
      }
      try allocation.checkOwners(later: steering.laterAllocators)
    }
  }

  /// Name of what is learned, for file names: the training file's, or its folder's where it is just `train`.
  var taskName: String {
    let stem = URL(fileURLWithPath: train ?? "").deletingPathExtension()
    let folder = stem.deletingLastPathComponent().lastPathComponent
    let generic = ["train", "training", "data"].contains(stem.lastPathComponent.lowercased())
    return generic && !folder.isEmpty ? folder : stem.lastPathComponent
  }

  /// Whether examples are kept out of training because an allocator of the run will validate on them.
  var holdsOut: Bool {
    ([allocation.kind] + steering.laterAllocators).contains {
      $0.parameters.contains(.ablationBatch)
    }
  }

  /// Settings for the manifest beyond those that the engine and the allocator know.
  ///
  /// - Parameter length: Tokens kept of a text.
  func moreSettings(length: Int) -> [String: String] {
    var more = recipe.settings
    more["targets"] = allocation.targets
    more["lora-dropout"] = "\(allocation.loraDropout)"
    more["max-length"] = "\(length)"
    more["held-out"] = "\(holdsOut)"
    return more
  }

  func run() async throws {
    let words = OptionWords(CommandLine.arguments.dropFirst(2))
    if let path = checkpoints.resume { return try await resume(path, words) }
    if let source = checkpoints.fork { return try await fork(source, words) }
    try await start(
      words, defaultName: "\(taskName)-\(allocation.allocator)-r\(allocation.rank)", from: nil)
  }

  /// A new run, from the beginning or from another one's checkpoint.
  ///
  /// - Parameters:
  ///   - words: The options as typed.
  ///   - defaultName: Name of the run file where none is given.
  ///   - source: The other run.
  func start(_ words: OptionWords, defaultName: String, from source: TakenUpRun?) async throws {
    let session = RunSession(
      arguments: arguments, appearance: appearance,
      file: try arguments.file(defaultName: defaultName))
    if let source, source.run.file.standardizedFileURL == session.file.standardizedFileURL {
      throw Failure("\(session.file.relativePath) is the run that is forked: name another --run")
    }
    let destination = output.map { URL(fileURLWithPath: $0) } ?? session.adapterFolder
    try refuseToOverwrite(session.file, destination)
    if arguments.wantsDashboard(appearance) {
      return try await session.trainBesideDashboard(
        command: Array(CommandLine.arguments.dropFirst()))
    }
    guard let source else {
      let folder = FileManager.default.currentDirectoryPath
      return try await trainHere(
        session, destination,
        command: (
          words.without(OptionWords.surroundings.subtracting(["output", "force"])).words, folder
        ))
    }
    var all = source.words
    if output != nil { all = all + OptionWords(["--output", destination.path]) }
    if arguments.force { all = all + OptionWords(["--force"]) }
    try source.run.enterFolder()
    let command = try TrainCommand.parse(all.words)
    try await command.trainHere(
      session, destination, command: (all.words, source.run.folder), from: source)
  }

  /// Existing results stay unless `--force` is given; said before the model is loaded.
  private func refuseToOverwrite(_ file: URL, _ destination: URL) throws {
    if arguments.force { return }
    for (url, option) in [(file, "--run"), (destination, "--output")]
    where FileManager.default.fileExists(atPath: url.path) {
      throw Failure(
        "\(url.relativePath) exists: choose another name with \(option), or overwrite it with --force"
      )
    }
  }

  /// Trains in this process.
  ///
  /// - Parameters:
  ///   - session: Where it is recorded and shown.
  ///   - destination: Folder of the adapter.
  ///   - command: What the manifest says of the command.
  ///   - taken: The run that this one goes on from, if it does.
  func trainHere(
    _ session: RunSession, _ destination: URL, command: (words: [String], folder: String),
    from taken: TakenUpRun? = nil
  ) async throws {
    // Hours later is too late to learn that the adapter has no place.
    try RunArguments.makeFolder(for: destination, option: "--output")
    try OpenBLAS.open()
    if let taken { try taken.check(fingerprints(), self) }
    let setup = try ClassifierSetup(self, taken)
    let fingerprints = try fingerprints()
    let threads = taken?.threads ?? arguments.threadCount
    var options = try recipe.options(
      examples: setup.train.count, kind: allocation.kind, threads: threads, seed: arguments.seed)
    taken?.keep(&options)
    options.checkpointInterval = checkpoints.checkpointEvery
    options.proposalTimeout = arguments.proposalTimeout
    options.checkpointsAtEnd = checkpoints.keepCheckpoints > 0
    let learner = ClassifierLearner(
      model: setup.model, train: setup.train, evaluation: setup.evaluation,
      validation: setup.validation,
      order: BatchOrder(
        count: setup.train.count, batchSize: recipe.batchSize, seed: arguments.seed),
      seed: arguments.seed, threads: threads)
    let manifest = try manifest(session, setup, options, taken, command)
    let script: [ScriptedIntervention]
    if let taken {
      script = try taken.script(self, options: options)
      try check(taken, script, learner, options)
    } else {
      script = try self.script(for: manifest)
      // A schedule that cannot fit is the user's mistake: say so before a run file exists.
      try TrainingRun.check(
        kind: allocation.kind, modules: manifest.modules, options: options,
        allocatorOptions: allocation.options,
        script: script.filter {
          if case .allocator = $0.intervention { true } else { $0.step == 0 }
        }, examples: setup.train.count)
    }
    let export = AdapterExport(
      adapters: setup.model.adapters, head: setup.model.head, base: model ?? "",
      notes: AdapterNotes(
        labels: setup.labels, task: setup.task.rawValue, maxLength: setup.length))
    let force = session.arguments.force || arguments.force
    let kind = try taken?.rateKind(allocation) ?? allocation.kind
    let allocatorOptions = allocation.options
    let (startRank, checkpoint, runOptions) = (allocation.startRank, taken?.checkpoint, options)
    taken?.complainAboutDifferences()
    try await session.trainHere(
      opening: try taken?.opening(manifest, script) ?? .new([.started(manifest)], nil),
      keepsCheckpoints: checkpoints.keepCheckpoints
    ) { outlet in
      try TrainingRun(
        learner: learner, kind: kind, startRank: startRank, options: runOptions,
        allocatorOptions: allocatorOptions, script: script, fingerprints: fingerprints,
        restoring: checkpoint, outlet: outlet)
    } save: {
      try export.write(to: destination, force: force)
      return destination.relativePath
    }
  }

  private func manifest(
    _ session: RunSession, _ setup: ClassifierSetup, _ options: TrainingOptions,
    _ taken: TakenUpRun?, _ command: (words: [String], folder: String)
  ) throws -> Manifest {
    var more = moreSettings(length: setup.length)
    if let taken { more["held-out"] = "\(taken.holdsOut)" }
    let kind = try taken.map { try AllocatorKind(named: $0.checkpoint.allocator.name) }
    var manifest = ManifestBuilder(
      name: session.file.deletingPathExtension().lastPathComponent, model: model ?? "",
      architecture: setup.checkpoint.configuration.family.rawValue, task: setup.task.rawValue,
      data: ["train": train ?? "", "eval": eval ?? ""].filter { !$0.value.isEmpty },
      labels: setup.labels, mainMetric: setup.task == .classification ? "accuracy" : "pearson",
      kind: kind ?? allocation.kind, options: options, allocation: allocation.options,
      adapters: setup.model.adapters, startRank: taken?.startRank ?? allocation.startRank,
      plantedRanks: nil, command: command, more: more
    ).manifest
    if let taken { manifest.targetBudget = taken.checkpoint.target }
    return manifest
  }
}

/// What the trainer needs before its first step: model, data, tokenizer, put together from the options.
struct ClassifierSetup {
  let checkpoint: ClassifierCheckpoint
  let model: ClassifierModel
  let train: EncodedDataset
  let evaluation: EncodedDataset?
  /// The fixed batch of ablation rounds.
  let validation: EncodedDataset
  let labels: [String]
  let task: TaskKind
  let length: Int

  /// Loads everything; each failure is one clear error.
  ///
  /// - Parameters:
  ///   - command: The options.
  ///   - taken: The run whose shapes and data are kept; nil for those of the options.
  init(_ command: TrainCommand, _ taken: TakenUpRun? = nil) throws {
    let allocation = command.allocation
    let slots = taken?.checkpoint.slots ?? allocation.slots
    let folder = try ModelFolder(resolving: command.model ?? "")
    checkpoint = try ClassifierCheckpoint(folder, adapterDropout: allocation.loraDropout)
    length = try command.data.length(for: checkpoint.configuration)
    let encoding = try TextEncoding(folder, checkpoint.configuration, length: length)
    let kind = command.data.task.flatMap(TaskKind.init(rawValue:))
    let training = try Dataset(
      contentsOf: URL(fileURLWithPath: command.train ?? ""), columns: command.data.columns,
      task: kind)
    task = training.task
    labels = training.classNames
    let held = try command.eval.map {
      try Dataset(
        contentsOf: URL(fileURLWithPath: $0), columns: command.data.columns, like: training)
    }
    let encoded = encoding.encode(training)
    let split = AblationSplit(
      count: encoded.count, size: Int(allocation.options[.ablationBatch]),
      seed: command.arguments.seed, holdsOut: taken?.holdsOut ?? command.holdsOut)
    validation = encoded.subset(split.batch)
    train = encoded.subset(split.training)
    evaluation = held.map { encoding.encode($0) }

    let sites = checkpoint.configuration.sites(try allocation.kinds())
    let narrowest = sites.map { min($0.inputs, $0.outputs) }.min() ?? 0
    guard slots <= narrowest else {
      throw Failure(
        "--rank \(allocation.rank) needs \(slots) slots a module, but the narrowest adapted "
          + "layer has \(narrowest): choose a smaller --rank, --initial-rank or --capacity")
    }
    let head = try checkpoint.head(outputs: task == .classification ? labels.count : 1)
    let adapters = AdapterSet(
      sites: sites, rank: slots, scale: taken?.checkpoint.scale ?? allocation.scale,
      headCount: head.parameterCount)
    adapters.start(allocation.kind.recipe, seed: command.arguments.seed)
    try checkpoint.startHead(head, in: adapters, seed: command.arguments.seed)
    model = ClassifierModel(encoder: try checkpoint.encoder(adapters), head: head)
  }
}
