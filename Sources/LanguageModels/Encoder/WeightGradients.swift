import Tensors

/// Dense gradients `dL/dW = sum over tokens dY^T X` of the layers under a set of adapters, one worker's share.
///
/// As large as the adapted weights themselves, so that they exist only while an allocator asks for
/// them. With dropout of the adapters' input, X is what the adapters see.
public final class WeightGradients: @unchecked Sendable {
  private let matrices: [Matrix]
  private let buffers: [FloatBuffer]

  /// Creates gradients of 0 for every adapter of a set.
  public init(_ adapters: AdapterSet) {
    buffers = adapters.adapters.map { FloatBuffer(count: $0.site.outputs * $0.site.inputs) }
    matrices = zip(buffers, adapters.adapters).map {
      $0.matrix(rows: $1.site.outputs, columns: $1.site.inputs)
    }
  }

  /// Gradient of one adapted layer's weight, `[out, in]`.
  public subscript(adapter: Int) -> Matrix { matrices[adapter] }

  /// Sets everything to 0.
  public func clear() { for buffer in buffers { buffer.fill(0) } }
}
