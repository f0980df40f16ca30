import LanguageModels
import RunEvents
import Tensors

/// Runs a model over labelled examples without dropout and works out metrics.
public struct Evaluator: Sendable {
  private let model: ClassifierModel
  private let seats: [ClassifierModel.Seat]

  /// Creates an evaluator; `seats` has one memory a worker.
  public init(model: ClassifierModel, seats: [ClassifierModel.Seat]) {
    self.model = model
    self.seats = seats
  }

  /// Logits of all examples, row by row, `[count, outputs]`.
  public func logits(_ data: EncodedDataset, workers: Workers) -> FloatBuffer {
    precondition(
      seats.count >= workers.count, "\(seats.count) seats for \(workers.count) workers")
    let outputs = model.head.outputs
    let all = FloatBuffer(count: data.count * outputs)
    // One batch over everything: chunks bound the memory.
    let batch = data.batch(Array(0..<data.count))
    let shares = batch.shares(workers: workers.count, tokens: ClassifierLearner.chunkTokens)
    let (model, seats) = (model, seats)
    workers.run { worker in
      for chunk in shares[worker] {
        let logits = model.logits(
          batch, sequences: chunk, pass: .evaluation, headPass: .evaluation, seat: seats[worker])
        (all.base + chunk.lowerBound * outputs)
          .update(from: logits.base, count: chunk.count * outputs)
      }
    }
    return all
  }

  /// Loss and metrics.
  public func evaluate(_ data: EncodedDataset, workers: Workers, step: Int) -> Evaluation {
    let started = ContinuousClock.now
    var evaluation = evaluate(data, logits: logits(data, workers: workers), step: step)
    evaluation.seconds = (ContinuousClock.now - started).seconds
    return evaluation
  }

  /// Loss and metrics of logits that are already there; takes no time worth reporting.
  public func evaluate(_ data: EncodedDataset, logits: FloatBuffer, step: Int) -> Evaluation {
    let outputs = model.head.outputs
    let scratch = FloatBuffer(count: outputs)
    var loss = 0.0
    for example in 0..<data.count {
      loss += data.labels.loss(
        logits.base + example * outputs, example: example, outputs: outputs, weight: 0,
        gradient: scratch.base)
    }
    return Evaluation(
      step: step, loss: loss / Double(max(1, data.count)),
      metrics: metrics(data.labels, logits), seconds: 0)
  }

  /// Class with the largest logit; the first of equals, and 0 where no logit is a number.
  public static func argmax(_ logits: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for index in 1..<max(1, count) where logits[index] > logits[best] { best = index }
    return best
  }

  private func metrics(_ labels: EncodedDataset.Labels, _ logits: FloatBuffer) -> [String: Double] {
    let outputs = model.head.outputs
    switch labels {
    case .classes(let classes):
      let predicted = classes.indices.map {
        Int32(Self.argmax(logits.base + $0 * outputs, outputs))
      }
      return [
        "accuracy": Metrics.accuracy(predicted, classes),
        "f1": Metrics.f1(predicted, classes, classCount: outputs),
        "mcc": Metrics.matthewsCorrelation(predicted, classes, classCount: outputs),
      ]
    case .values(let values):
      let predicted = logits.array
      return [
        "pearson": Metrics.pearson(predicted, values),
        "spearman": Metrics.spearman(predicted, values),
      ]
    }
  }
}
