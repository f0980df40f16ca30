import Tensors

/// Training examples divided at random into those that are trained on and those kept for validation.
///
/// A function of count, share and seed alone.
public struct ValidationSplit: Sendable, Hashable {
  /// Share that is kept for validation.
  public let share: Double
  /// Examples to train on, by rising number.
  public let training: [Int]
  /// Examples kept, by rising number.
  public let validation: [Int]

  /// Divides `count` examples.
  ///
  /// - Precondition: ``refusal(count:share:)`` is nil.
  public init(count: Int, share: Double, seed: UInt64) {
    if let refusal = Self.refusal(count: count, share: share) { preconditionFailure(refusal) }
    var generator = SeededGenerator(seed: mix(seed, 0x5EED_5B17), stream: 0)
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(index, Int(generator.next() % UInt64(index + 1)))
    }
    let kept = Self.kept(count, share)
    self.share = share
    validation = order[..<kept].sorted()
    training = order[kept...].sorted()
  }

  /// Why a split cannot be, as a sentence for a person; nil when it can.
  ///
  /// Either side needs two examples; a side smaller than a batch gives smaller batches. Our choice.
  public static func refusal(count: Int, share: Double) -> String? {
    let kept = kept(count, share)
    if kept >= 2 && count - kept >= 2 { return nil }
    return "validation \(Float(share)) divides the \(count) training examples into \(kept) to "
      + "validate and \(count - kept) to train on, and either needs 2: give more data, or another "
      + "share with --set validation"
  }

  private static func kept(_ count: Int, _ share: Double) -> Int {
    Int((Double(count) * share).rounded())
  }
}
