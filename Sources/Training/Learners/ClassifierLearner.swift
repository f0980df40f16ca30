import Allocation
import LanguageModels
import RunEvents
import Tensors

/// A sequence classifier (or regressor) that learns from labelled texts.
///
/// The loss is the batch's mean cross-entropy in nats, or its mean squared error for regression.
public final class ClassifierLearner: Learner, @unchecked Sendable {
  /// Tokens of a chunk: small enough for a chunk's activations to stay in cache.
  static let chunkTokens = 512

  /// The model.
  public let model: ClassifierModel
  private let train: EncodedDataset
  private let evaluation: EncodedDataset?
  private let validation: EncodedDataset?
  private var ablation: AblationPass?
  private let wholeOrder: BatchOrder
  private var order: BatchOrder
  private var split: ValidationSplit?
  private var validationOrder: BatchOrder?
  private var isValidating = false
  private let seed: UInt64
  private let seats: [ClassifierModel.Seat]
  private var dLogits: [FloatBuffer]
  private var batch = PackedBatch(ids: [], typeIDs: [], offsets: [0])
  private var examples: [Int] = []
  private var shares: [[Range<Int>]] = []

  /// Creates a learner.
  ///
  /// - Parameters:
  ///   - model: TransformerEncoder and head.
  ///   - train: Training examples.
  ///   - evaluation: Held-out examples, or none.
  ///   - validation: The fixed batch of ablation rounds, or none.
  ///   - order: Which examples each step takes.
  ///   - seed: Seed of the dropout.
  ///   - threads: Workers that will be used.
  public init(
    model: ClassifierModel, train: EncodedDataset, evaluation: EncodedDataset?,
    validation: EncodedDataset? = nil, order: BatchOrder, seed: UInt64, threads: Int
  ) {
    self.validation = validation
    self.model = model
    self.train = train
    self.evaluation = evaluation
    wholeOrder = order
    self.order = order
    self.seed = seed
    seats = (0..<threads).map { _ in ClassifierModel.Seat() }
    dLogits = (0..<threads).map { _ in FloatBuffer(count: 0) }
  }

  /// All trainable parameters.
  public var adapters: AdapterSet { model.adapters }
  /// The head's tensors.
  public var headTensors: [ClassifierHead.Tensor] { model.head.tensors }
  /// Where each worker adds the dense gradients of the adapted weights.
  public var weightGradients: [WeightGradients] = [] {
    didSet {
      for (index, seat) in seats.enumerated() {
        seat.weightGradients =
          weightGradients.indices.contains(index) ? weightGradients[index] : nil
      }
    }
  }

  /// Makes changed parameters take effect.
  public func publish() { model.encoder.publish() }

  /// Packs the step's batch.
  public func prepare(step: Int, workers: Int) -> Int {
    isValidating = false
    let places = order.indices(step: step)
    pack(split.map { split in places.map { split.training[$0] } } ?? places, workers: workers)
    return batch.ids.count
  }

  /// Divides the training examples by the seed, or takes them together again.
  public func holdOut(_ share: Double) -> String? {
    if share == split?.share ?? 0 { return nil }
    if share > 0, let refusal = ValidationSplit.refusal(count: train.count, share: share) {
      return refusal
    }
    split = share > 0 ? ValidationSplit(count: train.count, share: share, seed: seed) : nil
    order = split.map { wholeOrder.over($0.training.count) } ?? wholeOrder
    validationOrder = split.map { wholeOrder.over($0.validation.count, salt: 0x7A11_DA7E) }
    return nil
  }

  /// Packs the validation batch of a step.
  public func prepareValidation(step: Int, workers: Int) -> Int {
    guard let split, let places = validationOrder?.indices(step: step) else {
      preconditionFailure("no validation data were held out")
    }
    isValidating = true
    pack(places.map { split.validation[$0] }, workers: workers)
    return batch.ids.count
  }

  private func pack(_ examples: [Int], workers: Int) {
    self.examples = examples
    batch = train.batch(examples)
    shares = batch.shares(workers: workers, tokens: Self.chunkTokens)
  }

