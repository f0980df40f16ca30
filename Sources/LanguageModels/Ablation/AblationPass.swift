import Synchronization
import Tensors

/// Scores every live component by ablation, several times faster than a forward pass for every mask.
///
///     IS(r) = S(M) - S(M \ r) + S(M_r)
///
/// Source: Liu et al. 2024, arXiv:2403.16187, equation 6; how it is computed is ours. The results are those of
/// ``AblationReference`` but for rounding.
///
/// A round looks at two networks, one after the other: all live components, of which each is taken away once,
/// and the frozen model, to which each is added once. The network's adapters are merged into dense weights and
/// its activations are kept; each changed network starts from them at the change
/// (``AblationReplicate``). Changed networks are handed out to the workers one by one, so scores
/// do not depend on how many there are.
public final class AblationPass {
  private let shape: AblationShape
  private let weights: AblationWeights
  private let trace: AblationTrace
  private let replicates: [AblationReplicate]

  /// Allocates all memory: the linear layers once more, one trace, and one network's activations a worker.
  ///
  /// - Parameters:
  ///   - encoder: The encoder; read in each round, never changed.
  ///   - batch: The fixed batch; every sequence has a token.
  ///   - firstTokensOnly: Whether the score reads first tokens only, as a classifier's does.
  ///   - workers: Workers that will be used.
  public init(
    encoder: TransformerEncoder, batch: PackedBatch, firstTokensOnly: Bool, workers: Int
  ) {
    precondition(
      batch.count > 0 && zip(batch.offsets, batch.offsets.dropFirst()).allSatisfy(<),
      "a batch of \(batch.count) sequences with an empty one among them")
    shape = AblationShape(encoder: encoder, batch: batch, firstTokensOnly: firstTokensOnly)
    weights = AblationWeights(encoder, workers: workers)
    trace = AblationTrace(shape, workers: workers)
    replicates = (0..<workers).map { [shape, weights, trace] _ in
      AblationReplicate(shape, weights, trace)
    }
  }

  /// Runs one round with the adapters' current factors and coefficients.
  ///
  /// - Parameters:
  ///   - alive: Which components take part, in flat order; the others count as closed.
  ///   - workers: As many as announced, or fewer.
  ///   - score: S of the final hidden states; called by all workers at a time.
  ///   - progress: Called on the calling thread with the networks computed so far and their number in the
  ///     round, after each that this thread computes and when a half is done; false cancels.
  /// - Returns: The scores, or nil when it was cancelled.
  public func scores(
    alive: [Bool], workers: Workers, score: @escaping AblationScores.Score,
    progress: @escaping (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
  ) -> AblationScores? {
    let adapters = shape.encoder.adapters
    precondition(
      alive.count == adapters.componentCount && workers.count <= replicates.count,
      "\(alive.count) components in the mask of \(adapters.componentCount), "
        + "\(workers.count) workers of \(replicates.count)")
    let live = zip(adapters.coefficients.array, alive).map { $1 ? $0 : 0 }
    let changes = adapters.adapters.enumerated().flatMap { index, adapter in
      (0..<adapter.rank).filter { alive[adapter.component + $0] }.map {
        AblationChange(adapter: index, slot: $0, amount: live[adapter.component + $0])
      }
    }
    let total = 2 * changes.count
    weights.merge(live, workers)
    trace.compute(weights, workers)
    let full = score(trace.final, 0)
    let removals = changes.map {
      AblationChange(adapter: $0.adapter, slot: $0.slot, amount: -$0.amount)
    }
    guard
      let without = run(removals, workers, score, progress: { progress($0, total) })
    else { return nil }
    weights.merge(live.map { _ in 0 }, workers)
    trace.compute(weights, workers)
    guard
      let only = run(
        changes, workers, score, progress: { progress(changes.count + $0, total) })
    else { return nil }
    return AblationScores(full: full, without: without, only: only)
  }

  /// Scores of the traced network after each of these changes, NaN where there is none; nil when cancelled.
  private func run(
    _ changes: [AblationChange], _ workers: Workers, _ score: @escaping AblationScores.Score,
    progress: @escaping (Int) -> Bool
  ) -> [Float]? {
    let adapters = shape.encoder.adapters.adapters
    let scores = FloatBuffer(count: shape.encoder.adapters.componentCount)
    scores.fill(.nan)
    let (next, done, isCancelled) = (Counter(), Counter(), Counter())
    let report = CallersProgress(call: progress)
    workers.run { [replicates] worker in
      while isCancelled.value == 0 {
        let index = next.advance()
        guard index < changes.count else { break }
        let change = changes[index]
        let hidden = replicates[worker].run(change)
        scores.base[adapters[change.adapter].component + change.slot] =
          Float(score(hidden, worker))
        done.advance()
        if worker == 0 && !report.call(done.value) { isCancelled.advance() }
      }
    }
    // The calling thread may have ended long before the others.
    return isCancelled.value == 0 && progress(changes.count) ? scores.array : nil
  }
}

/// Counts up, from several threads.
private final class Counter: Sendable {
  private let count = Atomic(0)
  var value: Int { count.load(ordering: .relaxed) }
  /// The value before.
  @discardableResult func advance() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// The caller's closure, which worker 0 alone calls: the calling thread.
private struct CallersProgress: @unchecked Sendable {
  let call: (Int) -> Bool
}
