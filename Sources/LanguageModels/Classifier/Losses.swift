import Foundation
import Tensors

/// Losses on logits, as transformers' sequence classifiers take them.
public enum Loss {
  /// Cross-entropy of one row in nats, and its gradient times `weight`.
  ///
  /// A logit that is not finite makes the loss not finite.
  ///
  /// - Parameters:
  ///   - logits: `[classes]`.
  ///   - label: The true class.
  ///   - classes: Number of classes.
  ///   - weight: Factor on the gradient, e.g. 1 / batch size.
  ///   - gradient: Overwritten with `weight * (softmax - onehot)`.
  public static func crossEntropy(
    _ logits: UnsafePointer<Float>, label: Int, classes: Int, weight: Float,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    precondition(label >= 0 && label < classes, "label \(label) of \(classes) classes")
    var largest = Double(logits[0])
    for index in 1..<max(1, classes) { largest = max(largest, Double(logits[index])) }
    var total = 0.0
    for index in 0..<classes { total += exp(Double(logits[index]) - largest) }
    for index in 0..<classes {
      let probability = exp(Double(logits[index]) - largest) / total
      gradient[index] = weight * Float(probability - (index == label ? 1 : 0))
    }
    return log(total) + largest - Double(logits[label])
  }

  /// Squared error of one number, and its gradient times `weight`.
  public static func squaredError(
    _ value: Float, target: Float, weight: Float, gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    let difference = Double(value) - Double(target)
    gradient[0] = weight * Float(2 * difference)
    return difference * difference
  }
}
