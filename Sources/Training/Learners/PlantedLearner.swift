import Allocation
import LanguageModels
import RunEvents
import Tensors

/// The student of a ``PlantedTask``: its hidden states against the teacher's, over all tokens.
///
///     loss = mean (h - h_teacher)^2 / mean (h_frozen - h_teacher)^2
///
/// so that 1 is the untouched model and 0 the teacher.
public final class PlantedLearner: Learner, @unchecked Sendable {
  /// One worker's memory.
  private final class Seat: @unchecked Sendable {
    let student = EncoderActivations()
    let teacher = EncoderActivations()
    var difference = FloatBuffer(count: 0)
  }

  /// The task.
  public let task: PlantedTask
  /// The student's adapters.
  public let adapters: AdapterSet
  private let student: TransformerEncoder
  private let teacher: TransformerEncoder
  private let seats: [Seat]
  private var batch = PackedBatch(ids: [], typeIDs: [], offsets: [0])
  private var shares: [[Range<Int>]] = []
  private var frozenError = 1.0
  private var ablation: (pass: AblationPass, wanted: Matrix)?
  // Keeps the memory behind `ablation.wanted`.
  private var ablationGoal: FloatBuffer?
  private let heldOut: [UInt64] = (0..<4).map { UInt64.max - $0 }

  /// Creates the student.
  ///
  /// - Parameters:
  ///   - task: What is planted.
  ///   - rank: Component slots of each module.
  ///   - scale: The adapters' scale.
  ///   - threads: Workers that will be used.
  public init(task: PlantedTask, rank: Int, scale: Float, threads: Int) {
    self.task = task
    let sites = PlantedTask.configuration.sites(Set(LinearKind.allCases))
    adapters = AdapterSet(sites: sites, rank: rank, scale: scale, headCount: 0)
    student = task.encoder(adapters)
    teacher = task.encoder(task.plant())
    teacher.publish()
    student.publish()
    seats = (0..<threads).map { _ in Seat() }
    // All gates are still 0 here: the student is the frozen model.
    let workers = Workers(count: 1)
    frozenError = heldOutError(workers)
    workers.close()
  }

  /// No head: the hidden states themselves are learned.
  public var headTensors: [ClassifierHead.Tensor] { [] }

  /// Where each worker adds the dense gradients of the adapted weights.
  public var weightGradients: [WeightGradients] = [] {
    didSet {
      for (index, seat) in seats.enumerated() {
        seat.student.weightGradients =
          weightGradients.indices.contains(index) ? weightGradients[index] : nil
      }
    }
  }

  /// Makes changed parameters take effect.
  public func publish() { student.publish() }

  /// Draws the step's batch.
  public func prepare(step: Int, workers: Int) -> Int {
    draw(UInt64(step), workers: workers)
    return batch.ids.count
  }

  /// Nothing need be held out: tokens are random, and validation draws others.
  public func holdOut(_ share: Double) -> String? { nil }

  /// Draws a batch that is neither trained on nor evaluated.
  public func prepareValidation(step: Int, workers: Int) -> Int {
    draw(1 << 62 | UInt64(step), workers: workers)
    return batch.ids.count
  }

  private func draw(_ number: UInt64, workers: Int) {
    batch = task.batch(number)
    shares = batch.shares(workers: workers, tokens: 512)
  }

  /// Adds one worker's raw gradients; see ``Learner/accumulate(step:worker:gradient:)``.
  public func accumulate(step: Int, worker: Int, gradient: FloatBuffer) -> Double {
    let weight = 1 / (Double(batch.ids.count * PlantedTask.configuration.width) * frozenError)
    return shares[worker].reduce(0) { total, chunk in
      total + pass(batch, chunk, seats[worker], weight: weight, gradient: gradient)
    }
  }

  /// Loss on held-out sequences, and `explained`, the share of the teacher's effect that is learned.
  public func evaluate(step: Int, workers: Workers) -> Evaluation? {
    let started = ContinuousClock.now
    let loss = heldOutError(workers) / frozenError
    return Evaluation(
      step: step, loss: loss, metrics: ["explained": 1 - loss],
      seconds: (ContinuousClock.now - started).seconds)
  }

  /// Ablation on one batch of held-out sequences; S is the negative loss on it.
  public func ablate(
    alive: [Bool], workers: Workers, progress: @escaping (_ done: Int, _ total: Int) -> Void
  ) -> AblationRound? {
    let batch = task.batch(UInt64.max - 100)
    let (pass, wanted) = ablation ?? prepareAblation(batch, workers: workers.count)
    ablation = (pass, wanted)
    let weight = 1 / (Double(wanted.rows * wanted.columns) * frozenError)
    return pass.round(alive: alive, workers: workers, progress: progress) { hidden, _ in
      var error = 0.0
      for row in 0..<hidden.rows {
        let (found, goal) = (hidden.row(row), wanted.row(row))
        for column in 0..<hidden.columns {
          let difference = Double(found[column] - goal[column])
          error += difference * difference
        }
      }
      return -error * weight
    }
  }

  /// The pass and what the teacher says to its batch.
  private func prepareAblation(_ batch: PackedBatch, workers: Int) -> (AblationPass, Matrix) {
    let memory = EncoderActivations()
    let wanted = teacher.forward(
      batch, sequences: 0..<batch.count, firstTokensOnly: false, dropout: .evaluation,
      activations: memory)
    let copy = FloatBuffer(count: wanted.rows * wanted.columns)
    for row in 0..<wanted.rows {
      (copy.base + row * wanted.columns).update(from: wanted.row(row), count: wanted.columns)
    }
    ablationGoal = copy
    let pass = AblationPass(
      encoder: student, batch: batch, firstTokensOnly: false, workers: workers)
    return (pass, copy.matrix(rows: wanted.rows, columns: wanted.columns))
  }

  private func heldOutError(_ workers: Workers) -> Double {
    let count = heldOut.count * PlantedTask.batchSize * PlantedTask.length
    let weight = 1 / Double(count * PlantedTask.configuration.width)
    return heldOut.reduce(0) { total, number in
      let batch = task.batch(number)
      return total
        + pass(batch, 0..<batch.count, seats[0], weight: weight, gradient: nil)
    }
  }

  /// Weighted squared difference over a chunk; its raw gradients where a buffer is given.
  private func pass(
    _ batch: PackedBatch, _ chunk: Range<Int>, _ seat: Seat, weight: Double,
    gradient: FloatBuffer?
  ) -> Double {
    let wanted = teacher.forward(
      batch, sequences: chunk, firstTokensOnly: false, dropout: .evaluation,
      activations: seat.teacher)
    let found = student.forward(
      batch, sequences: chunk, firstTokensOnly: false, dropout: .evaluation,
      activations: seat.student)
    let count = found.rows * found.columns
    if seat.difference.count < count { seat.difference = FloatBuffer(count: count) }
    let d = seat.difference
    d.base.update(from: found.base, count: count)
    add(wanted.base, times: -1, to: d.base, count: count)
    let error = Double(dot(d.base, d.base, count: count)) * weight
    if let gradient {
      scale(d.base, by: Float(2 * weight), count: count)
      student.backward(
        d.matrix(rows: found.rows, columns: found.columns), dropout: .evaluation,
        activations: seat.student, gradient: gradient)
    }
    return error
  }
}