  /// Adds one worker's raw gradients; see ``Learner/accumulate(step:worker:gradient:)``.
  public func accumulate(step: Int, worker: Int, gradient: FloatBuffer) -> Double {
    let pass = isValidating ? .evaluation : PassDropout(key: mix(mix(seed, 0xD809), UInt64(step)))
    let headPass =
      isValidating ? .evaluation : PassDropout(key: mix(mix(seed, 0x4EAD), UInt64(step)))
    let outputs = model.head.outputs
    if dLogits[worker].count < batch.count * outputs {
      dLogits[worker] = FloatBuffer(count: batch.count * outputs)
    }
    var loss = 0.0
    for chunk in shares[worker] {
      let logits = model.logits(
        batch, sequences: chunk, pass: pass, headPass: headPass, seat: seats[worker])
      let d = dLogits[worker].matrix(rows: chunk.count, columns: outputs)
      for (row, sequence) in chunk.enumerated() {
        loss += train.labels.loss(
          logits.row(row), example: examples[sequence], outputs: outputs,
          weight: 1 / Float(batch.count), gradient: d.row(row))
      }
      model.backward(
        d, sequences: chunk, pass: pass, headPass: headPass, seat: seats[worker],
        gradient: gradient)
    }
    return loss / Double(batch.count)
  }

  /// Ablation on the validation batch; its memory is allocated in the first round.
  public func ablate(
    alive: [Bool], workers: Workers, progress: @escaping (_ done: Int, _ total: Int) -> Void
  ) -> AblationRound? {
    guard let validation else { return nil }
    let examples = Array(0..<validation.count)
    let pass =
      ablation
      ?? AblationPass(
        encoder: model.encoder, batch: validation.batch(examples), firstTokensOnly: true,
        workers: workers.count)
    ablation = pass
    return pass.round(
      alive: alive, workers: workers, progress: progress,
      score: model.score(validation, examples: examples, workers: workers.count))
  }

  /// Metrics on the held-out examples.
  public func evaluate(step: Int, workers: Workers) -> Evaluation? {
    evaluation.map {
      Evaluator(model: model, seats: seats).evaluate($0, workers: workers, step: step)
    }
  }
}

extension AblationPass {
  /// One round as allocators read it.
  func round(
    alive: [Bool], workers: Workers, progress: @escaping (_ done: Int, _ total: Int) -> Void,
    score: @escaping AblationScores.Score
  ) -> AblationRound? {
    let scores = scores(alive: alive, workers: workers, score: score) { done, total in
      progress(done, total)
      return true
    }
    return scores.map {
      AblationRound(
        full: $0.full, importance: $0.importance, without: $0.without, only: $0.only)
    }
  }
}

extension EncodedDataset {
  /// Packs some of the examples, in this order.
  public func batch(_ examples: [Int]) -> PackedBatch {
    var ids: [Int32] = []
    var types: [Int32] = []
    var starts = [0]
    let tokens = examples.reduce(0) { $0 + offsets[$1 + 1] - offsets[$1] }
    ids.reserveCapacity(tokens)
    types.reserveCapacity(tokens)
    for example in examples {
      let range = offsets[example]..<offsets[example + 1]
      ids += self.ids[range]
      types += typeIDs[range]
      starts.append(ids.count)
    }
    return PackedBatch(ids: ids, typeIDs: types, offsets: starts)
  }
}

extension EncodedDataset.Labels {
  /// Loss of one example's logits, and its gradient times `weight`.
  func loss(
    _ logits: UnsafePointer<Float>, example: Int, outputs: Int, weight: Float,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    switch self {
    case .classes(let classes):
      Loss.crossEntropy(
        logits, label: Int(classes[example]), classes: outputs, weight: weight, gradient: gradient)
    case .values(let values):
      Loss.squaredError(
        logits[0], target: values[example], weight: weight, gradient: gradient)
    }
  }
}
