/// AdaLoRA's importance of one module's triplets: the plain recurrence, entry by entry, in `Double`.
///
/// For every entry `w` of A, B and c, after each optimiser step and with that step's gradient:
///
///     I     = |w * dL/dw|
///     Ibar <- beta1 Ibar + (1 - beta1) I
///     U    <- beta2 U    + (1 - beta2) |I - Ibar|          (the new Ibar)
///     s(w)  = Ibar * U
///     S_i   = s(c_i) + mean_j s(B_ji) + mean_j s(A_ij)
///
/// Ibar and U start at 0. This is the reference against which the engine's vectorised meter is tested;
/// it is not fast. NaN in a weight or gradient makes its component's score NaN for good.
///
/// Source: Zhang et al. 2023, arXiv:2303.10512, eq. 8-11; PEFT `RankAllocator.update_ipt`. Checked
/// against PEFT by `AdaLoRAGoldenTests`.
public struct SensitivityMeter: Sendable {
  /// Smoothed sensitivity and uncertainty of one factor's entries, in the factor's order.
  private struct Factor: Sendable {
    var sensitivity: [Double]
    var uncertainty: [Double]

    init(count: Int) {
      sensitivity = [Double](repeating: 0, count: count)
      uncertainty = sensitivity
    }

    mutating func update(_ weights: [Float], _ gradients: [Float], _ beta1: Double, _ beta2: Double)
    {
      precondition(
        weights.count == sensitivity.count && gradients.count == weights.count,
        "\(weights.count) weights, \(gradients.count) gradients for \(sensitivity.count) entries")
      for index in weights.indices {
        let now = abs(Double(weights[index]) * Double(gradients[index]))
        let smoothed = beta1 * sensitivity[index] + (1 - beta1) * now
        sensitivity[index] = smoothed
        uncertainty[index] = beta2 * uncertainty[index] + (1 - beta2) * abs(now - smoothed)
      }
    }

    /// Mean of `s` over one component's entries, which lie together.
    func meanScore(of component: Int, width: Int) -> Double {
      var sum = 0.0
      for index in component * width..<(component + 1) * width {
        sum += sensitivity[index] * uncertainty[index]
      }
      return sum / Double(width)
    }
  }

  /// Components of the module.
  public let rank: Int
  /// Width of the layer's input.
  public let inputs: Int
  /// Width of the layer's output.
  public let outputs: Int
  private let beta1: Double
  private let beta2: Double
  private var a: Factor
  private var b: Factor
  private var c: Factor

  /// Creates the meter of a module that has seen no step.
  public init(rank: Int, inputs: Int, outputs: Int, beta1: Double = 0.85, beta2: Double = 0.85) {
    self.rank = rank
    self.inputs = inputs
    self.outputs = outputs
    self.beta1 = beta1
    self.beta2 = beta2
    a = Factor(count: rank * inputs)
    b = Factor(count: rank * outputs)
    c = Factor(count: rank)
  }

  /// Takes in one step.
  ///
  /// - Parameters:
  ///   - a: A, `[rank, in]`, row-major.
  ///   - aGradient: Gradient of A, `[rank, in]`.
  ///   - b: B transposed, `[rank, out]`: a component's column lies together.
  ///   - bGradient: Gradient of B transposed, `[rank, out]`.
  ///   - c: Gates, `[rank]`.
  ///   - cGradient: Gradient of the gates, `[rank]`.
  /// - Precondition: shapes agree.
  public mutating func update(
    a: [Float], aGradient: [Float], b: [Float], bGradient: [Float], c: [Float],
    cGradient: [Float]
  ) {
    self.a.update(a, aGradient, beta1, beta2)
    self.b.update(b, bGradient, beta1, beta2)
    self.c.update(c, cGradient, beta1, beta2)
  }

  /// Triplet score of every component, `[rank]`.
  public var scores: [Double] {
    (0..<rank).map { component in
      c.meanScore(of: component, width: 1) + b.meanScore(of: component, width: outputs)
        + a.meanScore(of: component, width: inputs)
    }
  }
}
