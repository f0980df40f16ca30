import Allocation
import LanguageModels
import RunEvents
import Tensors

/// What is learned: a model with adapters, its data, and the loss between them.
///
/// The engine asks for gradients of a step's batch, divided among workers, and for evaluations; it owns
/// the optimiser and the allocator. Implementations keep one memory for each worker and allocate nothing
/// in a step once that has grown.
public protocol Learner: AnyObject, Sendable {
  /// All trainable parameters.
  var adapters: AdapterSet { get }
  /// The task head's trained tensors; empty without a head.
  var headTensors: [ClassifierHead.Tensor] { get }
  /// Makes changed parameters take effect, while no worker runs.
  func publish()
  /// Fetches a step's batch; called once before the workers start. Returns its number of tokens.
  func prepare(step: Int, workers: Int) -> Int
  /// Adds the raw gradients of one worker's share of the prepared batch.
  ///
  /// - Parameters:
  ///   - step: Step number, counted from 1: the key of the dropout.
  ///   - worker: Which share.
  ///   - gradient: This worker's buffer, **added to**.
  /// - Returns: The share's part of the batch's mean loss.
  func accumulate(step: Int, worker: Int, gradient: FloatBuffer) -> Double
  /// Where each worker adds the dense gradients of the adapted weights, complete but for the sum over
  /// workers; empty unless an allocator asks for them. Set between steps.
  var weightGradients: [WeightGradients] { get set }
  /// Keeps a share of the training data out of the batches of ``prepare(step:workers:)`` from now on.
  ///
  /// - Parameter share: `0 ... 1`; 0 for none.
  /// - Returns: Why that cannot be, as a sentence for a person; nil when it is done.
  func holdOut(_ share: Double) -> String?
  /// Fetches a batch of the data held out, a function of seed and step; passes over it have no dropout.
  ///
  /// ``accumulate(step:worker:gradient:)`` works on it until the next call of ``prepare(step:workers:)``.
  /// Returns its number of tokens.
  func prepareValidation(step: Int, workers: Int) -> Int
  /// Loss and metrics on held-out data; nil without any.
  func evaluate(step: Int, workers: Workers) -> Evaluation?
  /// Importance of every live component by ablation on the fixed validation batch (ALoRA, eq. 6).
  ///
  /// Parameters are published. `progress` is called now and then with what is done of how much.
  ///
  /// - Returns: Nil for a learner that cannot.
  func ablate(
    alive: [Bool], workers: Workers, progress: @escaping (_ done: Int, _ total: Int) -> Void
  ) -> AblationRound?
}

extension Learner {
  /// Holds nothing out.
  public func holdOut(_ share: Double) -> String? {
    share > 0 ? "there is no training data to keep for validation" : nil
  }
  /// Cannot.
  public func prepareValidation(step: Int, workers: Int) -> Int {
    preconditionFailure("no validation data were held out")
  }
  /// Cannot.
  public func ablate(
    alive: [Bool], workers: Workers, progress: @escaping (_ done: Int, _ total: Int) -> Void
  ) -> AblationRound? { nil }
}
