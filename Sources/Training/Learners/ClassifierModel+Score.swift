import LanguageModels
import Tensors

extension ClassifierModel {
  /// The score of hidden states that ablation rounds compare: the negative mean loss of a batch.
  ///
  /// Cross-entropy in nats (Liu et al. 2024, arXiv:2403.16187, section 3.3), or the squared error for regression,
  /// which is our choice: the paper has no regression. Memory is allocated once, here.
  ///
  /// - Parameters:
  ///   - data: Where the batch is from.
  ///   - examples: Its examples, in the batch's order.
  ///   - workers: Workers that may call it at a time.
  /// - Returns: The score of first tokens' final hidden states, `[examples, width]`.
  public func score(
    _ data: EncodedDataset, examples: [Int], workers: Int
  ) -> AblationScores.Score {
    let outputs = head.outputs
    let memories = (0..<workers).map { _ in ClassifierHead.Activations() }
    let scratch = (0..<workers).map { _ in FloatBuffer(count: outputs) }
    let labels = data.labels
    return { [head, adapters] hidden, worker in
      precondition(
        hidden.rows == examples.count, "hidden \(hidden.shape) of \(examples.count) examples")
      let logits = head.forward(
        hidden, firstSequence: 0, parameters: adapters.parameters,
        start: adapters.head.lowerBound, pass: .evaluation, memory: memories[worker])
      var loss = 0.0
      for (row, example) in examples.enumerated() {
        loss += labels.loss(
          logits.row(row), example: example, outputs: outputs, weight: 0,
          gradient: scratch[worker].base)
      }
      return -loss / Double(examples.count)
    }
  }
}
