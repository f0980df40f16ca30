import Allocation
import LanguageModels
import Tensors

/// AdaLoRA's smoothed sensitivity and uncertainty of every factor entry, reduced to triplet scores.
///
///     S_i = s(c_i) + mean_j s(B_ji) + mean_j s(A_ij),    s = average * uncertainty
///
/// Source: Zhang et al. 2023, arXiv:2303.10512, eq. 8 to 10. The plain form stands in `Allocation` as its oracle.
public final class SensitivityMeter {
  private let adapters: AdapterSet
  private let average: FloatBuffer
  private let uncertainty: FloatBuffer
  private let beta1: Float
  private let beta2: Float
  /// Triplet score of every component, flat.
  public private(set) var scores: [Float]
  /// What they are made of.
  public private(set) var terms: TripletTerms

  /// Creates a meter with all averages at 0.
  public init(_ adapters: AdapterSet, beta1: Float, beta2: Float) {
    self.adapters = adapters
    self.beta1 = beta1
    self.beta2 = beta2
    average = FloatBuffer(count: adapters.head.lowerBound)
    uncertainty = FloatBuffer(count: adapters.head.lowerBound)
    scores = Array(repeating: 0, count: adapters.componentCount)
    terms = TripletTerms(count: adapters.componentCount)
  }

  /// What it remembers from step to step.
  var buffers: [NamedBuffer] {
    [
      NamedBuffer("sensitivity.average", average),
      NamedBuffer("sensitivity.uncertainty", uncertainty),
    ]
  }

  /// Takes in one step: parameters after the update, gradients (times `gradientScale`) of the same step.
  public func update(gradient: FloatBuffer, gradientScale: Float) {
    for adapter in adapters.adapters {
      let inputs = adapter.site.inputs
      let outputs = adapter.site.outputs
      for slot in 0..<adapter.rank {
        let a = sum(adapter.down + slot * inputs, inputs, gradient, gradientScale)
        let c = sum(adapter.gate + slot, 1, gradient, gradientScale)
        let b = sum(adapter.up + slot * outputs, outputs, gradient, gradientScale)
        let index = adapter.component + slot
        terms.c[index] = c
        terms.b[index] = b / Float(outputs)
        terms.a[index] = a / Float(inputs)
        scores[index] = c + terms.b[index] + terms.a[index]
      }
    }
  }

  private func sum(_ start: Int, _ count: Int, _ gradient: FloatBuffer, _ gradientScale: Float)
    -> Float
  {
    updateSensitivity(
      weights: adapters.parameters.base + start, gradient: gradient.base + start,
      average: average.base + start, uncertainty: uncertainty.base + start, count: count,
      gradientScale: gradientScale, beta1: beta1, beta2: beta2)
  }
}
