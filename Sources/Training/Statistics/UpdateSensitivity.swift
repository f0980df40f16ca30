import LanguageModels
import Tensors

/// IncreLoRA's sensitivity of the loss to every module's whole update.
///
///     I = sum |dW o dL/dW| / sqrt(out in),    dW = s B diag(c) A
///
/// The dense gradient comes from the workers' ``WeightGradients``; dW is formed a few rows at a time. Checked
/// against a plain dense computation by `UpdateSensitivityTests`.
///
/// Source: Zhang et al. 2023, arXiv:2308.12043, `backward_hook` of its code.
public final class UpdateSensitivity: @unchecked Sendable {
  /// Rows of dW that are formed at once.
  private static let rows = 16

  private let adapters: AdapterSet
  /// Dense gradients, one share a worker.
  public let gradients: [WeightGradients]
  private let scratch: [FloatBuffer]
  private let results: FloatBuffer

  /// Makes room for the dense gradients of every worker.
  public init(_ adapters: AdapterSet, workers: Int) {
    self.adapters = adapters
    gradients = (0..<workers).map { _ in WeightGradients(adapters) }
    let widest = adapters.adapters.map { $0.site.inputs + $0.rank }.max() ?? 0
    scratch = (0..<workers).map { _ in FloatBuffer(count: Self.rows * widest) }
    results = FloatBuffer(count: adapters.adapters.count)
  }

  /// Sets the dense gradients to 0.
  public func clear(_ workers: Workers) {
    workers.run { [self] worker in gradients[worker].clear() }
  }

  /// I of every module, as of the last ``measure(_:)``.
  public var scores: [Float] {
    Array(UnsafeBufferPointer(start: results.base, count: results.count))
  }

  /// Works out I from the gradients and the factors as they stand; coefficients are refreshed.
  public func measure(_ workers: Workers) {
    precondition(
      workers.count <= gradients.count,
      "\(gradients.count) gradients for \(workers.count) workers")
    let count = adapters.adapters.count
    workers.run { [self] worker in
      for module in stride(from: worker, to: count, by: workers.count) {
        let site = adapters.adapters[module].site
        results.base[module] =
          sum(module, scratch[worker]) / Float(site.outputs * site.inputs).squareRoot()
      }
    }
  }

  private func sum(_ module: Int, _ scratch: FloatBuffer) -> Float {
    let adapter = adapters.adapters[module]
    let a = adapters.down(module, in: adapters.parameters)
    let b = adapters.up(module, in: adapters.parameters)
    let coefficients = adapters.coefficients.base + adapter.component
    let shares = gradients.map { $0[module] }
    var total = 0.0
    for first in stride(from: 0, to: b.columns, by: Self.rows) {
      let rows = min(Self.rows, b.columns - first)
      let tile = scratch.matrix(rows: rows, columns: a.columns)
      let scaled = scratch.matrix(
        at: Self.rows * a.columns, rows: rows, columns: adapter.rank)
      for row in 0..<rows {
        for slot in 0..<adapter.rank {
          scaled[row, slot] = coefficients[slot] * b[slot, first + row]
        }
      }
      tile.clear()
      Skinny.expand(scaled, a, bias: nil, addingTo: tile)
      for row in 0..<rows {
        total += Double(absoluteProduct(tile.row(row), shares, first + row, a.columns))
      }
    }
    return Float(total)
  }

  /// `sum_j |x_j sum_w g_wj|` over a row of the workers' shares.
  private func absoluteProduct(
    _ x: UnsafeMutablePointer<Float>, _ shares: [Matrix], _ row: Int, _ count: Int
  ) -> Float {
    var lanes = SIMD8<Float>()
    var index = 0
    while index + 8 <= count {
      var g = load(shares[0].row(row) + index)
      for share in shares.dropFirst() { g += load(share.row(row) + index) }
      let product = load(x + index) * g
      lanes += pointwiseMax(product, -product)
      index += 8
    }
    var total = lanes.sum()
    while index < count {
      var g: Float = 0
      for share in shares { g += share[row, index] }
      total += abs(x[index] * g)
      index += 1
    }
    return total
  }

  private func load(_ x: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Float>.self)
  }
}
