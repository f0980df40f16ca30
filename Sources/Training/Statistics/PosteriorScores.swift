import Allocation
import LanguageModels
import Tensors

/// Signal-to-noise ratio of every entry under IVON's posterior, reduced to triplet scores.
///
///     S_i = s(c_i) + mean_j s(B_ji) + mean_j s(A_ij),    s as in ``PosteriorScore``
///
/// A plain pass over all entries, for it is taken at mask steps only.
///
/// - Precondition: the optimiser keeps a posterior.
/// - Returns: Score of every component, flat.
package func posteriorScores(_ adapters: AdapterSet, _ optimizer: Optimizer) -> [Float] {
  func mean(_ start: Int, _ count: Int) -> Double {
    var sum = 0.0
    for index in start..<start + count {
      guard let deviation = optimizer.deviation(of: index) else {
        preconditionFailure("posterior scores under \(optimizer.rule)")
      }
      sum += PosteriorScore.signalToNoise(
        mean: Double(adapters.parameters.base[index]), deviation: Double(deviation))
    }
    return sum / Double(count)
  }
  return adapters.adapters.flatMap { adapter in
    (0..<adapter.rank).map { slot in
      let (inputs, outputs) = (adapter.site.inputs, adapter.site.outputs)
      return Float(
        mean(adapter.gate + slot, 1) + mean(adapter.up + slot * outputs, outputs)
          + mean(adapter.down + slot * inputs, inputs))
    }
  }
}
