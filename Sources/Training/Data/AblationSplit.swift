import Tensors

/// The fixed validation batch of ablation rounds (ALoRA's B_val), drawn from the training examples by seed.
///
/// A run that begins with ALoRA holds it out of training. A run that turns to ALoRA later has trained on all
/// examples by then, so nothing is held out: its batch are examples already seen.
public struct AblationSplit: Sendable, Hashable {
  /// Examples of the batch, rising.
  public let batch: [Int]
  /// Examples to train on, rising.
  public let training: [Int]

  /// Draws `size` of `count` examples, fewer where there are not as many; at least one is left to train on.
  public init(count: Int, size: Int, seed: UInt64, holdsOut: Bool) {
    precondition(count >= 1, "no examples")
    var generator = SeededGenerator(seed: mix(seed, 0xAB1A), stream: 1)
    var order = Array(0..<count)
    let taken = max(1, min(size, holdsOut ? count - 1 : count))
    for index in 0..<taken {
      order.swapAt(index, index + Int(generator.next() % UInt64(count - index)))
    }
    batch = order[..<min(taken, count)].sorted()
    let held = Set(holdsOut && count > 1 ? batch : [])
    training = (0..<count).filter { !held.contains($0) }
  }
}
