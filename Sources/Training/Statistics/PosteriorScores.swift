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
/// - Returns: Score of every component, flat, and what it is made of.
package func posteriorScores(
  _ adapters: AdapterSet, _ optimizer: Optimizer
) -> (scores: [Float], terms: TripletTerms) {
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
  var scores = [Float](repeating: 0, count: adapters.componentCount)
  var terms = TripletTerms(count: scores.count)
  for adapter in adapters.adapters {
    let (inputs, outputs) = (adapter.site.inputs, adapter.site.outputs)
    for slot in 0..<adapter.rank {
      let index = adapter.component + slot
      let c = mean(adapter.gate + slot, 1)
      let b = mean(adapter.up + slot * outputs, outputs)
      let a = mean(adapter.down + slot * inputs, inputs)
      (terms.c[index], terms.b[index], terms.a[index]) = (Float(c), Float(b), Float(a))
      scores[index] = Float(c + b + a)
    }
  }
  return (scores, terms)
}
